"""Who we buy from: suppliers.yaml, loaded every mistake with line and column, a broken line costing one supplier only."""
