"""Placing a basket: one order per supplier, all of them or none, and only once; coded, and approved where need be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from gateway import telemetry
from gateway.exchange.place import place
from gateway.orders import book
from gateway.orders.lifecycle import Event
from gateway.settings import Municipality
from gateway.suppliers.supplier import Suppliers
from shop import basket as baskets
from shop import units
from shop.approving import chain, coded, delegates, policy, steps
from shop.approving.chain import Bought, Plan
from shop.approving.coded import BasketCoding
from shop.approving.coding import Coding, Given
from shop.approving.departments import above
from shop.approving.policy import Policy
from shop.articles import Article
from shop.basket import Basket, Line, Part
from shop.document import Terms, build_order, net_of
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
    coding: Coding | None = None,
    given: Given | None = None,
) -> list[UUID]:
    """Places the basket in the caller's transaction; the ids of its orders.

    A basket that is placed already gives the ids it became: sending the form twice orders once. `seen` is
    `Basket.seen` as the buyer saw it. `coding` is how the municipality codes (`coding_of`), `given` what was written;
    without it everything is coded as is usual for the unit and the goods. Raises CannotPlace.
    """
    basket = baskets.get(conn, basket_id, now, lock=True)
    if basket is None or basket.user_id != user.id:
        raise CannotPlace(N_("The basket does not exist."))
    if basket.placed_at is not None:
        return orders_of(conn, basket_id)
    suppliers = suppliers.as_of_now()  # the file may be reloaded between check and order
    unit, today = units.get(conn, basket.unit_id), now.astimezone(LOCAL).date()
    assert unit is not None
    _check(basket, suppliers, seen)
    _check_unit(conn, basket, unit, user, today)
    held = _coded(conn, basket, unit, coding or Coding(), given, today)
    usual = held.cost if coding and coding.dimensions else unit.accounting_cost
    terms = terms or Terms(customer_reference=unit.customer_reference, accounting_cost=usual)
    chains = plans(conn, basket, unit)
    acts_for = acting_for(conn, user, unit, today)
    placed = []
    for part in basket.parts:
        if part.kept:
            plan = chains[part.supplier_id]
            order_id = _place(conn, part, unit, user, now, suppliers, municipality, terms, held, plan)
            _enter(conn, order_id, plan, acts_for, user, now)
            placed.append(order_id)
    conn.execute(basket_orders.insert(), [{"basket_id": basket_id, "order_id": order_id} for order_id in placed])
    conn.execute(baskets_table.update().where(baskets_table.c.id == basket_id).values(placed_at=now))
    return placed


def plans(conn: sa.Connection, basket: Basket, unit: Unit) -> dict[str, Plan]:
    """What must be approved of each supplier's order, by the policy that holds now."""
    held, departments = policy.current(conn)[1], above(conn, unit.department_id)
    whole = bought(basket.kept)
    return {
        part.supplier_id: plan_of(held, unit, departments, whole, bought(part.kept))
        for part in basket.parts
        if part.kept
    }


def plan_of(held: Policy, unit: Unit, departments: list[str], whole: list[Bought], order: list[Bought]) -> Plan:
    """The plan of one order of a basket."""
    return chain.plan(held, unit.id, departments, whole, order, unit.approval_limit)


def bought(lines: Iterable[Line]) -> list[Bought]:
    """Lines as the rules of approval see them."""
    return [
        Bought(category=line.article.category, unspsc=line.article.unspsc, net=net_of(line.wanted)) for line in lines
    ]


def acting_for(conn: sa.Connection, user: Viewer, unit: Unit, today: date) -> str | None:
    """The log-in of the buyer whose deputy this person is at the unit; None where they buy in their own right."""
    if unit.id in units.own_ids(conn, user.id, [units.BUYER]):
        return None
    found = delegates.principals(conn, user.id, units.BUYER, today)
    return next((one.login for one in found if one.covers(unit.id)), None)


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


def _check_unit(conn: sa.Connection, basket: Basket, unit: Unit, user: Viewer, today: date) -> None:
    """What the person may, and what the unit may, is looked at when it is ordered: both may have changed since."""
    if unit.id not in units.ids_of_user(conn, user.id, [units.BUYER], today):
        raise CannotPlace(N_("You do not order for %(unit)s any more."), unit=unit.name)
    mine = reach(conn, unit, today)
    for line in basket.kept:
        why = mine.allows(line.article)
        if why is not None:
            raise CannotPlace(N_("%(name)s cannot be ordered: %(why)s Remove it."), name=line.article.name, why=why)


def _is_sold(article: Article) -> bool:
    """What was brought back from a shop is in no range of ours: it is sold to who brought it."""
    return article.active or article.punchout_id is not None


def _place(
    conn: sa.Connection,
    part: Part,
    unit: Unit,
    user: Viewer,
    now: datetime,
    suppliers: Suppliers,
    municipality: Municipality,
    terms: Terms,
    held: BasketCoding,
    plan: Plan,
) -> UUID:
    supplier = suppliers.by_id[part.supplier_id]
    local = now.astimezone(LOCAL)
    number = book.next_number(conn, local.year)
    wanted = [line.wanted for line in part.kept]
    with telemetry.span("place", order=number, supplier=supplier.id, document="Order", lines=len(wanted)):
        order = build_order(number, local, municipality, supplier, unit, user.name, wanted, terms)
        order = coded.on_order(order, part.kept, held)
        order_id = place(conn, order, supplier, unit.id, user.login, now, approved=not plan.steps)
        coded.keep(conn, order_id, order, part.kept, held)
    return order_id


def _coded(
    conn: sa.Connection, basket: Basket, unit: Unit, coding: Coding, given: Given | None, today: date
) -> BasketCoding:
    held = coded.basket_coded(conn, coding, unit, basket.id, basket.kept, given)
    shared, lone = coded.basket_wrongs(conn, held, basket.kept, today)
    for wrong in [*shared, *(one for found in lone.values() for one in found)]:
        raise CannotPlace(wrong.message, **wrong.values)
    return held


def _enter(conn: sa.Connection, order_id: UUID, plan: Plan, acts_for: str | None, user: Viewer, now: datetime) -> None:
    if acts_for is not None:
        book.record(conn, order_id, Event.NOTE, user.login, now, {"step": "deputy", "for": acts_for})
    if plan.steps:
        locked = now.astimezone(LOCAL).date() + timedelta(days=policy.current(conn)[1].lock_days)
        steps.enter(conn, order_id, plan, acts_for, locked, now)
