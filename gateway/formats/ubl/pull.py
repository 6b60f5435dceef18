"""Elements of a large document as they end: what is behind is forgotten, what is ahead is not read yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from lxml import etree

from gateway.findings import Place, Rejected, reject
from gateway.formats.sbdh import NAMESPACE
from gateway.xml import PARSER_OPTIONS, not_xml, refuse_doctype, refuse_prolog

MAX_LINE: Final = 8_000_000  # bytes of one line, and of all that stands before the first
MAX_STREAM: Final = 2_000_000_000
_ENVELOPE: Final = f"{{{NAMESPACE}}}StandardBusinessDocument"
_SLICE: Final = 32_768
_PROLOG: Final = 4_096


class Pull:
    """Iterates over the elements `line` directly below the first element `root`, which may stand in an envelope.

    When a line is handed out, all before it is gone from the tree, and what of it was no line stands in `between`,
    nearest first, until somebody clears that. A line that was handed out may be emptied, and must not be removed: the
    parser stands behind it. Raises `Rejected` for what is not XML or beyond the limits, after all before it.
    """

    def __init__(self, root: str, line: str, chunks: Iterable[bytes], source: str) -> None:
        self.root: etree._Element | None = None
        self.between: list[etree._Element] = []
        self._tags = (root, line)
        self._slices = _sliced(chunks)
        self._source = source
        self._parser = etree.XMLPullParser(events=("start", "end"), tag=[root, line], **PARSER_OPTIONS)

    def __iter__(self) -> Iterator[etree._Element]:
        size = pending = 0
        for piece in self._prolog():
            size, pending = size + len(piece), pending + len(piece)
            stop = self._feed(piece)
            for line in self._lines():
                pending = 0
                yield line
            if stop is not None:
                raise stop
            if pending > MAX_LINE:
                raise self._beyond("one line", MAX_LINE)
            if size > MAX_STREAM:
                raise self._beyond("the document", MAX_STREAM)
        if (stop := self._feed(None)) is not None:
            raise stop
        self._pass(None)

    def _prolog(self) -> Iterator[bytes]:
        """The slices, the first long enough to show what stands before the root."""
        head = b""
        for piece in self._slices:
            head += piece
            if len(head) >= _PROLOG:
                break
        refuse_prolog(head, self._source)
        if head:
            yield head
        yield from self._slices

    def _feed(self, piece: bytes | None) -> Rejected | None:
        """Parses on, or ends with None; gives what stopped it."""
        try:
            if piece is None:
                self._parser.close()
            else:
                self._parser.feed(piece)
        except (etree.XMLSyntaxError, ValueError, LookupError) as error:
            return not_xml(error, self._source)
        except MemoryError:
            return reject("too-complex", "this is filled beyond what can be read", Place(source=self._source))
        return None

    def _lines(self) -> Iterator[etree._Element]:
        events: Iterator[Any] = self._parser.read_events()
        for event, element in events:
            if event == "start":
                if self.root is None and element.tag == self._tags[0] and _is_outermost(element):
                    refuse_doctype(element, self._source)
                    self.root = element
            elif element.tag == self._tags[1] and element.getparent() is self.root:
                self._pass(element)
                yield element

    def _pass(self, line: etree._Element | None) -> None:
        """Takes away what stands before `line`, or all of it at the end."""
        root = self.root
        if root is None:
            return
        for element in list(root if line is None else line.itersiblings(preceding=True)):
            if element.tag != self._tags[1]:
                self.between.append(element)
            root.remove(element)

    def _beyond(self, what: str, limit: int) -> Rejected:
        message = f"{what} is longer than {limit} bytes, and no more is read"
        return reject("xml-size", message, Place(source=self._source))


def _is_outermost(element: etree._Element) -> bool:
    """Whether it is the document itself, alone or as the payload of a Standard Business Document."""
    parent = element.getparent()
    return parent is None or (parent.tag == _ENVELOPE and parent.getparent() is None)


def _sliced(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of bounded length, however long the chunks are."""
    for chunk in chunks:
        for start in range(0, len(chunk), _SLICE):
            yield chunk[start : start + _SLICE]
