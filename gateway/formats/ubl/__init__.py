"""UBL documents: Peppol BIS and the Svehandel dialects. A table names the elements; this module knows how UBL works."""

from __future__ import annotations

import re

import msgspec

from gateway.findings import Place, Rejected, reject
from gateway.formats.contract import Reading
from gateway.formats.explain import unwritable
from gateway.formats.refusals import Refusals
from gateway.formats.ubl.elements import root_element
from gateway.formats.ubl.reader import Node, Walk
from gateway.formats.ubl.writer import compile_writer
from gateway.formats.xml import line_of, parse
from gateway.mapping.table import Table
from gateway.model import Document

_HEAD = 8000


class UblCodec:
    """One UBL document of one dialect, compiled from its table."""

    media_type = "application/xml"
    suffix = ".xml"

    def __init__(self, table: Table) -> None:
        root = root_element(table)
        self.table = table
        self.name = table.name
        self.document = table.document.__name__
        self.leave_out = table.leave_out
        self.namespace, self.root = root.tag[1:].split("}", 1)
        self.transaction = table.recognise.get("transaction", "")
        self._tag = root.tag
        self._write = compile_writer(table, root)
        self._node = Node(root)

    def recognises(self, head: bytes) -> bool:
        """By root element and transaction: the identifiers of real files are mixed, their roots are not."""
        text = head[:_HEAD].decode("utf-8", "replace")
        rooted = re.search(rf"<(?:[\w.-]+:)?{re.escape(self.root)}[\s>]", text) is not None and self.namespace in text
        return rooted and (not self.transaction or self.transaction in text)

    def read(self, raw: bytes, source: str) -> Reading:
        root = parse(raw, source)
        if root.tag != self._tag:
            message = f"the root element is {root.tag}, and {self._tag} is expected"
            raise reject("ubl-root", message, Place(source=source, line=line_of(root)))
        walk = Walk(self._node, source)
        document = walk.read(root)
        if document is None or any(finding.fatal for finding in walk.findings):
            raise Rejected(walk.findings)
        return Reading(document=document, findings=tuple(walk.findings))

    def write(self, document: Document) -> bytes:
        out: list[str] = []
        refusals = Refusals(document, self.document, self.name)
        try:
            self._write(document, out.append, refusals.bad)
        except (ValueError, TypeError, AttributeError) as error:
            refusals.findings.extend(unwritable(msgspec.to_builtins(document, enc_hook=str), self.name, error))
        refusals.raise_if_any()
        return "".join(out).encode()
