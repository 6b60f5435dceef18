"""The self-test of a supplier: from its line in suppliers.yaml to goods on their way, step by step."""
