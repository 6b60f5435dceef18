"""The mapping language: tables of `term → place on the wire`, loaded with line numbers and checked before use."""
