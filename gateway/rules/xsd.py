"""An XML schema's verdict on a document: `Schema(path).judge(raw)`."""

from __future__ import annotations

import threading
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

from gateway.findings import Finding, Place, Rejected, reject
from gateway.rules.names import shortened
from gateway.xml import parse

MOST = 1000  # findings of one document; a person reads none beyond that


class Schema:
    """A compiled schema, such as UBL's Order; its includes lie beside it and nothing is fetched from a network."""

    def __init__(self, path: Path) -> None:
        """Raises `Rejected` where the file is missing or not a schema."""
        try:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            self._schema = etree.XMLSchema(etree.parse(path, parser))
        except (OSError, etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
            raise reject("xsd", f"this schema cannot be read: {error}", Place(source=str(path))) from None
        self._lock = threading.Lock()  # the error log belongs to the schema, not to the call

    def judge(self, raw: bytes, source: str = "") -> tuple[Finding, ...]:
        """Each violation with its line, all fatal; nothing where the document is valid. Raises nothing."""
        try:
            return self.check(parse(raw, source), source)
        except Rejected as rejected:
            return rejected.findings

    def check(self, root: etree._Element, source: str = "") -> tuple[Finding, ...]:
        """The same of a document that was parsed."""
        prefixes = {uri: prefix for prefix, uri in root.nsmap.items()}
        with self._lock:
            if self._schema.validate(root):
                return ()
            log: Any = self._schema.error_log  # iterable, though its published types do not say so
            return tuple(_finding(error, source, prefixes) for error in islice(log, MOST))


def _finding(error: etree._LogEntry, source: str, prefixes: dict[str, str | None]) -> Finding:
    place = Place(source=source, line=error.line, path=getattr(error, "path", None) or "")
    return Finding(rule="xsd", message=shortened(error.message, prefixes), place=place)
