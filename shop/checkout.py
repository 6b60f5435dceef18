"""Placing a basket: one order per supplier, all of them or none, and only once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from gateway import telemetry
from gateway.exchange.place import place
from gateway.orders import book
from gateway.settings import Municipality
from gateway.suppliers.supplier import Suppliers
from shop import basket as baskets
from shop import units
from shop.articles import Article
from shop.basket import Basket, Part
from shop.document import Terms, build_order
from shop.reach import reach
from shop.tables import basket_orders
from shop.tables import baskets as baskets_table
from shop.units import Unit
from web.figures import LOCAL
from web.languages import N_
from web.sessions import Viewer


class CannotPlace(Exception):
    """The basket cannot be ordered as it stands; `message` is a message id, `values` fill it in."""

    def __init__(self, message: str, **values: str) -> None:
        super().__init__(message % values if values else message)
        self.message, self.values = message, values


def checkout(
    conn: sa.Connection,
    basket_id: UUID,
    user: Viewer,
    now: datetime,
    suppliers: Suppliers,
    municipality: Municipality,
    *,
    terms: Terms | None = None,
    seen: str | None = None,
) -> list[UUID]:
    """Places the basket in the caller's transaction; the ids of its orders.

    A basket that is placed already gives the ids it became: sending the form twice orders once. `seen` is
    `Basket.seen` as the buyer saw it. Raises CannotPlace.
    """
    basket = baskets.get(conn, basket_id, now, lock=True)
    if basket is None or basket.user_id != user.id:
        raise CannotPlace(N_("The basket does not exist."))
    if basket.placed_at is not None:
        return orders_of(conn, basket_id)
    suppliers = suppliers.as_of_now()  # the file may be reloaded between check and order
    _check(basket, suppliers, seen)
    unit = units.get(conn, basket.unit_id)
    assert unit is not None
    _check_unit(conn, basket, unit, user, now)
    terms = terms or Terms(customer_reference=unit.customer_reference, accounting_cost=unit.accounting_cost)
    approved = not needs_approval(basket, unit)
    placed = [
        _place(conn, part, unit, user, now, suppliers, municipality, terms, approved)
        for part in basket.parts
        if part.kept
    ]
    conn.execute(basket_orders.insert(), [{"basket_id": basket_id, "order_id": order_id} for order_id in placed])
    conn.execute(baskets_table.update().where(baskets_table.c.id == basket_id).values(placed_at=now))
    return placed


def needs_approval(basket: Basket, unit: Unit) -> bool:
    """Whether the basket, without VAT, is above what the unit may order by itself."""
    return unit.approval_limit is not None and basket.net > unit.approval_limit


def orders_of(conn: sa.Connection, basket_id: UUID) -> list[UUID]:
    """The orders a placed basket became."""
    rows = sa.select(basket_orders.c.order_id).where(basket_orders.c.basket_id == basket_id)
    return list(conn.scalars(rows))


def _check(basket: Basket, suppliers: Suppliers, seen: str | None) -> None:
    if not basket.kept:
        raise CannotPlace(N_("The basket is empty."))
    if seen is not None and seen != basket.seen:
        raise CannotPlace(N_("The basket has changed since you opened it. Check it and order again."))
    if len({(line.article.supplier_id, line.article.currency) for line in basket.kept}) > len(basket.parts):
        raise CannotPlace(N_("Articles of one supplier have different currencies. Order them one basket at a time."))
    for line in basket.kept:
        supplier = suppliers.get(line.article.supplier_id)
        if supplier is None or not supplier.active or not _is_sold(line.article):
            raise CannotPlace(
                N_("%(name)s can no longer be ordered. Remove it and order the rest."), name=line.article.name
            )


def _check_unit(conn: sa.Connection, basket: Basket, unit: Unit, user: Viewer, now: datetime) -> None:
    """What the person may, and what the unit may, is looked at when it is ordered: both may have changed since."""
    if unit.id not in units.ids_of_user(conn, user.id, [units.BUYER]):
        raise CannotPlace(N_("You do not order for %(unit)s any more."), unit=unit.name)
    mine = reach(conn, unit, now.astimezone(LOCAL).date())
    for line in basket.kept:
        why = mine.allows(line.article)
        if why is not None:
            raise CannotPlace(N_("%(name)s cannot be ordered: %(why)s Remove it."), name=line.article.name, why=why)


def _is_sold(article: Article) -> bool:
    """What was brought back from a shop, or made for a request, is in no range of ours: it is sold to who has it."""
    return article.active or article.punchout_id is not None or article.request_id is not None


def _place(
    conn: sa.Connection,
    part: Part,
    unit: Unit,
    user: Viewer,
    now: datetime,
    suppliers: Suppliers,
    municipality: Municipality,
    terms: Terms,
    approved: bool,
) -> UUID:
    supplier = suppliers.by_id[part.supplier_id]
    local = now.astimezone(LOCAL)
    number = book.next_number(conn, local.year)
    wanted = [line.wanted for line in part.kept]
    with telemetry.span("place", order=number, supplier=supplier.id, document="Order", lines=len(wanted)):
        order = build_order(number, local, municipality, supplier, unit, user.name, wanted, terms)
        return place(conn, order, supplier, unit.id, user.login, now, approved=approved)
