"""What a person at the unit says has come, line by line (mottagningsattest); kept for good, also when taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa

from gateway.exchange import tasks
from gateway.orders import book
from gateway.orders.book import EventRow, OrderRow
from gateway.orders.lifecycle import TERMINAL, Event, State
from shop.after import came
from shop.after.tables import unit_receipts
from web.languages import N_

STEP, UNDONE = "received_at_unit", "receipt_undone"
_HIGHEST = Decimal(1_000_000)


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """One line of one receipt. `came` counts the damaged ones too; both in the ordered unit."""

    batch: UUID
    line: str
    came: Decimal
    damaged: Decimal
    note: str
    received_by: str
    at: datetime
    undone_at: datetime | None = None


class Marked(msgspec.Struct, frozen=True):
    """What a person marked for a line."""

    line: str
    came: Decimal
    damaged: Decimal = Decimal(0)


class CannotReceive(Exception):
    """The message is a message id; `line` is the line it is about, where it is about one."""

    def __init__(self, message: str, line: str | None = None) -> None:
        super().__init__(message)
        self.line = line


def of_order(conn: sa.Connection, order_id: UUID) -> list[Receipt]:
    """All that stands, oldest first."""
    mine = (unit_receipts.c.order_id == order_id) & unit_receipts.c.undone_at.is_(None)
    rows = conn.execute(sa.select(unit_receipts).where(mine).order_by(unit_receipts.c.id))
    return [Receipt(**{name: getattr(row, name) for name in Receipt.__struct_fields__}) for row in rows]


def wrong(row: OrderRow, standing: Sequence[Receipt], marked: Sequence[Marked]) -> CannotReceive | None:
    """What is wrong with what was marked, None where nothing is. Pure."""
    ordered = {line.id: line.quantity.value for line in row.order.lines}
    if row.state in (State.AWAITING_APPROVAL, State.REJECTED, State.CANCELLED):
        return CannotReceive(N_("Nothing can come of this order: it was not sent, or it has ended."))
    if not any(one.came > 0 for one in marked):
        return CannotReceive(N_("Write how much has come of at least one article."))
    for one in marked:
        if one.line not in ordered:
            return CannotReceive(N_("The order has changed since you opened the page. Look again."), one.line)
        if not (one.came.is_finite() and one.damaged.is_finite() and 0 <= one.damaged <= one.came <= _HIGHEST):
            return CannotReceive(
                N_("A quantity is a number from 0 up, and no more can be damaged than came."), one.line
            )
        before = sum((old.came for old in standing if old.line == one.line), Decimal(0))
        if before + one.came > ordered[one.line] * 2:
            return CannotReceive(
                N_("That is more than twice what was ordered. Write what came in the ordered unit."), one.line
            )
    return None


def receive(
    conn: sa.Connection, order_id: UUID, marked: Sequence[Marked], note: str, actor: str, now: datetime
) -> UUID:
    """Keeps what came; the order is delivered when all of it has, unless the hub still has it. Raises CannotReceive."""
    book.lock(conn, order_id)
    row = book.get(conn, order_id)
    assert row is not None
    standing = of_order(conn, order_id)
    if (no := wrong(row, standing, marked)) is not None:
        raise no
    batch, kept = uuid4(), [one for one in marked if one.came > 0]
    rows = [
        {"batch": batch, "order_id": order_id, "line": one.line, "came": one.came, "damaged": one.damaged}
        | {"note": note, "received_by": actor, "at": now}
        for one in kept
    ]
    conn.execute(unit_receipts.insert(), rows)
    events, standing = book.timeline(conn, order_id), of_order(conn, order_id)
    whole = all(came.at_unit(line.id, standing) >= line.quantity.value for line in row.order.lines)
    detail = {"step": STEP, "whole": whole, "lines": len(kept), "batch": str(batch)}
    book.record(conn, order_id, Event.NOTE, actor, now, detail)
    if whole and row.state not in TERMINAL and not came.by_hub(events):
        book.record(conn, order_id, Event.DELIVERED, actor, now, {"at_unit": True})
    _ask_for_help(conn, row, kept, note, actor, now)
    return batch


def take_back(conn: sa.Connection, order_id: UUID, batch: UUID, actor: str, now: datetime) -> bool:
    """The receipt counts no more; False where it is another person's, taken back already, or unknown."""
    book.lock(conn, order_id)
    mine = (unit_receipts.c.order_id == order_id) & (unit_receipts.c.batch == batch)
    mine &= (unit_receipts.c.received_by == actor) & unit_receipts.c.undone_at.is_(None)
    done = conn.execute(unit_receipts.update().where(mine).values(undone_at=now)).rowcount
    if done:
        book.record(conn, order_id, Event.NOTE, actor, now, {"step": UNDONE, "batch": str(batch)})
    return bool(done)


def last_of(events: Sequence[EventRow], standing: Sequence[Receipt], actor: str) -> UUID | None:
    """The receipt that this person may take back: their own last one."""
    mine = [one.batch for one in standing if one.received_by == actor]
    return mine[-1] if mine else None


def _ask_for_help(
    conn: sa.Connection, row: OrderRow, kept: Sequence[Marked], note: str, actor: str, now: datetime
) -> None:
    """What came damaged, or was written about, is for the purchasing office to take up with the supplier."""
    broken = [f"line {one.line}: {one.damaged} of {one.came} damaged" for one in kept if one.damaged]
    if not broken and not note:
        return
    finding = "; ".join([*broken, *([f"“{note}”"] if note else [])])
    summary = f"{actor} received order {row.number} from {row.order.seller.name or row.supplier_id} with remarks"
    tasks.add(conn, tasks.Kind.FROM_UNIT, summary, now, order_id=row.id, supplier_id=row.supplier_id, finding=finding)
