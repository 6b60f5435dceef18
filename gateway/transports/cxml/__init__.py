"""cXML over HTTP: one request, one answer with a status in it."""
