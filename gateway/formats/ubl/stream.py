"""A large document as a stream: its head first, then line by line, in memory for one line.

A broken line costs that line. A document that stops being XML ends the stream; what was read before stands.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any, Final

from lxml import etree

from gateway.findings import Finding, Place, Rejected, reject
from gateway.formats.streamed import StreamedLine
from gateway.formats.ubl.node import Node
from gateway.formats.ubl.notes import path_of
from gateway.formats.ubl.pull import Pull
from gateway.formats.ubl.reader import Walk
from gateway.model import Document
from gateway.xml import line_of

_LINES: Final = "lines"
_ARTICLE: Final = "seller_id"
_MOST: Final = 100  # findings told of one line, and of all that stands between lines


class Stream:
    """`head` is the document without lines; iterate once for the lines.

    `findings` are those of the head, and at the end also those of what stood between or after the lines.
    """

    def __init__(self, tag: str, root: Node, chunks: Iterable[bytes], source: str, *, tolerant: bool = False) -> None:
        """Reads up to the end of the first line. Raises `Rejected` when the head cannot be read."""
        line_tag, self._node = _lines_of(root, source)
        self._pull = Pull(tag, line_tag, chunks, source)
        self._elements = iter(self._pull)
        self._walk = _LineWalk(self._node, source, tolerant=tolerant)
        self._article = "/".join(_path_to(self._node, _ARTICLE))
        self._first = next(self._elements, None)
        self.head, self.findings = self._headed(tag, root, source)

    def _headed(self, tag: str, root: Node, source: str) -> tuple[Document, list[Finding]]:
        top = self._pull.root
        if top is None:
            raise reject("ubl-root", f"there is no {tag} in this document", Place(source=source))
        make: Any = etree.Element  # nsmap may have the default namespace, whatever the stubs say
        head = make(tag, {str(name): str(said) for name, said in top.attrib.items()}, top.nsmap)
        head.sourceline = line_of(top)
        head.extend(reversed(self._pull.between) if self._first is not None else self._pull.between)
        self._pull.between.clear()
        walk = Walk(root, source, tolerant=self._walk.tolerant)
        values: dict[str, Any] = {}
        walk.group(head, root if self._first is None else _without_lines(root, self._node), values)
        document = walk.make(root, {_LINES: (), **values}, head)
        if document is None or any(finding.fatal for finding in walk.findings):
            raise Rejected(walk.told())
        return document, list(walk.told())

    def __iter__(self) -> Iterator[StreamedLine]:
        number, element, self._first = 0, self._first, None
        try:
            while element is not None:
                number += 1
                yield self._read(number, element)
                del element[:]
                element = next(self._elements, None)
                self._tell_between()
        except Rejected as stop:
            yield StreamedLine(number=number + 1, findings=stop.findings, at=stop.findings[0].place.line, ended=True)

    def _read(self, number: int, element: etree._Element) -> StreamedLine:
        line, findings = self._walk.line(number, element)
        at = line_of(element)
        if line is not None and not any(finding.fatal for finding in findings):
            return StreamedLine(number=number, line=line, at=at, findings=findings)
        article = (self._article and element.findtext(self._article)) or ""
        return StreamedLine(number=number, at=at, article=article.strip()[:100] or None, findings=findings)

    def _tell_between(self) -> None:
        for element in self._pull.between:
            if len(self.findings) < _MOST:
                message = "stands between or after the lines and was not carried"
                place = Place(source=self._walk.source, line=line_of(element), path=path_of(element))
                self.findings.append(Finding(rule="not-carried", message=message, place=place, fatal=False))
        self._pull.between.clear()


class _LineWalk(Walk):
    """Reads one line after the other; paths say the line's number."""

    most = _MOST

    def line(self, number: int, element: etree._Element) -> tuple[Any, tuple[Finding, ...]]:
        self.findings, self.met, self.fatals, self.hushed = [], 0, 0, False
        self.number, self.top = number, element
        values: dict[str, Any] = {}
        self.object(element, self.root, values)
        return values.get(self.root.key, (None,))[0], self.told()

    def path(self, element: etree._Element) -> str:
        parent = self.top.getparent()
        above = "" if parent is None else path_of(parent)
        return f"{above}/{self.root.name}[{self.number}]{path_of(element, self.top)}"


def _lines_of(root: Node, source: str) -> tuple[str, Node]:
    """The lines, with their tag. Raises `Rejected` where they are not last, or say something of the whole document."""
    last = max(child.order for child in root.children.values())
    for tag, child in root.children.items():
        if child.key == _LINES and child.order == last and not child.hooked:
            return tag, child
    raise reject("stream-table", "this document cannot be read line by line", Place(source=source))


def _without_lines(root: Node, lines: Node) -> Node:
    """The head's own node: what `root` holds but for its lines."""
    head = copy.copy(root)
    head.children = {tag: child for tag, child in root.children.items() if child is not lines}
    head.required = root.required & ~lines.bit
    return head


def _path_to(node: Node, key: str) -> list[str]:
    """The tags from `node` down to the value with this term; empty where there is none."""
    for tag, child in node.children.items():
        if child.kind == "leaf" and child.key == key:
            return [tag]
        if below := _path_to(child, key):
            return [tag, *below]
    return []
