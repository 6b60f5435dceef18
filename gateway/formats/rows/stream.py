"""A large row file as a stream: its head first, then line by line, in memory for one row.

A broken row costs that row. A file that stops being rows ends the stream; what was read before stands. Each row goes
through the columns of whole documents, so both say the same.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any, Final

from gateway.findings import Rejected
from gateway.formats.build import builder, unsaid
from gateway.formats.rows.columns import Column
from gateway.formats.rows.groups import Cell, Grouped, grouped
from gateway.formats.rows.layout import Layout
from gateway.formats.rows.reader import RowsReader
from gateway.formats.rows.records import Record
from gateway.formats.rows.silent import read_first, read_last
from gateway.formats.streamed import StreamedLine
from gateway.mapping.table import Group, Table
from gateway.model import Document

_KNOWN: Final = 2_000  # texts of a column whose values are kept; most columns say the same again and again
_ARTICLE: Final = "item.seller_id"


def heading(cell: str, known: Container[str]) -> str:
    """What a cell names, also where somebody wrote it with capitals and blanks, as people head their sheets."""
    name = cell.strip()
    plain = "_".join(name.lower().split())
    return plain if name not in known and plain in known else name


class RowsStream(RowsReader):
    """`head` is the document without lines; iterate once for the lines.

    `given` are values by term that the file need not say: the head's; "lines.id", which is then the row's place; and
    others of a line, each where something beside it is said (a currency where there is an amount);
    alone they say nothing.
    `findings_of_head` are those of the head. Raises `Rejected` when the head cannot be read.
    """

    def __init__(
        self,
        table: Table,
        layout: Layout,
        columns: list[tuple[bool, Column]],
        lines: Group,
        records: Iterable[Record],
        source: str,
        given: Mapping[str, Any],
    ) -> None:
        self.given = given
        super().__init__(table, layout, columns, lines, source)
        self.is_numbered = "lines.id" in given
        self._records = iter(records)
        self.names = self._first_row()
        self._first = next(self._records, None)
        if self._first is None:
            self.fatal("empty", "the file holds no rows", 1, "")
            raise Rejected(self.findings)
        self._cells = self._placed(self.on_line)
        self._heads = self._placed(self.header)
        self._silent = [column for column in self.on_line if column.silent]
        self._constants: dict[str, Any] = {}
        read_first(self._silent, self._constants)
        usual = {name.removeprefix("lines."): value for name, value in given.items() if value is not None}
        # Where a table says constants of its own, they count columns that others stand beside: cell by cell then.
        self._groups, self._single = ([], self._cells) if self._silent else grouped(lines.struct, self._cells, usual)
        terms = [column.leaf.term for column in [*self._silent, *(cell[1] for cell in self._single)]]
        terms += [tuple(group.term.split(".")) for group in self._groups]
        self._make_line = builder(lines.struct, dict.fromkeys([*terms, ("id",)]))
        self.head = self._headed(self._first)
        self._article = next((cell[0] for cell in self._cells if cell[2] == _ARTICLE), None)

    def _first_row(self) -> list[str]:
        if not self.layout.header:
            return list(self.layout.row)
        _, cells = next(self._records, (1, []))
        known = {column.name for column in [*self.header, *self.on_line] if not column.silent}
        names = [heading(cell, known) for cell in cells]
        while names and not names[-1]:  # spreadsheets end rows with empty cells
            names.pop()
        if not names:
            self.fatal("empty", "the file holds no rows", 1, "")
        if not names or not self._named(names):
            raise Rejected(self.findings)
        return names

    def is_given(self, column: Column) -> bool:
        """Whether the file need not say it."""
        own = "lines." if any(column is one for one in self.on_line) else ""
        return own + column.leaf.dotted in self.given

    def _placed(self, columns: Iterable[Column]) -> list[Cell]:
        """The columns that the file has."""
        at = {name: place for place, name in enumerate(self.names)}
        return [
            (at[one.name], one, one.key, one.required, None if one.leaf.type == "amount" else {})
            for one in columns
            if not one.silent and one.name in at
        ]

    def _headed(self, first: Record) -> Document:
        number, cells = first
        cells = self._evened(cells)
        by_name = dict(zip(self.names, cells, strict=False))
        values = self._header([(number, by_name)])
        for term, value in self.given.items():
            if not term.startswith("lines."):
                values.setdefault(term, value)
        values |= {"lines": (), **unsaid(self.table.document, self.table.leave_out)}
        terms = [column.leaf.term for column in self.header] + [tuple(term.split(".")) for term in self.given]
        document = self._build(builder(self.table.document, dict.fromkeys(terms)), values, number)
        if document is None or any(finding.fatal for finding in self.findings):
            raise Rejected(self.told())
        self._currency = values.get("currency")
        self._said_by = itemgetter(0, *(cell[0] for cell in self._heads)) if self._heads else None
        self._heading = cells
        self.findings_of_head = self.told()
        self.findings, self.met = [], 0
        return document  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[StreamedLine]:
        number, record = 0, self._first
        try:
            while record is not None:
                number += 1
                if (line := self._streamed(number, record)) is not None:
                    yield line
                else:
                    number -= 1
                record = next(self._records, None)
        except Rejected as stop:
            yield StreamedLine(number=number + 1, findings=stop.findings, at=stop.findings[0].place.line, ended=True)

    def _streamed(self, number: int, record: Record) -> StreamedLine | None:
        """None: the row says nothing but what the head says."""
        at, cells = record
        if len(cells) != len(self.names):
            cells = self._evened(cells)
        line = self._read(number, at, cells) if self._agree(at, cells) else None
        if self.met and len(cells) == len(self.names) and not any(cells[cell[0]].strip() for cell in self._cells):
            self.findings, self.met = [], 0
            return None
        if not self.met:
            return StreamedLine(number=number, line=line, at=at)
        told, self.findings, self.met = self.told(), [], 0
        if any(finding.fatal for finding in told):
            return StreamedLine(number=number, at=at, article=self._number_in(cells), findings=told)
        return StreamedLine(number=number, line=line, at=at, findings=told)

    def _read(self, number: int, at: int, cells: list[str]) -> Any:
        values = self._constants.copy()
        for group in self._groups:
            said = group.texts(cells)
            thing = group.known.get(said, group)
            if thing is group:
                thing = self._made(group, at, cells, said)
            if thing is not None:
                values[group.term] = thing
        self._cell_by_cell(self._single, at, cells, values)
        if self.is_numbered:
            values.setdefault("id", str(number))
        if self.met:
            return None
        if self._silent:
            read_last(self._silent, values, number)
        if self.unsaid:
            values |= self.unsaid
        return self._build(self._make_line, values, at)

    def _cell_by_cell(self, placed: Iterable[Cell], at: int, cells: list[str], values: dict[str, Any]) -> None:
        for place, column, key, required, known in placed:
            text = cells[place]
            if known and (value := known.get(text)) is not None:
                values[key] = value
            elif text or required:
                self._value(column, at, text, values, self._currency)
                if known is not None and key in values and len(known) < _KNOWN:
                    known[text] = values[key]

    def _made(self, group: Grouped, at: int, cells: list[str], said: Any) -> Any:
        """The small thing that these texts say; kept where nothing is wrong with them."""
        values: dict[str, Any] = {}
        self._cell_by_cell(group.cells, at, cells, values)
        found = {key.rpartition(".")[2]: value for key, value in values.items()}
        thing = None if self.met else self._build(group.made, found, at)
        if not self.met and len(group.known) < _KNOWN:
            group.known[said] = thing
        return thing

    def _evened(self, cells: list[str]) -> list[str]:
        """A row without the empty cells that it has too many."""
        while len(cells) > len(self.names) and not cells[-1].strip():
            cells = cells[:-1]
        return cells

    def _agree(self, at: int, cells: list[str]) -> bool:
        """Whether the row has the cells that are named, and its head is that of the first row."""
        if len(cells) != len(self.names):
            self.fatal("cells", f"the row has {len(cells)} cells, and {len(self.names)} are named", at, "")
            return False
        if self._said_by is None or self._said_by(cells)[1:] == self._said_by(self._heading)[1:]:
            return True
        for place, column, *_ in self._heads:
            if cells[place] != self._heading[place]:
                message = f"says {cells[place]!r}, and the first row says {self._heading[place]!r}"
                self.fatal("one-document", f"{message}; one file holds one document", at, column.name)
        return True

    def _number_in(self, cells: list[str]) -> str | None:
        if self._article is None or self._article >= len(cells):
            return None
        return cells[self._article].strip()[:100] or None
