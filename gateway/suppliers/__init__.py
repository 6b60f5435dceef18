"""Who we buy from: suppliers.yaml, every mistake with line and column, a broken line costing one supplier only."""
