"""What we understood of a document, in a few words that the one who wrote it can check. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from gateway.model import DespatchAdvice, Document, OrderResponse
from gateway.model.despatch import LogisticUnit
from gateway.model.party import Period, Quantity
from gateway.rules.ours.say import plain
from web.languages import N_
from web.trade import CODES, LINE_CODES


class Fact(msgspec.Struct, frozen=True):
    """`label` is a message id, and so is `value` where it is `worded`."""

    label: str
    value: str
    worded: bool = False


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line: `status` a message id, `later` what is still to come."""

    line: str
    article: str
    name: str
    quantity: str
    status: str = ""
    later: str = ""


def facts_of(document: Document) -> list[Fact]:
    """The head of the document."""
    found = [Fact(N_("Number"), document.number), Fact(N_("Date"), str(document.issued or ""))]
    if isinstance(document, OrderResponse):
        found.append(Fact(N_("Answers order"), document.order))
        if document.change:
            found.append(Fact(N_("Answers change"), document.change))
        found.append(Fact(N_("Says"), CODES.get(document.code, document.code), worded=True))
        found += _day(document.promised)
    if isinstance(document, DespatchAdvice):
        found.append(Fact(N_("About order"), ", ".join(document.orders)))
        labels = ", ".join(dict.fromkeys(_labels(document.packing)))
        found.append(Fact(N_("Parcels"), labels or "–"))
        found += _day(document.shipment.estimated if document.shipment else None)
    note = getattr(document, "note", None)
    return [*found, Fact(N_("What is noted"), note)] if note else found


def lines_of(document: Document) -> list[Line]:
    """The lines of the document, in one shape."""
    return [_line(line) for line in getattr(document, "lines", ())]


def _line(line: Any) -> Line:
    later: Quantity | None = getattr(line, "backorder", None) or getattr(line, "outstanding", None)
    quantity: Quantity | None = getattr(line, "delivered", None) or getattr(line, "quantity", None)
    status = getattr(line, "status", None) or ""
    return Line(
        line=getattr(line, "order_line", None) or line.id,
        article=line.item.seller_id or "",
        name=line.item.name or "",
        quantity=_amount(quantity),
        status=LINE_CODES.get(status, status),
        later=_amount(later),
    )


def _amount(quantity: Quantity | None) -> str:
    return f"{plain(quantity.value)} {quantity.unit or ''}".rstrip() if quantity is not None else ""


def _day(period: Period | None) -> list[Fact]:
    day = (period.end_date or period.start_date) if period is not None else None
    return [Fact(N_("Arrives"), day.isoformat())] if day is not None else []


def _labels(units: tuple[LogisticUnit, ...]) -> Iterator[str]:
    for unit in units:
        if unit.id is not None:
            yield unit.id.value
        yield from _labels(unit.units)
