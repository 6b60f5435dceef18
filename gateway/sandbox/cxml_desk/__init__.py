"""Where a supplier of the sandbox takes orders by cXML, and from where it answers them in its own time."""
