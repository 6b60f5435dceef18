"""Marking: numbers for parcels that came without one, and the labels that they and suppliers' parcels carry."""
