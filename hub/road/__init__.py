"""The way out: sites, vehicles, the runs that are planned over them, and what is loaded."""
