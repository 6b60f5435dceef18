"""Insight: what was bought, on and beside the contracts, at which prices, how punctually; and what it has saved."""
