"""A change or cancellation of an order, done here or asked of the supplier; what costs too much waits for approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import changing, rewriting, tasks
from gateway.findings import Rejected
from gateway.formats import Dialect
from gateway.model import Order
from gateway.orders import book
from gateway.orders.book import EventRow, OrderRow
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.supplier import Supplier, Suppliers
from shop.after import wishes
from shop.after.dearer import needs_approval
from shop.after.facts import Facts, facts_of
from shop.after.wanted import in_short, net, told
from shop.after.ways import Kind, way_of
from shop.events import story_of
from shop.remarks import Remark
from shop.units import Unit
from web.languages import N_

_MORE_THAN_WAITS = N_(
    "An approver looks at this sum, so it cannot become larger now. Withdraw the order and place it anew, or order the "
    "rest by itself."
)


class Done(StrEnum):
    """What became of it."""

    CHANGED = "changed"
    ASKED = "asked"
    ACCEPTED = "accepted"
    WAITS = "waits"
    WITHDRAWN = "withdrawn"


class CannotChange(Exception):
    """`remark` says why not; `since` what has happened since the form was opened."""

    def __init__(self, remark: Remark, since: Sequence[Remark] = ()) -> None:
        super().__init__(remark.message)
        self.remark, self.since = remark, tuple(since)


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What the exchange needs to know to ask a supplier."""

    suppliers: Suppliers
    dialects: Mapping[str, Dialect]

    def supplier(self, row: OrderRow) -> Supplier:
        """The order's supplier. Raises CannotChange where it has left the file."""
        found = self.suppliers.get(row.supplier_id)
        if found is None:
            raise CannotChange(Remark(N_("The supplier no longer exists. Ask the purchasing office.")))
        return found


def current(conn: sa.Connection, order_id: UUID, seen: int) -> Facts:
    """The order, locked, if it is still as the asker saw it. Raises CannotChange with what has happened since."""
    facts = locked(conn, order_id)
    if newest(facts) != seen:
        raise CannotChange(Remark(N_("The order has changed since you opened the page.")), _since(facts, seen))
    return facts


def locked(conn: sa.Connection, order_id: UUID) -> Facts:
    """The order as it is now, until the transaction ends."""
    book.lock(conn, order_id)
    row = book.get(conn, order_id)
    if row is None:
        raise LookupError(f"there is no order {order_id}")
    return facts_of(conn, row)


def newest(facts: Facts) -> int:
    """The number of the newest version, whoever made it: what a form remembers."""
    return max((one.version for one in facts.versions), default=0)


def ask(
    conn: sa.Connection,
    order_id: UUID,
    wanted: Order,
    seen: int,
    actor: str,
    unit: Unit | None,
    desk: Desk,
    now: datetime,
) -> Done:
    """The order as `wanted`. Raises CannotChange and leaves nothing behind."""
    facts = current(conn, order_id, seen)
    if wishes.waiting(conn, order_id) is not None:
        raise CannotChange(Remark(N_("A change of the order waits for approval already. Take it back first.")))
    if facts.row.state is State.AWAITING_APPROVAL and net(wanted) > net(facts.row.order):
        raise CannotChange(Remark(_MORE_THAN_WAITS))  # an approver may be saying yes to the sum at this very moment
    if needs_approval(conn, facts.row, wanted, unit):
        if not _is_open(conn, facts.row, desk, now):
            raise CannotChange(way_of(conn, facts.row, desk.supplier(facts.row), desk.dialects, now).why)
        wishes.add(conn, facts.row, wanted, seen, actor, now)
        return Done.WAITS
    return carry_out(conn, facts, wanted, actor, desk, now)


def carry_out(conn: sa.Connection, facts: Facts, wanted: Order, actor: str, desk: Desk, now: datetime) -> Done:
    """Does it the way that is open now. Raises CannotChange."""
    row, supplier = facts.row, desk.supplier(facts.row)
    way = way_of(conn, row, supplier, desk.dialects, now)
    if not way.open:
        raise CannotChange(way.why)
    if wanted == row.order and row.state is not State.PROPOSED:
        raise CannotChange(Remark(N_("Nothing is different from what stands.")))
    try:
        if way.kind is Kind.HERE:
            rewriting.rewrite(conn, row.id, wanted, actor, now, told(row.order, wanted))
            return Done.CHANGED
        if facts.offer is not None and row.state is State.PROPOSED and wanted == facts.offer.order:
            changing.accept_offer(conn, row.id, supplier, desk.dialects, actor, now)
            _answered(conn, row, actor, now)
            return Done.ACCEPTED
        changing.change(conn, row.id, wanted, supplier, desk.dialects, actor, now)
    except Rejected as refused:
        raise CannotChange(_refused(refused)) from refused
    if row.state is State.PROPOSED:
        _answered(conn, row, actor, now)
    return Done.ASKED


def cancel(conn: sa.Connection, order_id: UUID, reason: str, seen: int, actor: str, desk: Desk, now: datetime) -> Done:
    """Withdraws what has not left; asks the supplier for the rest. Raises CannotChange."""
    facts = current(conn, order_id, seen)
    row, supplier = facts.row, desk.supplier(facts.row)
    way = way_of(conn, row, supplier, desk.dialects, now)
    if not way.open:
        raise CannotChange(way.why)
    wishes.drop(conn, order_id, actor, now)
    try:
        if way.kind is Kind.HERE:
            rewriting.withdraw(conn, order_id, reason, actor, now)
            return Done.WITHDRAWN
        changing.cancel(conn, order_id, reason, supplier, desk.dialects, actor, now)
    except Rejected as refused:
        raise CannotChange(_refused(refused)) from refused
    if row.state is State.PROPOSED:
        _answered(conn, row, actor, now)
    return Done.ASKED


def ask_the_office(conn: sa.Connection, row: OrderRow, text: str, actor: str, now: datetime) -> None:
    """A task for the purchasing office, and a line on the timeline that says so."""
    summary = f"{actor} asks about order {row.number} to {row.order.seller.name or row.supplier_id}"
    finding = f"“{text}”"
    tasks.add(conn, tasks.Kind.FROM_UNIT, summary, now, order_id=row.id, supplier_id=row.supplier_id, finding=finding)
    book.record(conn, row.id, Event.NOTE, actor, now, {"step": "office_asked", "text": text})


def _is_open(conn: sa.Connection, row: OrderRow, desk: Desk, now: datetime) -> bool:
    return way_of(conn, row, desk.supplier(row), desk.dialects, now).open


def _answered(conn: sa.Connection, row: OrderRow, actor: str, now: datetime) -> None:
    """The task that told of the offer is done."""
    for task in tasks.for_order(conn, row.id):
        if task.kind is tasks.Kind.OFFER and task.closed_at is None:
            tasks.close(conn, task.id, actor, "answered", now)


def _since(facts: Facts, seen: int) -> tuple[Remark, ...]:
    """What differs between the version that was seen and what stands, and what happened meanwhile."""
    before = next((one for one in facts.versions if one.version == seen), None)
    if before is None:
        return ()
    after = [event for event in facts.events if event.at > before.at and not _quiet(event)]
    return (*in_short(before.order, facts.row.order), *(story_of(event) for event in after[-5:]))


def _quiet(event: EventRow) -> bool:
    return event.event in (Event.SENT, Event.PLACED)


_WORDS: dict[str, str] = {
    "no-change": N_("Nothing is different from what stands."),
    "leaving-now": N_("The order is on its way out at this very moment. Look again in a minute."),
    "has-left": N_("The order has just left. Open the page again: the supplier can be asked."),
    "already-pending": N_("Something was asked of the supplier already. Wait for the answer to it."),
    "not-open": N_("It is too late: nothing can be changed or cancelled any more."),
    "no-offer": N_("The supplier offers nothing that waits for an answer."),
    "never-sent": N_("The order did not go out as a message: tell the supplier by telephone or e-mail."),
    "no-advanced-ordering": N_("The supplier takes no changes from us: tell them by telephone or e-mail."),
    "no-reason": N_("The supplier is told why: give a reason."),
}


def _refused(refused: Rejected) -> Remark:
    finding = refused.findings[0]
    return Remark(_WORDS.get(finding.rule, N_("It cannot be done now.")))


def sum_of(order: Order) -> tuple[Decimal, Decimal]:
    """Without VAT, and the VAT."""
    return net(order), order.tax_amount.value if order.tax_amount else Decimal(0)
