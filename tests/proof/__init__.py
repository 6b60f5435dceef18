"""Nothing is lost, whatever happens: real processes, killed, stopped and cut off."""
