"""Approval: what waits for whom, and the decision: yes, yes without some lines, or no."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway import telemetry
from gateway.exchange import place
from gateway.orders import book, versions
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import Event, State
from gateway.orders.tables import orders
from gateway.suppliers.supplier import Suppliers
from shop import units
from shop.approving import coded, delegates, lines_out, prices, steps
from shop.approving.chain import APPROVED, DECLINED, Chance
from shop.approving.crew import Crew
from shop.approving.delegates import Principal
from shop.approving.steps import Approval
from shop.approving.tables import approval_steps
from web.figures import LOCAL
from web.languages import N_
from web.sessions import Viewer

MOST = 500
"""More orders than this wait for nobody on one page."""


class NotYours(Exception):
    """The decision is not this person's to make; the message is a message id."""


class Unconfirmed(Exception):
    """The price is no longer guaranteed, and the approver has not said that it is all right."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An order that waits for somebody; `chance` is the step they may take, and for whom."""

    row: OrderRow
    approval: Approval
    chance: Chance

    @property
    def step(self) -> str:
        return self.approval.named(self.chance.step).name


_GONE = N_("The order does not wait for your approval: it is decided already, or you placed it yourself.")
_KEPT = N_("Leave this step to somebody else: only you can take a later one, and nobody takes two.")
_CHANGED = N_("The order has changed since you opened it. Look at it again before you decide.")
_NO_SUPPLIER = N_("The supplier no longer exists. Decline the order, so that it can be placed elsewhere.")
_NO_LINE = N_("Choose lines that the order has.")


def waiting(conn: sa.Connection, unit_ids: Iterable[str]) -> list[OrderRow]:
    """Orders of these units that await approval, oldest first."""
    return _rows(conn, orders.c.unit_id.in_(sorted(unit_ids)))


def waiting_for(conn: sa.Connection, viewer: Viewer, on: date, most: int = MOST) -> list[Waiting]:
    """What this person may decide now, in their own right or as a deputy, oldest first; `most` are looked at."""
    acts_for = delegates.principals(conn, viewer.id, units.APPROVER, on)
    crew = Crew(conn)
    rows = _rows(conn, _may_concern(conn, viewer, acts_for, crew, on), most)
    found = steps.of_orders(conn, rows, crew)
    return [
        Waiting(row=row, approval=found[row.id], chance=chance)
        for row in rows
        for chance in found[row.id].chances(viewer.login, acts_for)[:1]
    ]


def chances(conn: sa.Connection, row: OrderRow, viewer: Viewer, on: date, approval: Approval) -> tuple[Chance, ...]:
    """The steps of the order that this person may take now; none where it does not wait."""
    if row.state is not State.AWAITING_APPROVAL:
        return ()
    return approval.chances(viewer.login, delegates.principals(conn, viewer.id, units.APPROVER, on))


def may_decide(conn: sa.Connection, row: OrderRow, viewer: Viewer, on: date | None = None) -> bool:
    """Whether the order waits for this person."""
    if row.state is not State.AWAITING_APPROVAL:
        return False
    acts_for = delegates.principals(conn, viewer.id, units.APPROVER, on)
    return any(not one.kept for one in steps.of_order(conn, row).chances(viewer.login, acts_for))


def concerns(conn: sa.Connection, row: OrderRow, viewer: Viewer, on: date) -> bool:
    """Whether somebody may see the order because they decide, have decided, or will decide on it."""
    acts_for = delegates.principals(conn, viewer.id, units.APPROVER, on)
    approval = steps.of_order(conn, row)
    names = {viewer.login, *(one.login for one in acts_for if one.covers(row.unit_id))}
    return any(names & (step.people | {step.decided_by, step.acted_for}) for step in approval.steps)


def approve(
    conn: sa.Connection,
    order_id: UUID,
    viewer: Viewer,
    suppliers: Suppliers,
    now: datetime,
    *,
    out: Collection[str] = (),
    reason: str = "",
    seen: int | None = None,
    price_confirmed: bool = False,
) -> bool:
    """Takes this person's step, without the lines `out`; sends the order when it was the last one, and then is True.

    `seen` is the order's version as the approver saw it. All lines out: declined. Raises NotYours, Unconfirmed.
    """
    row, approval, chance = _decidable(conn, order_id, viewer, now, seen)
    supplier = suppliers.get(row.supplier_id)
    if supplier is None:
        raise NotYours(_NO_SUPPLIER)
    lines = [line for line in row.order.lines if line.id in out]
    if len(lines) != len(set(out)):
        raise NotYours(_NO_LINE)
    if len(lines) == len(row.order.lines):
        _decline(conn, row, chance, viewer, reason, now)
        return False
    if prices.is_over(approval.guaranteed_to, _day(now)) and not price_confirmed:
        raise Unconfirmed
    if lines:
        _take_out(conn, row, lines, chance, viewer, reason, now)
    detail = _told(approval, chance)
    if steps.settle(conn, order_id, chance, APPROVED, viewer.login, now, price=price_confirmed):
        book.record(conn, order_id, Event.NOTE, viewer.login, now, detail | {"step": "approval"})
        return False
    with telemetry.span("approve", order=row.number, supplier=supplier.id, document="Order"):
        place.approve(conn, order_id, supplier, viewer.login, now, detail)
    return True


def decline(
    conn: sa.Connection, order_id: UUID, viewer: Viewer, reason: str, now: datetime, *, seen: int | None = None
) -> None:
    """Ends the order with a reason. Raises NotYours."""
    row, _, chance = _decidable(conn, order_id, viewer, now, seen)
    _decline(conn, row, chance, viewer, reason, now)


def withdraw(conn: sa.Connection, order_id: UUID, viewer: Viewer, now: datetime) -> None:
    """The buyer takes back what waits. Raises NotYours."""
    book.lock(conn, order_id)
    row = book.get(conn, order_id)
    if row is None or row.state is not State.AWAITING_APPROVAL or viewer.login != row.placed_by:
        raise NotYours(N_("Only who placed the order can take it back, and only while it waits for approval."))
    book.record(conn, order_id, Event.CANCELLED, viewer.login, now, {"withdrawn": True})


def _decline(conn: sa.Connection, row: OrderRow, chance: Chance, viewer: Viewer, reason: str, now: datetime) -> None:
    steps.settle(conn, row.id, chance, DECLINED, viewer.login, now)
    detail = {"for": chance.acts_for} if chance.acts_for else {}
    place.decline(conn, row.id, viewer.login, reason, now, detail)


def _take_out(
    conn: sa.Connection,
    row: OrderRow,
    lines: Sequence[lines_out.OrderLine],
    chance: Chance,
    viewer: Viewer,
    reason: str,
    now: datetime,
) -> None:
    ids = [line.id for line in lines]
    versions.correct(conn, row.id, lines_out.without(row.order, ids), now)
    lines_out.note(conn, row.id, lines, reason, viewer.login, chance.acts_for, now)
    coded.forget_lines(conn, row.id, ids)
    told = {"step": "lines_out", "lines": ids, "names": [line.item.name for line in lines], "reason": reason}
    detail = told | ({"for": chance.acts_for} if chance.acts_for else {})
    book.record(conn, row.id, Event.NOTE, viewer.login, now, detail)


def _told(approval: Approval, chance: Chance) -> dict[str, object]:
    """What the timeline says of a decision: which step where there are several, and for whom a deputy acted."""
    detail: dict[str, object] = {"name": approval.named(chance.step).name} if len(approval.steps) > 1 else {}
    return detail | ({"for": chance.acts_for} if chance.acts_for else {})


def _decidable(
    conn: sa.Connection, order_id: UUID, viewer: Viewer, now: datetime, seen: int | None
) -> tuple[OrderRow, Approval, Chance]:
    # Locked, so that two approvers who press at the same moment decide one after the other.
    book.lock(conn, order_id)
    row = book.get(conn, order_id)
    if row is None or row.state is not State.AWAITING_APPROVAL:
        raise NotYours(_GONE)
    crew = Crew(conn)
    approval = steps.of_order(conn, row, crew)
    found = chances(conn, row, viewer, _day(now), approval)
    if not found:
        raise NotYours(_GONE)
    free = [one for one in found if not one.kept]
    if not free:
        raise NotYours(_KEPT)
    if seen is not None and seen != row.version:
        raise NotYours(_CHANGED)
    steps.store(conn, row, approval, _day(row.placed_at) + timedelta(days=crew.policy.lock_days))
    return row, approval, free[0]


def _may_concern(
    conn: sa.Connection, viewer: Viewer, acts_for: Sequence[Principal], crew: Crew, on: date
) -> sa.ColumnElement[bool]:
    names = {viewer.login, *(one.login for one in acts_for)}
    roles = {one.role for one in crew.policy.holders if one.login in names}
    asked = (approval_steps.c.order_id == orders.c.id) & (approval_steps.c.state == "waiting")
    theirs = approval_steps.c.logins.overlap(sorted(names)) | approval_steps.c.role.in_(sorted(roles))
    mine = orders.c.unit_id.in_(sorted(units.ids_of_user(conn, viewer.id, [units.APPROVER], on)))
    return mine | sa.exists().where(asked, theirs)


def _rows(conn: sa.Connection, wanted: sa.ColumnElement[bool], most: int = MOST) -> list[OrderRow]:
    waits = (orders.c.state == State.AWAITING_APPROVAL.value) & wanted
    numbers = sa.select(orders.c.number).where(waits).order_by(orders.c.placed_at, orders.c.number).limit(most)
    found = book.by_numbers(conn, list(conn.scalars(numbers)))
    return sorted(found, key=lambda row: (row.placed_at, row.number))


def _day(now: datetime) -> date:
    return now.astimezone(LOCAL).date()
