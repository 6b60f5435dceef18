"""The fields of a form: how each is spelled, what else is read in its place, what it allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.formats.rows.columns import Column
from gateway.mapping.codes import Codes
from gateway.mapping.table import Group, Leaf, Table

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
        except ValueError:
            if self.leaf.type == "decimal":
                raise ValueError(f"{text!r} is not a number; it {_COMMA}") from None
            raise
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
        return "" if fits else f"{text!r} has more digits than the {before} before the point and {after} after it"


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
