"""Finding goods: our own analysis of Swedish, an index beside the database, and what a search page asks of both."""
