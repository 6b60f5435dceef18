"""A row file as a stream of records, in memory for one of them: what is too long for one is refused, not held."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from gateway.findings import Place, Rejected, reject
from gateway.formats.rows.layout import Layout

Record = tuple[int, list[str]]
"""The line on which a record ends, from 1, and its cells."""
MOST_RECORD: Final = 1_000_000  # signs of one record, its line breaks within quotes counted
MOST_STREAM: Final = 2_000_000_000  # bytes


class Records:
    """Iterates over the records of `chunks`, but for empty ones. Raises `Rejected` after all that stood before."""

    def __init__(self, chunks: Iterable[bytes], layout: Layout, source: str) -> None:
        self._layout = layout
        self._source = source
        self._lines = _Lines(chunks, layout.encoding, source)

    def __iter__(self) -> Iterator[Record]:
        reader = csv.reader(iter(self._lines), delimiter=self._layout.separator, strict=True)
        try:
            for cells in reader:
                self._lines.held = 0
                if any(cells) and any(cell.strip() for cell in cells):
                    yield reader.line_num, cells
        except csv.Error as error:
            message = f"this is not a row file that can be read: {error}"
            raise reject("csv-syntax", message, Place(source=self._source, line=reader.line_num)) from None


class _Lines:
    """Lines of text out of chunks of bytes; `held` are the signs handed out since somebody set it to 0."""

    def __init__(self, chunks: Iterable[bytes], encoding: str, source: str) -> None:
        self._chunks = chunks
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._encoding = encoding
        self._source = source
        self._number = 1
        self._begun = False
        self.held = 0

    def __iter__(self) -> Iterator[str]:
        rest, size = "", 0
        for chunk in self._chunks:
            size += len(chunk)
            if size > MOST_STREAM:
                raise self._beyond(f"the file holds more than {MOST_STREAM} bytes")
            text = self._decoded(chunk)
            if text and not self._begun:
                self._begun, text = True, text.removeprefix("\ufeff")
            lines = list(io.StringIO(rest + text, newline=""))
            # The last piece may go on in the next chunk, and a CR may be half of a line break.
            rest = lines.pop() if lines else ""
            yield from self._counted(lines)
            if len(rest) > MOST_RECORD:
                raise self._beyond(f"a line is longer than {MOST_RECORD} signs")
        yield from self._counted(io.StringIO(rest + self._decoded(b"", final=True), newline=""))

    def _counted(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            self.held += len(line)
            if self.held > MOST_RECORD:
                raise self._beyond(f"a row is longer than {MOST_RECORD} signs; is a quotation mark left open?")
            self._number += 1
            yield line

    def _decoded(self, chunk: bytes, *, final: bool = False) -> str:
        try:
            return self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            line = self._number + error.object.count(b"\n", 0, error.start)
            message = f"byte {error.object[error.start]:#04x} is not {self._encoding}; ask the supplier which encoding"
            raise reject("csv-encoding", f"{message} they use", Place(source=self._source, line=line)) from None

    def _beyond(self, what: str) -> Rejected:
        return reject("csv-size", f"{what}, and no more is read", Place(source=self._source, line=self._number))
