"""A supplier's own address on the web: one request for each document."""
