"""cXML documents: a table names what stands inside a Request, Response or Message; the envelope is not its business."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
from lxml import etree
from msgspec.structs import replace

from gateway.findings import Finding, Place, Rejected, reject
from gateway.formats.contract import Reading
from gateway.formats.cxml.envelope import Opened
from gateway.formats.cxml.facts import facts_of
from gateway.formats.cxml.trees import PAIRS
from gateway.formats.explain import unwritable
from gateway.formats.proof import carried
from gateway.formats.refusals import Refusals
from gateway.formats.ubl import text_of
from gateway.formats.ubl.elements import root_element
from gateway.formats.ubl.node import Node
from gateway.formats.ubl.reader import Walk
from gateway.formats.ubl.writer import compile_writer
from gateway.mapping.table import Table
from gateway.model import Document
from gateway.xml import line_of, parse

_HEAD = 8000
_XML = "{http://www.w3.org/XML/1998/namespace}"


class CxmlCodec:
    """One cXML document of one dialect, compiled from its table.

    It writes the bare element, for `envelope.seal`; it reads that or a whole document with its envelope.
    """

    media_type = "text/xml"
    suffix = ".xml"

    def __init__(self, table: Table) -> None:
        root = root_element(table)
        self.table = table
        self.name = table.name
        self.document = table.document.__name__
        self.root = root.name
        self.pair = PAIRS.get(table.tree)
        self._wanted = table.recognise.get("transaction", ())
        self._absent = table.recognise.get("absent", ())
        self._root_tag = re.compile(rf"<{re.escape(self.root)}[\s/>]")
        self._write = compile_writer(_own(table), root)
        self._node = Node(root)

    def resemblance(self, head: bytes) -> int:
        """By the request's own element, and what else the table wants to stand, or not to stand, near it."""
        text = text_of(head[:_HEAD])
        if self._root_tag.search(text) is None or any(no in text for no in self._absent):
            return 0
        found = max((len(said) for said in self._wanted if said in text), default=0)
        return 0 if self._wanted and not found else len(self.root) + found

    def read(self, raw: bytes, source: str) -> Reading:
        walk = Walk(self._node, source, tolerant=True, unsaid=_XML, family="cxml")
        body, around = self._body(raw, source)
        found = walk.read(body)
        if found is None or any(finding.fatal for finding in walk.findings):
            raise Rejected(walk.told())
        if walk.nothing_left:
            raise Rejected([*walk.told(), *walk.dropped])
        noted = tuple(replace(one, fatal=False) for one in facts_of(around)) if around is not None else ()
        return Reading(document=self._meant(found, around, source), findings=walk.told() + noted)

    def check(self, raw: bytes, source: str) -> tuple[Finding, ...]:
        """The structure layer: what the table must have and does not find. What it does not name is only noted.

        A whole document is judged with what its envelope says (`facts`).
        """
        walk = Walk(self._node, source, tolerant=True, unsaid=_XML, family="cxml")
        facts: tuple[Finding, ...] = ()
        try:
            body, around = self._body(raw, source)
            facts = facts_of(around) if around is not None else ()
            found = walk.read(body)
            if found is not None:
                self._meant(found, around, source)
            facts += tuple(walk.dropped)
        except Rejected as rejected:
            return (*walk.told(), *facts, *rejected.findings)
        except (RecursionError, MemoryError):
            message = "the document is nested beyond reading"
            return (Finding(rule="too-complex", message=message, place=Place(source=source)),)
        return walk.told() + facts

    def write(self, document: Document) -> bytes:
        out: list[str] = []
        refusals = Refusals(document, self.document, self.name)
        try:
            self._write(self._tree(document), out.append, refusals.bad)
        except (ValueError, TypeError, AttributeError) as error:
            refusals.findings.extend(unwritable(msgspec.to_builtins(document, enc_hook=str), self.name, error))
        refusals.raise_if_any()
        return "".join(out).encode()

    def _tree(self, document: Document) -> Any:
        """What stands on the wire for `document`. Raises `Rejected` for every term that would not come back."""
        if self.pair is None:
            return document
        meant = self.pair.sayable(document)
        try:
            tree = self.pair.to_wire(meant)
        except KeyError as error:
            raise ValueError(f"{error} is no code that cXML has a word for") from None
        again = self.pair.from_wire(tree)
        wanted = carried(meant, self.table.leave_out)
        if again != wanted:
            lost = list(_differences(_plain(wanted), _plain(again), ""))
            findings = [
                Finding(
                    rule="cannot-express",
                    message=f"{path} cannot be said in {self.name}",
                    place=Place(source=self.name, path=path),
                )
                for path in lost
            ]
            raise Rejected(findings)
        return tree

    def _meant(self, found: Any, around: Opened | None, source: str) -> Any:
        if self.pair is None:
            return found
        try:
            meant = self.pair.from_wire(found)
            return self.pair.enveloped(meant, around) if around is not None else meant
        except (ValueError, ArithmeticError, KeyError) as error:
            raise reject("cxml-value", str(error), Place(source=source)) from None

    def _body(self, raw: bytes, source: str) -> tuple[etree._Element, Opened | None]:
        root, around = parse(raw, source, doctype=True), None
        if root.tag == "cXML":
            around = Opened(root, source)
            if around.body is None:
                raise reject("cxml-root", f"holds no {self.root}", Place(source=source, line=line_of(root)))
            root = around.body
        if root.tag != self.root:
            message = f"this is a {root.tag}, and {self.root} is expected"
            raise reject("cxml-root", message, Place(source=source, line=line_of(root)))
        return root, around


def _own(table: Table) -> Table:
    """The table as its writer sees it: what is left out is left out of the document, before its tree is made."""
    return dataclasses.replace(table, leave_out=()) if table.tree else table


def _plain(document: Any) -> Any:
    return msgspec.to_builtins(document, builtin_types=(Decimal,), enc_hook=str)


def _differences(wanted: Any, found: Any, path: str) -> Iterator[str]:
    """The paths at which two plain documents differ."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for name in [*wanted, *(name for name in found if name not in wanted)]:
            if wanted.get(name) != found.get(name):
                yield from _differences(wanted.get(name), found.get(name), f"{path}.{name}" if path else name)
    elif isinstance(wanted, list | tuple) and isinstance(found, list | tuple) and len(wanted) == len(found):
        for index, (one, other) in enumerate(zip(wanted, found, strict=True)):
            if one != other:
                yield from _differences(one, other, f"{path}[{index}]")
    else:
        yield path
