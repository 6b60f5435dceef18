"""An order without some of its lines: sums exact, line ids kept; and what was taken out, by whom and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.model import Order
from gateway.model.order import OrderLine, Totals
from gateway.model.party import Amount
from shop.approving.tables import lines_taken_out
from shop.document import ORE, Sums


class TakenOut(msgspec.Struct, frozen=True, kw_only=True):
    """A line that an approver did not approve. `amount` is money without VAT."""

    line_id: str
    name: str
    seller_id: str
    quantity: Decimal
    unit: str
    amount: Decimal
    reason: str
    taken_by: str
    acted_for: str | None
    at: datetime


def without(order: Order, line_ids: Collection[str]) -> Order:
    """The order without these lines. Only for orders that are not sent, whose amounts are lines and VAT alone.

    Sums as `shop.document` makes them: VAT on the sum of each rate, rounded once (PEPPOL-T01-R008, R011, R016, R017).
    """
    lines = tuple(line for line in order.lines if line.id not in line_ids)
    if not lines or order.totals is None or order.tax_amount is None:
        raise ValueError(f"order {order.number} cannot stand without the lines {', '.join(sorted(line_ids))}")
    total, currency = sums_of(lines), order.currency
    net, tax = Amount(value=total.net, currency=currency), Amount(value=total.tax, currency=currency)
    gross = Amount(value=total.net + total.tax, currency=currency)
    totals = Totals(lines=net, tax_exclusive=net, tax_inclusive=gross, payable=gross)
    return msgspec.structs.replace(order, lines=lines, tax_amount=tax, totals=totals)


def sums_of(lines: Iterable[OrderLine]) -> Sums:
    """Lines added up."""
    by_rate: dict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines:
        rate = line.item.tax.percent if line.item.tax and line.item.tax.percent is not None else Decimal(0)
        by_rate[rate] += line.amount.value if line.amount else Decimal(0)
    tax = sum(((net * rate / 100).quantize(ORE, ROUND_HALF_UP) for rate, net in by_rate.items()), Decimal(0))
    return Sums(sum(by_rate.values(), Decimal(0)), tax)


def note(
    conn: sa.Connection,
    order_id: UUID,
    lines: Iterable[OrderLine],
    reason: str,
    by: str,
    acted_for: str | None,
    now: datetime,
) -> None:
    """Keeps what was taken out."""
    facts = {"order_id": order_id, "reason": reason, "taken_by": by, "acted_for": acted_for, "at": now}
    rows = [
        facts
        | {
            "line_id": line.id,
            "name": line.item.name,
            "seller_id": line.item.seller_id or "",
            "quantity": line.quantity.value,
            "unit": line.quantity.unit or "",
            "amount": line.amount.value if line.amount else Decimal(0),
        }
        for line in lines
    ]
    conn.execute(lines_taken_out.insert(), rows)


def of_order(conn: sa.Connection, order_id: UUID) -> list[TakenOut]:
    """What was taken out, in the order of its lines."""
    mine = sa.select(lines_taken_out).where(lines_taken_out.c.order_id == order_id)
    found = []
    for row in conn.execute(mine.order_by(lines_taken_out.c.at, sa.func.length(lines_taken_out.c.line_id))):
        facts = dict(row._mapping)
        del facts["order_id"]
        found.append(TakenOut(**facts))
    return found
