"""The crisis stock: what must not run out, where it is and how long it lasts; told before, not after."""
