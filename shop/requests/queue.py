"""What a purchaser has before them: requests, orders to give by hand, answers and goods to wait for; my own first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from gateway.exchange import by_hand
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import State as OrderState
from gateway.orders.tables import orders
from gateway.suppliers.supplier import Suppliers
from shop.requests import seeing
from shop.requests.asking import Request, State
from shop.requests.tables import outside_orders
from web.languages import N_
from web.sessions import Viewer

MOST = 500
_UNHEARD = frozenset({OrderState.BY_HAND, OrderState.PLACED, OrderState.HELD})
_COMING = (OrderState.CONFIRMED.value, OrderState.CHANGED.value)


class Pile(StrEnum):
    """What kind of work it is."""

    REQUESTS = "requests"
    ORDERS = "orders"
    ANSWERS = "answers"
    GOODS = "goods"


PILES: dict[Pile, tuple[str, str]] = {
    Pile.REQUESTS: (N_("Requests"), N_("Nobody asks for anything right now. What buyers cannot find comes here.")),
    Pile.ORDERS: (N_("To order by hand"), N_("No order waits. Those to suppliers that are not connected come here.")),
    Pile.ANSWERS: (N_("Waits for the supplier's answer"), N_("No answer is awaited of anybody told by hand.")),
    Pile.GOODS: (N_("Confirmed, not sent yet"), N_("Nothing that was ordered by hand is on its way.")),
}
"""The heading, and what an empty pile teaches."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do. `taken_by` is a log-in or a name, None where nobody has it."""

    pile: Pile
    path: str
    title: str
    facts: tuple[str, ...]
    since: datetime
    taken_by: str | None
    mine: bool
    state: str


def before(conn: sa.Connection, person: Viewer, suppliers: Suppliers) -> list[Item]:
    """Everything, oldest first within mine, nobody's and others'."""
    names = {supplier.id: supplier.name for supplier in suppliers}
    units = {row.id: row.name for row in conn.execute(sa.text("SELECT id, name FROM units"))}
    found = [_request(one, person, units) for one in seeing.waiting(conn)]
    told = by_hand.waiting(conn, MOST)
    found += [_order(row, task.taken_by, task.created_at, person, names) for task, row in told]
    busy = {row.id for _, row in told}
    hand = [supplier.id for supplier in suppliers if supplier.by_hand]
    found += [_coming(row, names) for row in _confirmed(conn, hand) if row.id not in busy]
    return sorted(found, key=lambda one: (not one.mine, one.taken_by is not None, one.since))


def narrowed(found: Iterable[Item], show: str, text: str) -> list[Item]:
    """Only mine, or nobody's; only what holds every word."""
    words = text.casefold().split()
    kept = (one for one in found if show == "all" or (one.mine if show == "mine" else one.taken_by is None))
    return [one for one in kept if all(word in " ".join((one.title, *one.facts)).casefold() for word in words)]


def piles(found: Sequence[Item]) -> Iterator[tuple[Pile, list[Item]]]:
    """The work by kind."""
    for pile in Pile:
        yield pile, [one for one in found if one.pile is pile]


def _request(one: Request, person: Viewer, units: dict[str, str]) -> Item:
    facts = (one.number, units.get(one.unit_id, one.unit_id))
    return Item(
        pile=Pile.REQUESTS,
        path=f"/requests/{one.number}",
        title=one.title,
        facts=facts,
        since=one.asked_at or one.created_at,
        taken_by=one.taken_by,
        mine=one.taken_by == person.login,
        state=State(one.state).value,
    )


def _order(row: OrderRow, taken_by: str | None, since: datetime, person: Viewer, names: dict[str, str]) -> Item:
    return Item(
        pile=Pile.ORDERS if row.state in _UNHEARD else Pile.ANSWERS,
        path=f"/desk/orders/{row.number}",
        title=names.get(row.supplier_id, row.order.seller.name or row.supplier_id),
        facts=_facts(row),
        since=since,
        taken_by=taken_by,
        mine=taken_by in {person.name, person.login},
        state=row.state.value,
    )


def _coming(row: OrderRow, names: dict[str, str]) -> Item:
    return Item(
        pile=Pile.GOODS,
        path=f"/desk/orders/{row.number}",
        title=names.get(row.supplier_id, row.order.seller.name or row.supplier_id),
        facts=_facts(row),
        since=row.placed_at,
        taken_by=None,
        mine=False,
        state=row.state.value,
    )


def _facts(row: OrderRow) -> tuple[str, ...]:
    recipient = row.order.delivery.recipient if row.order.delivery else None
    goods = ", ".join(line.item.name or line.id for line in row.order.lines)
    return row.number, (recipient.name if recipient else None) or row.unit_id, goods[:90]


def _confirmed(conn: sa.Connection, by_hand_ids: Sequence[str]) -> list[OrderRow]:
    outside = sa.select(outside_orders.c.order_id)
    mine = orders.c.supplier_id.in_(by_hand_ids) | orders.c.id.in_(outside)
    wanted = sa.select(orders.c.number).where(mine, orders.c.state.in_(_COMING), ~orders.c.test)
    return book.by_numbers(conn, conn.scalars(wanted.order_by(orders.c.placed_at).limit(MOST)).all())
