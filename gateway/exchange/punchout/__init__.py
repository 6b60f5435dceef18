"""Visits to suppliers' own shops: out under a mark of ours, back with a basket that is looked at first."""
