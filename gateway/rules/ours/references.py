"""Whether the orders and lines that a document names are there; Schematron cannot know (trap 9 of Peppol)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gateway.findings import Finding
from gateway.model import (
    CreditNote,
    DespatchAdvice,
    Document,
    Invoice,
    OrderCancellation,
    OrderChange,
    OrderResponse,
)
from gateway.model.order import OrderLine
from gateway.rules.ours.context import Context, KnownOrder
from gateway.rules.ours.say import say

_ADDED = "1"


def check_references(document: Document, context: Context) -> Iterator[Finding]:
    """The orders that it names are this supplier's, its lines are theirs; CA carries them all."""
    for path, named in _orders(document):
        if named.strip() not in context.orders:
            yield say("order-unknown", path, f"we have no order {named!r} of this supplier")
    for path, number, id in _lines(document):
        known = context.orders.get((number or "").strip())
        if known is not None and id not in {line.id for line in known.order.lines}:
            yield say("line-unknown", path, f"order {number} has no line {id!r}", fatal=False)
    if isinstance(document, OrderResponse) and document.code == "CA":
        known = context.orders.get(document.order.strip())
        said = {line.order_line for line in document.lines}
        missing = [line.id for line in known.order.lines if line.id not in said] if known else []
        if missing:
            why = f"accepted with changes carries all lines, and nothing is said of line {', '.join(missing)}"
            yield say("response-incomplete", "lines", why, fatal=False)


def _orders(document: Document) -> Iterator[tuple[str, str]]:
    if isinstance(document, OrderResponse | OrderChange | OrderCancellation):
        yield "order", document.order
    elif isinstance(document, DespatchAdvice):
        yield from ((f"orders[{place}]", number) for place, number in enumerate(document.orders))
        yield from ((f"lines[{place}].order", line.order) for place, line in enumerate(document.lines) if line.order)
    elif isinstance(document, Invoice | CreditNote) and document.order:
        yield "order", document.order


def _lines(document: Document) -> Iterator[tuple[str, str | None, str]]:
    """Where, of which order, which line."""
    if isinstance(document, OrderResponse):
        for place, answer in enumerate(document.lines):
            if answer.status != _ADDED:
                yield f"lines[{place}].order_line", document.order, answer.order_line
    elif isinstance(document, DespatchAdvice):
        first = document.orders[0] if document.orders else None
        for place, sent in enumerate(document.lines):
            if sent.order_line:
                yield f"lines[{place}].order_line", sent.order or first, sent.order_line
    elif isinstance(document, Invoice | CreditNote):
        for place, billed in enumerate(document.lines):
            if billed.order_line:
                yield f"lines[{place}].order_line", document.order, billed.order_line


def line_of(context: Context, number: str | None, id: str | None) -> tuple[KnownOrder, OrderLine] | None:
    """The order line that a line of a document is about, with its order; None where either is unknown."""
    known = context.orders.get((number or "").strip())
    if known is None or id is None:
        return None
    by_id: Mapping[str, OrderLine] = {line.id: line for line in known.order.lines}
    return (known, by_id[id]) if id in by_id else None
