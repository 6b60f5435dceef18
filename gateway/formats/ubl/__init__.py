"""UBL documents: Peppol BIS and the Svehandel dialects. A table names the elements; this module knows how UBL works."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec
from lxml import etree

from gateway.findings import Finding, Place, Rejected, reject
from gateway.formats.contract import Reading
from gateway.formats.explain import unwritable
from gateway.formats.refusals import Refusals
from gateway.formats.sbdh import payload_of
from gateway.formats.ubl.elements import root_element
from gateway.formats.ubl.node import Node
from gateway.formats.ubl.reader import Walk
from gateway.formats.ubl.stream import Stream
from gateway.formats.ubl.writer import compile_writer
from gateway.mapping.table import Table
from gateway.model import Document
from gateway.xml import line_of, parse

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
        self.namespace, self.root = root.tag[1:].split("}", 1)
        self.transactions = table.recognise.get("transaction", ("",))
        self._absent = table.recognise.get("absent", ())
        self._tag = root.tag
        self._root_tag = re.compile(rf"<(?:[\w.-]+:)?{re.escape(self.root)}[\s>]")
        self._write = compile_writer(table, root)
        self._node = Node(root)

    def resemblance(self, head: bytes) -> int:
        """By root element and transaction: the identifiers of real files are mixed, their roots are not."""
        text = text_of(head[:_HEAD])
        if self.namespace not in text or self._root_tag.search(text) is None or any(no in text for no in self._absent):
            return 0
        return max((1 + len(said) for said in self.transactions if said in text), default=0)

    def read(self, raw: bytes, source: str) -> Reading:
        walk = Walk(self._node, source, tolerant=not self.table.complete)
        document = walk.read(self._rooted(raw, source))
        if document is None or any(finding.fatal for finding in walk.findings):
            raise Rejected(walk.told())
        return Reading(document=document, findings=walk.told())

    def check(self, raw: bytes, source: str) -> tuple[Finding, ...]:
        """The structure layer, strict where the table names all that its standard allows. Raises nothing."""
        walk = Walk(self._node, source, strict=self.table.complete, tolerant=not self.table.complete)
        try:
            walk.read(self._rooted(raw, source))
        except Rejected as rejected:
            return rejected.findings
        except (RecursionError, MemoryError):
            return (
                Finding(
                    rule="too-complex", message="the document is nested beyond reading", place=Place(source=source)
                ),
            )
        return walk.told()

    def stream(self, chunks: Iterable[bytes], source: str) -> Stream:
        """A document too large to be held, line by line; raises `Rejected` when its head cannot be read."""
        return Stream(self._tag, self._node, chunks, source, tolerant=not self.table.complete)

    def _rooted(self, raw: bytes, source: str) -> etree._Element:
        root = payload_of(parse(raw, source))
        if root.tag != self._tag:
            message = f"the root element is {root.tag}, and {self._tag} is expected"
            raise reject("ubl-root", message, Place(source=source, line=line_of(root)))
        return root

    def write(self, document: Document) -> bytes:
        out: list[str] = []
        refusals = Refusals(document, self.document, self.name)
        try:
            self._write(document, out.append, refusals.bad)
        except (ValueError, TypeError, AttributeError) as error:
            refusals.findings.extend(unwritable(msgspec.to_builtins(document, enc_hook=str), self.name, error))
        refusals.raise_if_any()
        return "".join(out).encode()


def text_of(head: bytes) -> str:
    """The beginning of a document as text, also of one that says it is UTF-16."""
    wide = head[:2] in {b"\xff\xfe", b"\xfe\xff"}
    return head.decode("utf-16" if wide else "utf-8", "replace")
