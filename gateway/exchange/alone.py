"""One attempt of one message, in the caller's thread: for tools and tests that have no worker beside them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange import journal, lane_store
from gateway.exchange.compose import Outgoing, drafts, keep
from gateway.exchange.conclude import conclude, lane_of
from gateway.exchange.lane import turn
from gateway.exchange.office import Office
from gateway.exchange.send import UNSENT, Stuck, attempt, hold, prepare

_MOST = 1000


def deliver(office: Office, message_id: UUID) -> timedelta | None:
    """One attempt, if it is this message's turn. None: nothing is left to do; else how long it must wait."""
    now = office.clock()
    with office.engine.begin() as conn:
        message = journal.get(conn, message_id)
        if message is None or message.state not in UNSENT or message.supplier_id is None:
            return None
        if (due_at := _not_before(office, conn, message_id, message.supplier_id, now)) is not None:
            return due_at - now
        (found,) = drafts(conn, [message_id])
    prepared = prepare(office, found)
    if isinstance(prepared, Stuck):
        hold(office, [prepared])
        return None
    if isinstance(prepared, Outgoing):
        with office.engine.begin() as conn:
            (kept,) = keep(conn, [prepared], office)
        prepared = attempt(office, kept)
    conclude(office, [prepared], {})
    with office.engine.begin() as conn:
        after = journal.get(conn, message_id)
    return after.next_at - now if after is not None and after.next_at is not None else None


def _not_before(
    office: Office, conn: sa.Connection, message_id: UUID, supplier_id: str, now: datetime
) -> datetime | None:
    standing = lane_store.standing_of(conn, supplier_id)
    waiting = lane_store.waiting(conn, [supplier_id], now)[supplier_id]
    chosen = turn(standing, lane_of(office.suppliers.get(supplier_id)), waiting, now, _MOST)
    if any(one.id == message_id for one in chosen.send):
        return None
    return chosen.due_at if chosen.due_at is not None and chosen.due_at > now else now + office.first_delay
