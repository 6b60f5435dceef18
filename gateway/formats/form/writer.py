"""A document to a form: one field for each value of each line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gateway.formats.form.body import Pairs
from gateway.formats.form.fields import Asides, Field, Form
from gateway.formats.form.names import written
from gateway.formats.rows.silent import at, fault
from gateway.formats.rows.unmapped import Bad, refuse_unmapped
from gateway.mapping.check import mapped_terms

_PLACE = re.compile(r"0|[1-9]\d{0,4}", re.ASCII)


class FormWriter:
    """Writes one document; `bad(path, message)` is called for each term that cannot be expressed."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.terms = mapped_terms(form.table.root)
        self.line_terms = _tree(form)
        self.numbered = next(field for field in form.fields if field.leaf.options.get("numbered"))

    def write(self, document: Any, bad: Bad) -> Pairs:
        term = self.form.group.dotted
        refuse_unmapped(self.form.table, document, self.form.table.document, self.terms, "", "", bad)
        pairs: Pairs = []
        last = -1
        for index, line in enumerate(getattr(document, term)):
            path = f"{term}[{index}]."
            refuse_unmapped(self.form.table, line, self.form.group.struct, self.line_terms, path, f"{term}.", bad)
            place = self._place(line, path, last, bad)
            pairs.extend((written(name, place), text) for name, text in self._line(line, path, place, bad))
            last = place
        return pairs or [(self.form.nothing, "")]

    def _place(self, line: Any, path: str, last: int, bad: Bad) -> int:
        """The number of a line is its place in the form."""
        said = str(at(line, self.numbered.leaf.term))
        if _PLACE.fullmatch(said) is None or int(said) <= last:
            where = f"{path}{self.numbered.leaf.dotted}"
            bad(where, f"{said!r} is no number above that of the line before, and lines are named by their numbers")
            return last + 1
        return int(said)

    def _line(self, line: Any, path: str, place: int, bad: Bad) -> Iterator[tuple[str, str]]:
        for field in self.form.fields:
            text = "" if field is self.numbered else self._cell(field, line, path, place, bad)
            if text:
                yield field.name, text
        for one in self.form.asides:
            yield from self._asides(one, line, path, bad)

    def _cell(self, field: Field, line: Any, path: str, place: int, bad: Bad) -> str:
        where = f"{path}{field.leaf.dotted}"
        try:
            value = at(line, field.leaf.term)
        except ValueError:
            return ""  # said once, of the group
        if field.column.silent:
            if why := fault(field.column, value, line, place):
                bad(where, why)
            return ""
        if value is None or value == ():
            if field.needed and (not field.section or at(line, field.section.strip(".").split(".")) not in (None, ())):
                bad(where, "is missing")
            return ""
        try:
            return field.write(value)
        except ValueError as error:
            bad(where, str(error))
            return ""

    def _asides(self, one: Asides, line: Any, path: str, bad: Bad) -> Iterator[tuple[str, str]]:
        """Each by its name; they come back in the order of the code list, each once."""
        order = {code: (place, name) for place, (name, code) in enumerate(one.fields())}
        tree = mapped_terms(one.group)
        last = -1
        for index, member in enumerate(at(line, one.group.term) or ()):
            where = f"{path}{one.group.dotted}[{index}]"
            refuse_unmapped(self.form.table, member, one.group.struct, tree, f"{where}.", "", bad)
            said, text = getattr(member, one.name), getattr(member, one.value)
            place, name = order.get(said, (-1, ""))
            if not name:
                bad(f"{where}.{one.name}", f"{said!r} is none of the names that the form has a field for")
            elif place <= last:
                bad(f"{where}.{one.name}", f"{said!r} stands twice, or not in the order of the form")
            elif wrong := _unwritable(text):
                bad(f"{where}.{one.value}", wrong)
            else:
                yield name, text
            last = max(last, place)


def _unwritable(text: str) -> str:
    """Why no form can carry `text`; nothing where one can."""
    if not text or text.isspace():
        return "the text is blank; leave the term out instead"
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        return "holds a character that no form can carry"
    return ""


def _tree(form: Form) -> dict[str, Any]:
    """The terms of a line; what stands in groups inside it step by step."""
    tree: dict[str, Any] = {}
    for term in form.terms:
        level = tree
        for name in term[:-1]:
            level = level.setdefault(name, {})
        level[term[-1]] = True
    return tree
