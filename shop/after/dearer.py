"""Whether a change of an order needs somebody's yes: by the same rules as the order itself had to pass."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.model import Order
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import State
from shop.after.wanted import net
from shop.approving import chain, policy
from shop.approving.chain import Bought, Plan
from shop.approving.departments import above
from shop.tables import articles
from shop.units import Unit


def needs_approval(conn: sa.Connection, row: OrderRow, wanted: Order, unit: Unit | None) -> bool:
    """True where what is wanted costs more than what stands and had to be approved, or meets a rule that it did not.

    The one place that asks. What awaits approval already is not asked about twice.
    """
    if row.state is State.AWAITING_APPROVAL or unit is None:
        return False
    asked = _plan(conn, row.supplier_id, wanted, unit)
    if not asked.steps:
        return False
    return net(wanted) > net(row.order) or not set(asked.rules) <= set(
        _plan(conn, row.supplier_id, row.order, unit).rules
    )


def _plan(conn: sa.Connection, supplier_id: str, order: Order, unit: Unit) -> Plan:
    """What the order would have to pass if it were placed now."""
    held, lines = policy.current(conn)[1], _bought(conn, supplier_id, order)
    return chain.plan(held, unit.id, above(conn, unit.department_id), lines, lines, unit.approval_limit)


def _bought(conn: sa.Connection, supplier_id: str, order: Order) -> list[Bought]:
    """Lines as the rules see them; an article that is in no range of ours is of the kind `other`."""
    numbers = [line.item.seller_id for line in order.lines if line.item.seller_id]
    theirs = (articles.c.supplier_id == supplier_id) & articles.c.seller_id.in_(numbers)
    wanted = sa.select(articles.c.seller_id, articles.c.category, articles.c.unspsc).where(theirs)
    known = {row.seller_id: (row.category, row.unspsc) for row in conn.execute(wanted.order_by(articles.c.listed))}
    kinds = [known.get(line.item.seller_id or "", ("other", None)) for line in order.lines]
    return [
        Bought(category=category, unspsc=unspsc, net=line.amount.value)
        for line, (category, unspsc) in zip(order.lines, kinds, strict=True)
        if line.amount is not None
    ]
