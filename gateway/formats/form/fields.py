"""The fields of a form, compiled from its table: how each is spelled, what else is read in its place, what it allows."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.findings import reject
from gateway.formats.rows.columns import Column, column
from gateway.formats.rows.layout import Layout
from gateway.formats.rows.silent import beside
from gateway.mapping.codes import Codes
from gateway.mapping.table import Group, Leaf, Table

_LAYOUT = Layout()
_COMMA = "is written with a point before its decimals and nothing between its digits, like 1234.50"


@dataclass(frozen=True)
class Field:
    """One field of a line. `section` begins the terms of the group within the line that it belongs to, or is empty."""

    column: Column
    section: str = ""
    needed: bool = False

    @property
    def leaf(self) -> Leaf:
        return self.column.leaf

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def instead(self) -> tuple[str, ...]:
        """The fields that are read, in this order, where this one is empty; they are never written."""
        return tuple(self.leaf.options.get("instead", ()))

    def read(self, text: str) -> Any:
        """The value that `text` says. Raises ValueError with a sentence."""
        try:
            value = self.column.from_text(text, None)
        except ValueError as error:
            if self.leaf.type == "decimal":
                raise ValueError(f"{text!r} is not a number; it {_COMMA}") from None
            raise error
        self._allow(value, text)
        return (value,) if self.leaf.many else value

    def write(self, value: Any) -> str:
        """The text that says `value`. Raises ValueError with what follows the term in a sentence."""
        if self.leaf.many:
            if len(value) > 1:
                raise ValueError("holds more than one, and the field has room for one")
            value = value[0]
        text = self.column.to_text(value, None)
        self._allow(value, text)
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError(f"{text!r} holds half a character, which no form can carry") from None
        return text

    def _allow(self, value: Any, text: str) -> None:
        if self.leaf.options.get("positive") and value <= 0:
            raise ValueError(f"{text!r} is not more than 0")

    def too_long(self, text: str) -> str:
        """What exceeds the length that the table states: characters, or digits on both sides of the point (11.3)."""
        most = str(self.leaf.options.get("length", ""))
        if not most or (self.leaf.type != "decimal" and len(text) <= int(most)):
            return ""
        if self.leaf.type != "decimal":
            return f"has {len(text)} characters, and {most} are agreed; others may cut the rest"
        whole, _, places = text.strip().lstrip("+-").partition(".")
        before, after = most.split(".")
        fits = len(whole) <= int(before) and len(places.rstrip("0")) <= int(after)
        return "" if fits else f"{text!r} has more digits than the {before} and {after} that are agreed before and after the point"


@dataclass(frozen=True)
class Asides:
    """A repeated group, each of whose members is the value of a field whose name ends in a code: NEW_ITEM-*."""

    group: Group
    begins: str
    name: str
    value: str
    codes: Codes

    def fields(self) -> Iterator[tuple[str, str]]:
        """Each field with our code of it, in the order in which they are written and read."""
        for code, said in self.codes.to_wire.items():
            yield f"{self.begins}{said}", code


@dataclass(frozen=True)
class Form:
    """`nothing` is the field that says that there are no lines; `told` are those a person must be told of."""

    table: Table
    group: Group
    fields: tuple[Field, ...]
    asides: tuple[Asides, ...]
    nothing: str
    told: tuple[str, ...]

    @property
    def terms(self) -> list[tuple[str, ...]]:
        return [field.leaf.term for field in self.fields] + [one.group.term for one in self.asides]


def form_of(table: Table) -> Form:
    """Raises `Rejected` where the table says what a form cannot."""
    group = next((term for term in table.root.terms if isinstance(term, Group)), None)
    layout = dict(table.layout)
    if group is None or len(table.root.terms) != 1 or len(group.term) != 1 or not isinstance(layout.get("nothing"), str):
        message = "a form is one group of lines (each: …), and its layout says nothing: FIELD, told: [FIELDS]"
        raise reject("table-form", message, table.root.place)
    asides = tuple(_asides(term) for term in group.terms if isinstance(term, Group) and term.max != 1)
    flat = tuple(term for term in group.terms if not isinstance(term, Group) or term.max == 1)
    leaves = list(_leaves(dataclasses.replace(group, terms=flat), (), "", True))
    columns = beside([column(dataclasses.replace(leaf, many=False), _LAYOUT) for leaf, _, _ in leaves])
    fields = tuple(
        Field(dataclasses.replace(made, leaf=leaf), section, needed)
        for made, (leaf, section, needed) in zip(columns, leaves, strict=True)
    )
    _refuse_twins(fields)
    return Form(table, group, fields, asides, layout["nothing"], tuple(layout.get("told", ())))


def _leaves(group: Group, prefix: tuple[str, ...], section: str, line: bool) -> Iterator[tuple[Leaf, str, bool]]:
    """Each leaf at its full term, with its section and whether that, or the line, needs it."""
    for term in group.terms:
        full = prefix + term.term
        if isinstance(term, Group):
            yield from _leaves(term, full, f"{'.'.join(full)}.", False)
            continue
        options = dict(term.options)
        if "like" in options:
            options["like"] = ".".join([*prefix, str(options["like"])])
        yield dataclasses.replace(term, term=full, options=options), section, term.min > 0


def _asides(group: Group) -> Asides:
    value = next((line for line in group.terms if isinstance(line, Leaf) and line.at.endswith("*")), None)
    name = next((line for line in group.terms if isinstance(line, Leaf) and not line.at and line.codes), None)
    if value is None or name is None or len(group.terms) != 2 or name.codes is None:
        message = f"{group.dotted} repeats within a line: one field of it ends in *, and a term with codes says what * is"
        raise reject("table-form", message, group.place)
    return Asides(group, value.at.removesuffix("*"), name.dotted, value.dotted, name.codes)


def _refuse_twins(fields: tuple[Field, ...]) -> None:
    seen: Mapping[str, Field] = {}
    for field in fields:
        if field.column.silent:
            continue
        if field.name in seen or not field.name:
            raise reject("table-twice", f"the field {field.name!r} stands twice or has no name", field.leaf.place)
        seen = {**seen, field.name: field}


