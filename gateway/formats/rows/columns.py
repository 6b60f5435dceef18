"""One column: how its term is spelled in a cell and read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from gateway.formats import values
from gateway.formats.rows.layout import Layout, read_day, write_day
from gateway.mapping.table import Leaf
from gateway.model.party import Amount, Identifier

ToText = Callable[[Any, str | None], str]
FromText = Callable[[str, str | None], Any]
SEPARATOR = "|"  # divides the values of a column that holds several


@dataclass(frozen=True)
class Column:
    """`to_text(value, currency)` and `from_text(text, currency)`; both raise ValueError with a sentence.

    `beside` are the terms of the same group that have cells, where this one is silent.
    """

    name: str
    leaf: Leaf
    to_text: ToText
    from_text: FromText
    beside: tuple[tuple[str, ...], ...] = ()

    @property
    def required(self) -> bool:
        return self.leaf.min > 0

    @property
    def silent(self) -> bool:
        """Whether the term stands in no column."""
        return self.leaf.const is not None or bool(self.leaf.options.keys() & {"like", "numbered"})

    @property
    def key(self) -> str:
        return f"@{self.leaf.hook}" if self.leaf.hook else self.leaf.dotted


def column(leaf: Leaf, layout: Layout) -> Column:
    write, read = _spelling(leaf, layout)
    if leaf.many:
        return Column(leaf.at, leaf, partial(_write_many, write, leaf), partial(_read_many, read, leaf))
    return Column(leaf.at, leaf, write, read)


def _write_many(write: ToText, leaf: Leaf, found: tuple[Any, ...], currency: str | None) -> str:
    if leaf.max == 1 and len(found) > 1:
        raise ValueError("holds more than one, and the column has room for one")
    cells = [write(value, currency) for value in found]
    if any(SEPARATOR in cell for cell in cells):
        raise ValueError(f"contains {SEPARATOR}, which divides the values of this column")
    return SEPARATOR.join(cells)


def _read_many(read: FromText, leaf: Leaf, text: str, currency: str | None) -> tuple[Any, ...]:
    parts = [part for part in text.split(SEPARATOR) if part]
    if leaf.max == 1 and len(parts) > 1:
        raise ValueError(f"{text!r} holds more than one value, and one is expected")
    return tuple(read(part, currency) for part in parts)


def _spelling(leaf: Leaf, layout: Layout) -> tuple[ToText, FromText]:
    if leaf.codes is not None:
        return _coded(leaf)
    if leaf.type == "amount":
        return partial(_write_amount, layout), partial(_read_amount, layout)
    if leaf.type == "identifier":
        scheme = leaf.options.get("scheme")
        return partial(_write_identifier, scheme), partial(_read_identifier, scheme)
    if leaf.type == "decimal":
        return lambda value, _: layout.write_decimal(value), lambda text, _: layout.read_decimal(text)
    if leaf.type == "date":
        pattern = str(leaf.options.get("date", layout.date))
        return lambda value, _: _write_date(value, pattern), lambda text, _: read_day(text, pattern)
    if leaf.type in values.WRITERS:
        write, read = values.WRITERS[leaf.type], values.READERS[leaf.type]
        return lambda value, _: write(value), lambda text, _: read(text)
    return lambda value, _: _text(value), lambda text, _: text


def _coded(leaf: Leaf) -> tuple[ToText, FromText]:
    codes = leaf.codes

    def write(value: Any, _: str | None) -> str:
        if codes is None or value not in codes.to_wire:
            raise ValueError(f"the code {value!r} has no counterpart here; add it to the codes of {leaf.at}")
        return codes.to_wire[value]

    def read(text: str, _: str | None) -> str:
        if codes is None or text.strip() not in codes.from_wire:
            raise ValueError(f"{text!r} is not a code of {leaf.at}; add it to the codes of {leaf.at}")
        return codes.from_wire[text.strip()]

    return write, read


def _text(value: str) -> str:
    if not value or value.isspace():
        raise ValueError("the text is blank; leave the term out instead")
    if "\x00" in value:
        raise ValueError("the text contains the character U+0000, which no row can carry")
    return value


def _write_date(value: date, pattern: str) -> str:
    text = write_day(value, pattern)
    if read_day(text, pattern) != value:
        raise ValueError(f"{value} cannot be written as {pattern}")
    return text


def _write_amount(layout: Layout, value: Amount, currency: str | None) -> str:
    if value.currency != currency:
        raise ValueError(f"is in {value.currency}, and the document's currency is {currency}")
    return layout.write_decimal(value.value)


def _read_amount(layout: Layout, text: str, currency: str | None) -> Amount:
    if currency is None:
        raise ValueError("is an amount, but the document states no currency")
    return Amount(value=layout.read_decimal(text), currency=currency)


def _write_identifier(scheme: str | None, value: Identifier, _: str | None) -> str:
    if scheme is not None and value.scheme != scheme:
        raise ValueError(f"has the scheme {value.scheme}, and only {scheme} can be said here")
    if scheme is not None:
        return _text(value.value)
    if value.scheme is None or not value.scheme or ":" in value.scheme:
        raise ValueError("needs a scheme, because it is written scheme:value")
    return f"{value.scheme}:{_text(value.value)}"


def _read_identifier(scheme: str | None, text: str, _: str | None) -> Identifier:
    if scheme is not None:
        return Identifier(value=text, scheme=scheme)
    found, separator, value = text.partition(":")
    if not separator or not found or not value:
        raise ValueError(f"{text!r} is not an identifier written scheme:value, such as 0088:7300010000001")
    return Identifier(value=value, scheme=found)
