"""A form to a document: each line is built or dropped, and whatever was not taken says so with its line and field."""

from __future__ import annotations

from typing import Any

from gateway.formats.build import Builder, unsaid
from gateway.formats.form.body import Pairs
from gateway.formats.form.fields import Field, Form
from gateway.formats.form.names import Names
from gateway.formats.form.notes import Notes
from gateway.formats.rows.silent import read_first, read_last

Cells = dict[str, list[str]]
_MOST_LINES = 20_000
_SHOWN = 10
_WIDTH = 132  # of the rows into which long texts are cut (OCI, LONGTEXT_n:132[])


class FormReader:
    """One reading of one form. `read(pairs)` gives the document or None; `notes` say what was wrong.

    A line that cannot be read is dropped, and a finding of the rule `form-dropped` names it; `strict` makes that fatal.
    """

    def __init__(self, form: Form, names: Names, build: Builder, source: str, strict: bool = False) -> None:
        self.form = form
        self.names = names
        self.build = build
        self.notes = Notes(source)
        self.strict = strict
        self.columns = [field.column for field in form.fields]
        self.wrong = ""

    def read(self, pairs: Pairs) -> Any:
        lines, nothing = self._sorted(pairs)
        if not lines and not nothing:
            self.notes.add(
                "empty", "the form holds no field of any line, nor the one that says there are none", fatal=True
            )
            return None
        if len(lines) > _MOST_LINES:
            self.notes.add("size", f"the form holds {len(lines)} lines; at most {_MOST_LINES} are read", fatal=True)
            return None
        self._places(lines)
        made = [line for place in sorted(lines) if (line := self._line(place, lines[place])) is not None]
        if lines and not made:
            self.notes.add("no-line", f"none of the {len(lines)} lines can be read", fatal=True)
        if self.notes.fatal:
            return None
        values = {self.form.group.dotted: tuple(made)} | unsaid(self.form.table.document, self.form.table.leave_out)
        return self.form.table.document(**values)

    def _sorted(self, pairs: Pairs) -> tuple[dict[int, Cells], bool]:
        """The filled fields line by line, and whether the form says that there are none."""
        lines: dict[int, Cells] = {}
        strange: dict[str, str] = {}
        nothing = False
        for name, text in pairs:
            if name == self.form.nothing:
                nothing = True
                continue
            found = self.names.parse(name)
            if found is None or not self.names.holds(found[0]):
                if text.strip():
                    strange.setdefault(name if found is None else found[0], name)
            elif text and not text.isspace():
                lines.setdefault(found[1], {}).setdefault(found[0], []).append(text)
        for name in strange.values():
            self.notes.add(
                "not-carried", f"the field {name[:80]!r} is not known here and was not carried", path=name[:80]
            )
        return lines, nothing

    def _places(self, lines: dict[int, Cells]) -> None:
        if 0 in lines:
            self.notes.add("from-zero", "the shop counts its lines from 0, and the first should be 1", 0)
        missing = [place for place in range(1, max(lines, default=0)) if place not in lines]
        if missing:
            shown = ", ".join(map(str, missing[:_SHOWN])) + (" …" if len(missing) > _SHOWN else "")
            self.notes.add("gap", f"there is no line {shown}; compare with the basket in the shop", missing[0])

    def _line(self, place: int, cells: Cells) -> Any:
        values: dict[str, Any] = {}
        failed: set[str] = set()
        self.wrong = ""
        read_first(self.columns, values)
        for field in self.form.fields:
            if not field.column.silent:
                self._field(field, place, cells, values, failed)
        self._sections(place, values, failed)
        read_last(self.columns, values, place)
        self._asides(cells, values)
        for name in self.form.told:
            for text in cells.get(name, ()):
                self.notes.add("look", f"says {text!r}: the line belongs together with others; look at it", place, name)
        if self.wrong:
            self.notes.drop(place, self.wrong, self.strict)
            return None
        return self.build(values)

    def _field(self, field: Field, place: int, cells: Cells, values: dict[str, Any], failed: set[str]) -> None:
        text = self._text(field, place, cells)
        if text is None:
            if field.needed and not field.section:
                self._bad("missing", "is empty, and a value must be there", place, field)
            return
        try:
            values[field.leaf.dotted] = field.read(text)
        except ValueError as error:
            if field.section:
                self.notes.add("not-carried", f"{error}; it was not carried, nor what belongs to it", place, field.name)
                failed.add(field.section)
            else:
                self._bad("value", str(error), place, field)
            return
        if long := field.too_long(text):
            self.notes.add("length", long, place, field.name)

    def _text(self, field: Field, place: int, cells: Cells) -> str | None:
        """What a field says: its own text, or that of the first filled one that may stand in its place."""
        said = cells.get(field.name)
        others = [(name, cells[name]) for name in field.instead if name in cells]
        if said is None and others:
            name, said = others.pop(0)
            if not field.section:
                self.notes.add("instead", f"is empty; what {name} says is read in its place", place, field.name)
        if said is None:
            return None
        if "{n}" in field.name:
            return _whole(said)
        if any(text != said[0] for text in said):
            self._bad("twice", f"says {said[0]!r} and {next(t for t in said if t != said[0])!r}", place, field)
        for name, texts in others:
            if texts != said and not any(one.name == name for one in self.form.fields):
                self.notes.add("not-carried", f"says {texts[0]!r}, and {field.name} says {said[0]!r}", place, name)
        return said[0]

    def _sections(self, place: int, values: dict[str, Any], failed: set[str]) -> None:
        """A group within a line is carried whole or not at all."""
        for field in self.form.fields:
            inside = [term for term in values if field.section and term.startswith(field.section)]
            if inside and field.needed and not field.column.silent and field.leaf.dotted not in values:
                if field.section not in failed:
                    self.notes.add("not-carried", "is empty, so what belongs to it was not carried", place, field.name)
                failed.add(field.section)
        for term in [term for term in values if any(term.startswith(section) for section in failed)]:
            del values[term]

    def _asides(self, cells: Cells, values: dict[str, Any]) -> None:
        for one in self.form.asides:
            found = [(code, cells[name][0]) for name, code in one.fields() if name in cells]
            if found:
                make = one.group.struct
                values[one.group.dotted] = tuple(make(**{one.name: code, one.value: text}) for code, text in found)

    def _bad(self, rule: str, message: str, place: int, field: Field) -> None:
        """What keeps the line out."""
        self.wrong = self.wrong or f"{field.name}: {message}"
        self.notes.add(rule, message, place, field.name, self.strict)


def _whole(rows: list[str]) -> str:
    """A long text out of its rows: one that fills its width goes on in the next, another ends there."""
    parts = [row if len(row) == _WIDTH else f"{row}\n" for row in rows]
    return "".join([*parts[:-1], rows[-1]])
