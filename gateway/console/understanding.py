"""The raw bytes of a message beside what we understand of them. Pure."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

import msgspec

from gateway.exchange.differences import as_text
from gateway.findings import Finding
from gateway.model import DespatchAdvice, Document, Order, OrderResponse
from gateway.model.despatch import LogisticUnit
from gateway.model.item import Item
from gateway.model.party import Quantity

MOST_LINES = 2000
LONGEST_LINE = 4000


class RawLine(msgspec.Struct, frozen=True):
    """One line as text; `marked` where a finding points at it."""

    number: int
    text: str
    marked: bool


class DocumentLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of any document: `code` is UNCL1229 in a response, `outstanding` what a despatch advice still owes."""

    line: str
    article: str
    name: str
    quantity: Quantity | None = None
    code: str | None = None
    outstanding: Quantity | None = None
    price: Decimal | None = None


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """A document in the words of the model, or the findings that say why there is none."""

    document: Document | None = None
    lines: tuple[DocumentLine, ...] = ()
    findings: tuple[Finding, ...] = ()
    ssccs: tuple[str, ...] = ()


def raw_lines(raw: bytes, marked: Collection[int]) -> tuple[list[RawLine], bool]:
    """The bytes as numbered lines, and whether there were more than are shown."""
    lines = as_text(raw).splitlines()
    shown = [
        RawLine(number, line[:LONGEST_LINE], number in marked)
        for number, line in enumerate(lines[:MOST_LINES], start=1)
    ]
    return shown, len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines[:MOST_LINES])


def explain(document: Document) -> Understood:
    """The lines of a document in one shape."""
    ssccs = tuple(dict.fromkeys(_ssccs(document.packing))) if isinstance(document, DespatchAdvice) else ()
    return Understood(
        document=document, lines=tuple(_line(line) for line in getattr(document, "lines", ())), ssccs=ssccs
    )


def _line(line: Any) -> DocumentLine:
    price, item = getattr(line, "price", None), getattr(line, "item", None) or Item()
    return DocumentLine(
        line=getattr(line, "order_line", None) or line.id,
        article=item.seller_id or "",
        name=item.name or item.description or "",
        quantity=getattr(line, "delivered", None) or getattr(line, "quantity", None),
        code=getattr(line, "status", None),
        outstanding=getattr(line, "outstanding", None) or getattr(line, "backorder", None),
        price=getattr(price, "amount", price).value if price is not None else None,
    )


def references(document: Document) -> tuple[str, ...]:
    """The order numbers that the document names."""
    if isinstance(document, Order):
        return (document.number,)
    if isinstance(document, OrderResponse):
        return (document.order,)
    if isinstance(document, DespatchAdvice):
        named = (*document.orders, *(line.order for line in document.lines if line.order))
        return tuple(dict.fromkeys(named))
    return ()


def _ssccs(units: Collection[LogisticUnit]) -> list[str]:
    found = []
    for unit in units:
        found += [unit.id.value] if unit.id is not None else []
        found += _ssccs(unit.units)
    return found
