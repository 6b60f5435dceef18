"""The approval of an order as it is kept: which steps it takes, and who has taken them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.orders.book import OrderRow
from shop.approving import chain
from shop.approving.chain import APPROVED, AT_THE_UNIT, WAITING, Chance, Plan, Step
from shop.approving.crew import Crew
from shop.approving.delegates import Principal
from shop.approving.policy import AT_UNIT, Need
from shop.approving.tables import approval_steps, order_approvals


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A step as it stands in the table. `name` is what the rule calls it, or a message id of ours."""

    number: int
    place: int
    name: str
    role: str
    logins: tuple[str, ...]
    state: str = WAITING
    opened_at: datetime | None = None
    decided_by: str | None = None
    acted_for: str | None = None
    decided_at: datetime | None = None
    price_confirmed: bool = False


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """What an order must pass. `guaranteed_to` is the last day of its locked price; None: never told."""

    unit_id: str
    placed_by: str
    kept: tuple[Kept, ...]
    steps: tuple[Step, ...]
    placed_for: str | None = None
    guaranteed_to: date | None = None
    rules: tuple[str, ...] = ()
    stored: bool = True

    @property
    def barred(self) -> frozenset[str]:
        """The buyer, and for whom the buyer acted."""
        return frozenset(name for name in (self.placed_by, self.placed_for) if name)

    def chances(self, person: str, principals: Sequence[Principal]) -> tuple[Chance, ...]:
        """What somebody may decide now."""
        acts_for = [one.login for one in principals if one.covers(self.unit_id)]
        return chain.chances(person, acts_for, self.steps, self.barred)

    def named(self, number: int) -> Kept:
        return next(one for one in self.kept if one.number == number)


def enter(
    conn: sa.Connection, order_id: UUID, plan: Plan, placed_for: str | None, guaranteed_to: date, now: datetime
) -> None:
    """Keeps the steps with the order: a rule that is changed later changes nothing of them."""
    facts = {"order_id": order_id, "placed_for": placed_for, "guaranteed_to": guaranteed_to}
    conn.execute(order_approvals.insert().values(facts | {"rules": list(plan.rules)}))
    rows = [
        {
            "order_id": order_id,
            "number": number,
            "place": need.place,
            "name": need.name,
            "role": need.role,
            "logins": sorted(need.logins),
            "state": WAITING,
            "opened_at": now if need.place == plan.steps[0].place else None,
        }
        for number, need in enumerate(plan.steps, start=1)
    ]
    conn.execute(approval_steps.insert(), rows)


def of_orders(conn: sa.Connection, rows: Sequence[OrderRow], crew: Crew) -> dict[UUID, Approval]:
    """By order what it must pass; one that waits and has no steps (it is older than they are) has the unit's alone."""
    ids = [row.id for row in rows]
    facts = {row.order_id: row for row in conn.execute(_of(order_approvals, ids))}
    kept: dict[UUID, list[Kept]] = {}
    for row in conn.execute(_of(approval_steps, ids).order_by(approval_steps.c.number)):
        found = dict(row._mapping)
        kept.setdefault(found.pop("order_id"), []).append(Kept(**found | {"logins": tuple(row.logins)}))
    return {row.id: _approval(row, facts.get(row.id), kept.get(row.id, []), crew) for row in rows}


def of_order(conn: sa.Connection, row: OrderRow, crew: Crew | None = None) -> Approval:
    """What the order must pass."""
    return of_orders(conn, [row], crew or Crew(conn))[row.id]


def store(conn: sa.Connection, row: OrderRow, approval: Approval, guaranteed_to: date) -> None:
    """Writes down the steps of an order that had none."""
    if not approval.stored:
        need = Need(name=AT_THE_UNIT, role=AT_UNIT)
        enter(conn, row.id, Plan(steps=(need,)), None, guaranteed_to, row.placed_at)


def settle(
    conn: sa.Connection, order_id: UUID, chance: Chance, state: str, by: str, now: datetime, *, price: bool = False
) -> bool:
    """Writes down a decision and opens the steps that come next; whether steps are left to take."""
    columns = approval_steps.c
    mine = columns.order_id == order_id
    values = {"state": state, "decided_by": by, "acted_for": chance.acts_for, "decided_at": now}
    done = approval_steps.update().where(mine, columns.number == chance.step, columns.state == WAITING)
    if conn.execute(done.values(values | {"price_confirmed": price})).rowcount != 1:
        raise LookupError(f"step {chance.step} of order {order_id} does not wait")
    left = sa.select(sa.func.min(columns.place)).where(mine, columns.state == WAITING)
    place = conn.scalar(left)
    if place is None or state != APPROVED:
        return place is not None
    opened = approval_steps.update().where(mine, columns.place == place, columns.opened_at.is_(None))
    conn.execute(opened.values(opened_at=now))
    return True


def _approval(row: OrderRow, facts: sa.Row[tuple[object, ...]] | None, kept: list[Kept], crew: Crew) -> Approval:
    stored = bool(kept)
    if not stored and row.state == "awaiting_approval":
        kept = [Kept(number=1, place=1, name=AT_THE_UNIT, role=AT_UNIT, logins=(), opened_at=row.placed_at)]
    steps = tuple(
        Step(
            number=one.number,
            place=one.place,
            name=one.name,
            people=crew.people(one.role, one.logins, row.unit_id),
            state=one.state,
            decided_by=one.decided_by,
            acted_for=one.acted_for,
        )
        for one in kept
    )
    more = {}
    if facts is not None:
        more = {"placed_for": facts.placed_for, "guaranteed_to": facts.guaranteed_to, "rules": tuple(facts.rules)}
    return Approval(unit_id=row.unit_id, placed_by=row.placed_by, kept=tuple(kept), steps=steps, stored=stored, **more)


def _of(table: sa.Table, order_ids: Sequence[UUID]) -> sa.Select[tuple[object, ...]]:
    return sa.select(table).where(table.c.order_id.in_(order_ids))
