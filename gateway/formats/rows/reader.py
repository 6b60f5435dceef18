"""Rows to a document: header cells must agree on every row, line cells make one line each."""

from __future__ import annotations

import csv
import io
from typing import Any

from gateway.findings import Finding, Place
from gateway.formats.build import Builder, builder, unsaid
from gateway.formats.hooks import MERGERS
from gateway.formats.rows.columns import SEPARATOR, Column
from gateway.formats.rows.layout import Layout
from gateway.formats.rows.silent import read_first, read_last
from gateway.mapping.located import did_you_mean
from gateway.mapping.shapes import HOOKS
from gateway.mapping.table import Group, Table
from gateway.model.despatch import LogisticUnit
from gateway.model.party import Identifier

Row = tuple[int, dict[str, str]]
_MOST_COLUMNS = 1000
_MOST_FINDINGS = 500


class RowsReader:
    """One reading of one file. `read(text)` gives the document or None; `findings` says what was wrong."""

    def __init__(
        self, table: Table, layout: Layout, columns: list[tuple[bool, Column]], lines: Group | None, source: str
    ) -> None:
        self.table = table
        self.layout = layout
        self.header = [column for on_line, column in columns if not on_line]
        self.on_line = [column for on_line, column in columns if on_line]
        self.said = [column for column in self.header if not column.silent]
        self.lines = lines
        self.unsaid = unsaid(lines.struct, table.leave_out, f"{lines.dotted}.") if lines else {}
        terms = [column.leaf.term for column in self.on_line if not column.leaf.hook]
        self._make_line = builder(lines.struct, terms) if lines else builder(object, ())
        self.source = source
        self.findings: list[Finding] = []
        self.met = 0

    def read(self, text: str) -> Any:
        rows = self._rows(text)
        if rows is None:
            return None
        if not rows:
            self.fatal("empty", "the file holds no rows", 1, "")
            return None
        values = self._header(rows)
        filled = [(number, cells) for number, cells in rows if self._has_line(cells)]
        currency = values.get("currency")
        made = [self._line(place, number, cells, currency) for place, (number, cells) in enumerate(filled, 1)]
        if any(finding.fatal for finding in self.findings):
            return None
        if self.lines is not None:
            values[self.lines.term[0]] = tuple(line for line, _ in made)
            if not made and self.lines.min:
                self.fatal("missing", "no row holds a line", rows[0][0], "")
        self._merge(values, made)
        values |= unsaid(self.table.document, self.table.leave_out)
        return self._build(self._make_document(), values, rows[0][0])

    def _make_document(self) -> Builder:
        return builder(self.table.document, [column.leaf.term for column in self.header])

    def _rows(self, text: str) -> list[Row] | None:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self.layout.separator, strict=True)
        rows: list[Row] = []
        names = [] if self.layout.header else list(self.layout.row)
        if not self._named(names):
            return None
        try:
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                if not names:
                    names = [cell.strip() for cell in cells]
                    if not self._named(names):
                        return None
                elif len(cells) != len(names):
                    self.fatal(
                        "cells", f"the row has {len(cells)} cells, and {len(names)} are named", reader.line_num, ""
                    )
                else:
                    rows.append((reader.line_num, dict(zip(names, cells, strict=True))))
        except csv.Error as error:
            self.fatal("syntax", f"this is not a row file that can be read: {error}", reader.line_num, "")
            return None
        return rows

    def _named(self, names: list[str]) -> bool:
        """Whether the header row, once it is there, can be used; unknown columns are reported and not carried."""
        if not names:
            return True
        if len(names) > _MOST_COLUMNS:
            self.fatal("size", f"the first row names {len(names)} columns; at most {_MOST_COLUMNS} are read", 1, "")
            return False
        columns = [column for column in self.header + self.on_line if not column.silent]
        known = {column.name for column in columns}
        for name in names:
            if names.count(name) > 1:
                self.fatal("twice", "stands twice in the header row", 1, name)
            elif name not in known:
                near = did_you_mean(name, known - set(names))
                self._add(
                    "not-carried", f"the column {name!r} is not known here and was not carried{near}", 1, name, False
                )
        for column in columns:
            if column.required and column.name not in names and not self.is_given(column):
                self.fatal(
                    "column", f"the column {column.name} is missing{did_you_mean(column.name, names)}", 1, column.name
                )
        return not any(finding.fatal for finding in self.findings)

    def is_given(self, column: Column) -> bool:
        """Whether it is known without the file, which then need not say it."""
        return False

    def _header(self, rows: list[Row]) -> dict[str, Any]:
        first: dict[str, tuple[int, str]] = {}
        for number, cells in rows:
            for column in self.said:
                text = cells.get(column.name, "")
                known = first.setdefault(column.name, (number, text))
                if text != known[1]:
                    message = f"says {text!r}, and row {known[0]} says {known[1]!r}; one file holds one document"
                    self.fatal("one-document", message, number, column.name)
        values: dict[str, Any] = {}
        read_first(self.header, values)
        for column in sorted(self.said, key=lambda column: column.leaf.type == "amount"):
            number, text = first[column.name]
            self._value(column, number, text, values, values.get("currency"))
        read_last(self.header, values, 1)
        return values

    def _has_line(self, cells: dict[str, str]) -> bool:
        return any(cells.get(column.name) for column in self.on_line if not column.silent)

    def _line(self, place: int, number: int, cells: dict[str, str], currency: str | None) -> tuple[Any, dict[str, Any]]:
        values: dict[str, Any] = {}
        read_first(self.on_line, values)
        for column in self.on_line:
            if not column.silent:
                self._value(column, number, cells.get(column.name, ""), values, currency)
        read_last(self.on_line, values, place)
        values |= self.unsaid
        hooked = {name[1:]: values.pop(name) for name in list(values) if name[0] == "@"}
        return self._build(self._make_line, values, number), hooked

    def _value(self, column: Column, number: int, text: str, values: dict[str, Any], currency: str | None) -> None:
        if not text or text.isspace():
            if column.required and not self.is_given(column):
                self.fatal("missing", "is empty, and a value must be there", number, column.name)
            return
        if column.leaf.hook:
            values[column.key] = tuple(
                LogisticUnit(id=Identifier(value=part, scheme="SSCC")) for part in text.split(SEPARATOR) if part
            )
            return
        try:
            values[column.key] = column.from_text(text, currency)
        except ValueError as error:
            self.fatal("value", str(error), number, column.name)

    def _build(self, make: Builder, values: dict[str, Any], number: int) -> Any:
        try:
            return make(values)
        except TypeError as error:
            if not any(finding.fatal for finding in self.findings):
                self.fatal("incomplete", f"the row leaves a value half said: {error}", number, "")
            return None

    def _merge(self, values: dict[str, Any], made: list[tuple[Any, dict[str, Any]]]) -> None:
        for hook in {hook for _, hooked in made for hook in hooked}:
            merged = MERGERS[hook]([(line, hooked.get(hook, ())) for line, hooked in made])
            if merged:
                values[HOOKS[hook][0]] = merged

    def told(self) -> tuple[Finding, ...]:
        """The findings, and how many more there are than are told."""
        if self.met == len(self.findings):
            return tuple(self.findings)
        message = f"{self.met - len(self.findings)} more findings like these are not told"
        return (*self.findings, Finding(rule="csv-more", message=message, place=Place(source=self.source), fatal=False))

    def fatal(self, rule: str, message: str, line: int, column: str) -> None:
        self._add(f"csv-{rule}", message, line, column, True)

    def _add(self, rule: str, message: str, line: int, column: str, fatal: bool) -> None:
        self.met += 1
        if len(self.findings) >= _MOST_FINDINGS and (not fatal or any(finding.fatal for finding in self.findings)):
            return
        place = Place(source=self.source, line=line, path=column)
        self.findings.append(Finding(rule=rule, message=message, place=place, fatal=fatal))
