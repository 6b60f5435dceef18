"""What the book knows of the orders that a document is about, in the shape that our own rules ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange.office import Office
from gateway.findings import Finding
from gateway.formats import Dialect
from gateway.model import Document
from gateway.orders import book, versions
from gateway.orders.advices import standing
from gateway.orders.book import EventRow, OrderRow
from gateway.orders.lifecycle import State
from gateway.rules.ours import Context, KnownOrder, judge_ours
from gateway.rules.ours.context import End
from gateway.suppliers.supplier import Supplier

_ENDS: dict[State, End] = {State.REJECTED: "rejected", State.CANCELLED: "cancelled"}
_MATCHED_ELSEWHERE, _TOO_LATE = "avrop-order-unknown", "avrop-after-end"


def judged(
    conn: sa.Connection,
    document: Document,
    supplier: Supplier,
    named: Sequence[OrderRow],
    office: Office,
    source: str,
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Our own rules on a document that came: what is told of it, and what keeps it from moving an order that has ended.

    `named` are the orders that bear the numbers it names. Whether they are there is not said here: the matching does,
    with the reason why.
    """
    context = context_of(conn, document, supplier, named, office)
    found = judge_ours(document, context, legacy=is_legacy(office.dialects.get(supplier.dialect)))
    placed = [replace(one, place=replace(one.place, source=source)) for one in found if one.rule != _MATCHED_ELSEWHERE]
    late = tuple(one for one in placed if one.rule == _TOO_LATE)
    return tuple(one for one in placed if one not in late), late


def context_of(
    conn: sa.Connection, document: Document, supplier: Supplier, named: Sequence[OrderRow], office: Office
) -> Context:
    """The supplier's own orders as they stand, and the contract's prices of the articles named."""
    orders = {row.number: known(conn, row, document.number) for row in named if row.supplier_id == supplier.id}
    prices = office.handlers.contract_prices
    articles = {article for line in getattr(document, "lines", ()) if (article := _article(line))}
    asked = prices(conn, supplier.id, articles) if prices is not None and articles else {}
    return Context(orders=orders, contract_prices=asked)


def known(conn: sa.Connection, row: OrderRow, but: str = "") -> KnownOrder:
    """An order with its changes counted and what was despatched of it, without the document numbered `but`."""
    sequences = [version.sequence or 0 for version in versions.of_order(conn, row.id)]
    advices = [one for one in standing(book.timeline(conn, row.id)) if one.detail.get("number") != but]
    return KnownOrder(
        order=row.order,
        ended=_ENDS.get(row.state),
        sequence=max(sequences, default=0),
        delivered=_delivered(advices) if advices else None,
    )


def is_legacy(dialect: Dialect | None) -> bool:
    """Whether a dialect is older or freer than BIS 3, whose tables name all that their documents may say."""
    return dialect is None or not any(codec.table.complete for codec in dialect.codecs.values())


def _delivered(advices: Sequence[EventRow]) -> dict[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for advice in advices:
        for line in advice.detail.get("lines", ()):
            sums[line["line"]] += Decimal(str((line.get("delivered") or {}).get("value", 0)))
    return dict(sums)


def _article(line: Any) -> str | None:
    return getattr(getattr(line, "item", None), "seller_id", None)
