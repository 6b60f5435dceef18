"""The saving measured: what our runs drove, beside every supplier driving to every unit itself."""
