"""What one document says twice, in the wrong order, or in two units."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gateway.findings import Finding
from gateway.model import CreditNote, Document, Invoice, Order, OrderChange, OrderResponse
from gateway.model.party import Period
from gateway.rules.ours.say import say, walk


def check_shape(document: Document, legacy: bool = False) -> Iterator[Finding]:
    """Line ids, periods, days, the lines of a response, units of prices."""
    yield from _ids(document)
    yield from _periods(document)
    yield from _days(document)
    if isinstance(document, OrderResponse):
        yield from _response(document, legacy)
    yield from _units(document)


def _ids(document: Document) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for place, line in enumerate(getattr(document, "lines", ())):
        first = seen.setdefault(line.id, place)
        if first != place:
            why = f"line id {line.id!r} stands already at lines[{first}]: nobody can tell them apart"
            yield say("line-twice", f"lines[{place}].id", why)


def _periods(document: Document) -> Iterator[Finding]:
    for path, period in walk(document):
        if not isinstance(period, Period) or period.start_date is None or period.end_date is None:
            continue
        if _end(period) < _start(period):
            why = f"the period ends {period.end_date}, before it begins {period.start_date}"
            yield say("period-reversed", path, why)


def _start(period: Period) -> tuple[object, object]:
    return period.start_date, _clock(period) and period.start_time


def _end(period: Period) -> tuple[object, object]:
    return period.end_date, _clock(period) and period.end_time


def _clock(period: Period) -> bool:
    """Times count where both are said in the same manner."""
    start, end = period.start_time, period.end_time
    return start is not None and end is not None and (start.tzinfo is None) == (end.tzinfo is None)


def _days(document: Document) -> Iterator[Finding]:
    asked: list[tuple[str, Period | None]] = []
    if isinstance(document, Order | OrderChange):
        asked = [("delivery.requested", document.delivery.requested if document.delivery else None)]
        asked += [(f"lines[{place}].requested", line.requested) for place, line in enumerate(document.lines)]
    elif isinstance(document, OrderResponse):
        asked = [("promised", document.promised)]
        asked += [(f"lines[{place}].promised", line.promised) for place, line in enumerate(document.lines)]
    issued = document.issued
    for path, period in asked:
        last: date | None = (period.end_date or period.start_date) if period else None
        if last is not None and issued is not None and last < issued:
            why = f"the goods are to come {last}, and the document was issued {issued}"
            yield say("delivery-before-issue", path, why, fatal=False)


def _response(document: OrderResponse, legacy: bool) -> Iterator[Finding]:
    """PEPPOL-T76-R007 to R010 and their like in T116; Svehandel's responses repeat lines that they accept."""
    if document.code == "CA" and not document.lines:
        yield say("response-lines", "lines", "accepted with changes (CA), and no line says which ones")
    if document.code in ("AB", "AP", "RE") and document.lines:
        why = f"{document.code} is said of the whole order: its {len(document.lines)} lines could mean something else"
        yield say("response-lines", "lines", why, fatal=not legacy)


def _units(document: Document) -> Iterator[Finding]:
    """A price per kilo of something sold by the box cannot be multiplied (PEPPOL-EN16931-R130, PEPPOL-T77-R006)."""
    for place, line in enumerate(getattr(document, "lines", ())):
        quantity, price = getattr(line, "quantity", None), getattr(line, "price", None)
        base = getattr(price, "base_quantity", None) or getattr(line, "base_quantity", None)
        if quantity is None or base is None or None in (quantity.unit, base.unit) or quantity.unit == base.unit:
            continue
        why = f"the price is for {base.unit} and the quantity is counted in {quantity.unit}"
        fatal = isinstance(document, Invoice | CreditNote)
        yield say("base-unit", f"lines[{place}].price.base_quantity", why, fatal=fatal)
