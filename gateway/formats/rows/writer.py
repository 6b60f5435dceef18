"""Documents to rows: one row a line, the document's own values repeated on each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from gateway.formats.hooks import SPLITTERS
from gateway.formats.rows.columns import SEPARATOR, Column
from gateway.formats.rows.layout import Layout
from gateway.formats.rows.silent import at, fault
from gateway.formats.rows.unmapped import Bad, refuse_unmapped
from gateway.mapping.check import mapped_terms
from gateway.mapping.table import Group, Table
from gateway.model.despatch import LogisticUnit


class RowsWriter:
    """Writes one document; `bad(path, message)` is called for each term that cannot be expressed."""

    def __init__(self, table: Table, layout: Layout, columns: list[tuple[bool, Column]], lines: Group | None) -> None:
        self.table = table
        self.layout = layout
        self.columns = columns
        self.lines = lines
        self.hooks = {column.leaf.hook for _, column in columns if column.leaf.hook}
        self.header_terms = mapped_terms(table.root) | dict.fromkeys(self.hooks, True)
        self.line_terms = mapped_terms(lines) if lines else {}
        self.row = list(layout.row) or [column.name for _, column in columns if not column.silent]

    def write(self, document: Any, bad: Bad) -> str:
        currency = getattr(document, "currency", None)
        refuse_unmapped(self.table, document, self.table.document, self.header_terms, "", "", bad)
        hooked = {str(hook): SPLITTERS[str(hook)](document, bad) for hook in self.hooks}
        header = {c.name: self._cell(c, document, "", 1, currency, bad) for on_line, c in self.columns if not on_line}
        out = io.StringIO(newline="")
        writer = csv.writer(_Rows(out, self.layout.newline), delimiter=self.layout.separator)
        if self.layout.header:
            writer.writerow(self.row)
        for place, (path, line) in enumerate(self._lines(document, bad), 1):
            cells = dict(header)
            for on_line, column in self.columns:
                if on_line and line is not None:
                    cells[column.name] = self._line_cell(column, line, path, place, currency, hooked, bad)
            writer.writerow([cells.get(name, "") for name in self.row])
        return out.getvalue()

    def _lines(self, document: Any, bad: Bad) -> Iterator[tuple[str, Any]]:
        """Each line with its path; a document without lines still needs a row for its own values."""
        if self.lines is None:
            return
        term = self.lines.term[0]
        found = getattr(document, term)
        if not found:
            if self.lines.min:
                bad(term, "is missing")
            yield "", None
        for index, line in enumerate(found):
            path = f"{term}[{index}]."
            refuse_unmapped(self.table, line, self.lines.struct, self.line_terms, path, f"{term}.", bad)
            yield path, line

    def _line_cell(
        self, column: Column, line: Any, path: str, place: int, currency: str | None, hooked: Any, bad: Bad
    ) -> str:
        if column.leaf.hook is None:
            return self._cell(column, line, path, place, currency, bad)
        return SEPARATOR.join(_unit_ids(hooked[column.leaf.hook].get(line.id, ()), f"{path}packing", bad))

    def _cell(self, column: Column, start: Any, path: str, place: int, currency: str | None, bad: Bad) -> str:
        where = f"{path}{column.leaf.dotted}"
        try:
            value = at(start, column.leaf.term)
        except ValueError:
            return ""  # said once, of the group
        if column.silent:
            why = fault(column, value, start, place)
            if why:
                bad(where, why)
            return ""
        if value is None or value == ():
            if column.required:
                bad(where, "is missing")
            return ""
        try:
            text = column.to_text(value, currency)
            text.encode(self.layout.encoding)
        except UnicodeEncodeError as error:
            bad(where, f"contains {error.object[error.start]!r}, which {self.layout.encoding} cannot carry")
            return ""
        except ValueError as error:
            bad(where, str(error))
            return ""
        return text


class _Rows:
    """Where rows go: csv ends them with its own line end, so that it quotes a lone return as well, and we with ours."""

    def __init__(self, out: io.StringIO, newline: str) -> None:
        self.out = out
        self.newline = newline

    def write(self, row: str) -> None:
        self.out.write(row.removesuffix("\r\n") + self.newline)


def _unit_ids(units: Iterable[LogisticUnit], path: str, bad: Bad) -> Iterator[str]:
    for unit in units:
        bare = unit.id is not None and unit == LogisticUnit(id=unit.id)
        if unit.id is None or not bare or unit.id.scheme != "SSCC" or SEPARATOR in unit.id.value:
            bad(path, "holds more than an SSCC per unit, and a row has room for the SSCC only")
        else:
            yield unit.id.value
