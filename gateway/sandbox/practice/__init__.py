"""The mirror of the sandbox: we play the municipality towards a supplier who builds a connection to us."""
