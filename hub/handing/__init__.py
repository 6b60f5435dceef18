"""At the unit's door: the driver's run, what is handed over to whom, what comes back, and the proof of it."""
