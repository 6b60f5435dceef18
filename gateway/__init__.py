"""The gateway: one canonical order model, every supplier's language, every supplier's way of sending."""
