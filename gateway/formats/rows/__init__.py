"""Row files: CSV and its relatives. A table names the columns; this module knows how rows make a document."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from gateway.findings import Finding, Place, Rejected, reject
from gateway.formats.contract import Reading
from gateway.formats.refusals import Refusals
from gateway.formats.rows.columns import Column, column
from gateway.formats.rows.flat import flat
from gateway.formats.rows.layout import Layout, layout_of
from gateway.formats.rows.reader import RowsReader
from gateway.formats.rows.records import Record, Records
from gateway.formats.rows.silent import beside
from gateway.formats.rows.stream import RowsStream, heading
from gateway.formats.rows.unnamed import unnamed
from gateway.formats.rows.writer import RowsWriter
from gateway.mapping.table import Group, Leaf, Table
from gateway.model import Document

MAX_BYTES = 20_000_000
MAX_ROWS = 500_000
MAX_CELLS = 2_000_000  # each takes some 100 bytes of memory, even an empty one


class RowsCodec:
    """One document as rows in one dialect, compiled from its table."""

    media_type = "text/csv"
    suffix = ".csv"

    def __init__(self, table: Table) -> None:
        self.name = table.name
        self.document = table.document.__name__
        self.table = table
        self._layout = layout_of(table.layout, table.root.place)
        self._lines = next((flat(term) for term in table.root.terms if isinstance(term, Group)), None)
        self._columns = self._compile()
        self._writer = RowsWriter(table, self._layout, self._columns, self._lines)

    def _compile(self) -> list[tuple[bool, Column]]:
        """Every column in the order of the table, and whether it belongs to a line."""
        columns: list[tuple[bool, Column]] = []
        for on_line, terms in ((False, self.table.root.terms), (True, self._lines.terms if self._lines else ())):
            made = beside([column(leaf, self._layout) for leaf in terms if isinstance(leaf, Leaf)])
            columns.extend((on_line, one) for one in made)
        seen: dict[str, Leaf] = {}
        for _, one in columns:
            if one.silent:
                continue
            if one.name in seen or not one.name:
                raise reject("table-twice", f"the column {one.name!r} stands twice or has no name", one.leaf.place)
            seen[one.name] = one.leaf
        return columns

    def resemblance(self, head: bytes) -> int:
        """How many of our columns the first row names, or holds; 0 when one that must be there is missing."""
        text = head.decode(self._layout.encoding, "replace").removeprefix("\ufeff")
        try:
            first = next(csv.reader(io.StringIO(text), delimiter=self._layout.separator), [])
        except csv.Error:
            return 0
        columns = [made for _, made in self._columns if not made.silent]
        if not self._layout.header:
            return unnamed(first, columns, self._layout)
        names = {cell.strip() for cell in first}
        if any(made.required and made.name not in names for made in columns):
            return 0
        return sum(made.name in names for made in columns)

    def read(self, raw: bytes, source: str) -> Reading:
        self._refuse_size(raw, source)
        try:
            text = raw.decode(self._layout.encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            message = (
                f"byte {raw[error.start]:#04x} is not {self._layout.encoding}; ask the supplier which encoding they use"
            )
            raise reject("csv-encoding", message, Place(source=source, line=line)) from None
        reader = RowsReader(self.table, self._layout, self._columns, self._lines, source)
        document = reader.read(text)
        if document is None or any(finding.fatal for finding in reader.findings):
            raise Rejected(reader.told())
        return Reading(document=document, findings=reader.told())

    def stream(self, chunks: Iterable[bytes], source: str, given: Mapping[str, Any] | None = None) -> RowsStream:
        """A file too large to be held, row by row; raises `Rejected` when its head cannot be read."""
        return self.stream_records(Records(chunks, self._layout, source), source, given)

    def stream_records(
        self, records: Iterable[Record], source: str, given: Mapping[str, Any] | None = None
    ) -> RowsStream:
        """Records that stood in no text file, a spreadsheet's: their cells are spelled as this layout spells them."""
        if self._lines is None or any(made.leaf.hook for _, made in self._columns):
            raise reject("stream-table", "this document cannot be read row by row", Place(source=source))
        return RowsStream(self.table, self._layout, self._columns, self._lines, records, source, given or {})

    def knows(self, names: Iterable[str]) -> int:
        """How many of our columns are among these."""
        known = {made.name for _, made in self._columns if not made.silent}
        return len(known.intersection(heading(name, known) for name in names))

    @property
    def columns(self) -> dict[str, str]:
        """What the file calls each term; those of a line without the name of the lines."""
        return {made.leaf.dotted: made.name for _, made in self._columns if not made.silent}

    @property
    def layout(self) -> Layout:
        """How its cells are spelled."""
        return self._layout

    def _refuse_size(self, raw: bytes, source: str) -> None:
        """Before anything is copied."""
        counted = {"bytes": (len(raw), MAX_BYTES)}
        if len(raw) <= MAX_BYTES:
            counted["rows"] = (max(raw.count(b"\n"), raw.count(b"\r")), MAX_ROWS)
            counted["cells"] = (raw.count(self._layout.separator.encode()), MAX_CELLS)
        for what, (found, most) in counted.items():
            if found > most:
                raise reject(
                    "csv-size", f"the file holds {found} {what}; at most {most} are read", Place(source=source)
                )

    def check(self, raw: bytes, source: str) -> tuple[Finding, ...]:
        """The structure layer; raises nothing."""
        try:
            return self.read(raw, source).findings
        except Rejected as rejected:
            return rejected.findings

    def write(self, document: Document) -> bytes:
        refusals = Refusals(document, self.document, self.name)
        text = self._writer.write(document, refusals.bad)
        refusals.raise_if_any()
        return text.encode(self._layout.encoding)
