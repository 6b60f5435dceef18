"""A supplier's mailbox: the order as a letter, by SMTP."""
