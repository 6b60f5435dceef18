"""What is wrong now, read from the tables: of each kind for whom, who owns it, and why. Nothing is remembered between.

So that an alarm begins and ends with the state itself, whatever was restarted, killed or switched off meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from gateway.exchange import deadlines
from gateway.exchange.alarms import HOUSE, Kind
from gateway.exchange.boxes import boxes
from gateway.exchange.deadlines import Awaited
from gateway.exchange.journal import MessageState
from gateway.exchange.office import Office
from gateway.exchange.tables import channels, configurations, lanes, messages, stirs, tasks, workers
from gateway.transports.contract import Expiry

_LOG = logging.getLogger(__name__)
Wrongs = dict[tuple[Kind, str], str]
"""By kind and supplier: why."""

POLLS: Final = 3
"""Looks in a row that must fail before somebody is told."""
SILENCE: Final = timedelta(minutes=2)
NOTICE: Final = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
"""How long before its end something is told to end; the nearest that has begun is named."""
_HERE: Final = ZoneInfo("Europe/Stockholm")
_LATE: Final = {
    Awaited.ACKNOWLEDGEMENT: (Kind.LATE_ACKNOWLEDGEMENT, "orders without any answer"),
    Awaited.RESPONSE: (Kind.LATE_RESPONSE, "orders without a response"),
    Awaited.DESPATCH: (Kind.LATE_DESPATCH, "orders without a despatch advice"),
}


def late(conn: sa.Connection, office: Office, now: datetime) -> Wrongs:
    """Suppliers with orders past an agreed time, by the marks of `deadlines.judge`."""
    return {(_LATE[one.awaited][0], one.supplier_id): _late(one) for one in deadlines.late(conn)}


def broken(conn: sa.Connection, office: Office, now: datetime) -> Wrongs:
    """Lanes in which one probe at a time is made, while there is something to make it with."""
    unsent = messages.c.state.in_([MessageState.QUEUED.value, MessageState.WAITING.value])
    waits = sa.exists().where(messages.c.direction == "out", unsent, messages.c.supplier_id == lanes.c.supplier_id)
    wanted = sa.select(lanes.c.supplier_id, lanes.c.failures, lanes.c.error).where(
        lanes.c.broken_at.is_not(None), waits
    )
    return {
        (Kind.LANE_BROKEN, row.supplier_id): f"{row.failures} attempts in a row failed: {row.error}"
        for row in conn.execute(wanted)
    }


def deaf(conn: sa.Connection, office: Office, now: datetime) -> Wrongs:
    """Suppliers whose answers could not be fetched several times in a row; one alarm where many share a place.

    Who left the file is not asked any more, and not told of.
    """
    failing = sa.select(channels.c.supplier_id, channels.c.error).where(channels.c.failures >= POLLS)
    errors: dict[str, str] = {row.supplier_id: row.error for row in conn.execute(failing)}
    found = (supplier for supplier in map(office.suppliers.get, sorted(errors)) if supplier is not None)
    return {
        (Kind.POLL_FAILING, box[0].id): f"looking for answers fails again and again: {errors[box[0].id]}"
        for box in boxes(found, office.transports)
    }


def used_twice(conn: sa.Connection, office: Office, now: datetime) -> Wrongs:
    """Who sent other content under an id that was used before, while a task about it is open."""
    first = messages.alias("first")
    sender = sa.func.coalesce(messages.c.supplier_id, first.c.supplier_id, HOUSE).label("sender")
    tables = tasks.join(messages, messages.c.id == tasks.c.message_id).outerjoin(
        first, first.c.id == messages.c.duplicate_of
    )
    facts = (sender, sa.func.count().label("count"), sa.func.min(messages.c.remote_id).label("remote"))
    refused = tasks.c.closed_at.is_(None) & (messages.c.state == MessageState.REFUSED.value)
    found = conn.execute(sa.select(*facts).select_from(tables).where(refused).group_by(sender))
    why = "documents refused because their id was used before with other content: {}; one is {}"
    return {(Kind.DUPLICATE, row.sender): why.format(row[1], row.remote) for row in found}


def unaccepted(conn: sa.Connection, office: Office, now: datetime) -> Wrongs:
    """Whether the newest suppliers file was refused, so that the last good one stands."""
    size = sa.func.jsonb_array_length(configurations.c.findings).label("size")
    newest = sa.select(configurations.c.accepted, size).order_by(
        configurations.c.seen_at.desc(), configurations.c.id.desc()
    )
    row = conn.execute(newest.limit(1)).first()
    if row is None or row.accepted:
        return {}
    count = row.size
    if conn.execute(sa.select(sa.exists().where(configurations.c.accepted))).scalar_one():
        why = f"a new suppliers file is refused, and the last good one stands: {count} findings"
    else:
        why = f"the suppliers file has mistakes, and who they are about is left out: {count} findings"
    return {(Kind.CONFIGURATION, HOUSE): why}


def silent(conn: sa.Connection, office: Office, now: datetime) -> Wrongs:
    """Lanes that have been due for minutes while a worker, or all of them, is not heard of."""
    overdue = sa.func.greatest(lanes.c.due_at, lanes.c.next_slot_at, lanes.c.leased_until) < now - SILENCE
    wanted = (lanes.c.due_at.is_not(None) | lanes.c.leased_until.is_not(None)) & lanes.c.paused_by.is_(None)
    untaken = sa.select(stirs.c.supplier_id).where(stirs.c.at < now - SILENCE)
    waiting = sa.union(sa.select(lanes.c.supplier_id).where(overdue, wanted), untaken).subquery()
    if not (count := conn.execute(sa.select(sa.func.count()).select_from(waiting)).scalar_one()):
        return {}
    rows = conn.execute(sa.select(workers.c.id, workers.c.seen_at).order_by(workers.c.seen_at)).all()
    gone = [row for row in rows if row.seen_at < now - SILENCE]
    if rows and not gone:
        return {}
    last = f"{gone[-1].id} was last heard of {_moment(gone[-1].seen_at)}" if gone else "none has ever been heard of"
    return {(Kind.WORKER_SILENT, HOUSE): f"lanes that wait for a worker: {count}; {last}"}


def ending(office: Office, now: datetime) -> Wrongs:
    """Suppliers of whose connection something ends soon, and what ends first. Reads their files, not the database."""
    found: Wrongs = {}
    for supplier in office.suppliers:
        transport = office.transports.get(supplier.transport)
        if transport is None or supplier.by_hand or supplier.settings is None:
            continue
        try:
            why = expires(transport.expiries(supplier.settings), now)
        except Exception:  # one transport's mistake must not hide what is wrong with all others
            _LOG.exception("reading what of %s ends failed in a way that is our fault", supplier.id)
            continue
        if why is not None:
            found[Kind.EXPIRY, supplier.id] = why
    return found


def expires(expiries: Iterable[Expiry], now: datetime) -> str | None:
    """Why somebody must be told, None while nothing ends in the next thirty days. Pure."""
    first = min(expiries, key=lambda one: one.ends, default=None)
    if first is None or first.ends - now > NOTICE[-1]:
        return None
    if first.ends <= now:
        return f"{first.what} has ended: {_moment(first.ends)}"
    days = next(span.days for span in NOTICE if first.ends - now <= span)
    return f"{first.what} ends in less than {days} days: {_moment(first.ends)}"


IN_DATABASE: Final[tuple[Callable[[sa.Connection, Office, datetime], Wrongs], ...]] = (
    late,
    broken,
    deaf,
    used_twice,
    unaccepted,
    silent,
)


def differences(
    wrong: Mapping[tuple[Kind, str], str], known: Mapping[tuple[Kind, str], str]
) -> tuple[Wrongs, Iterator[tuple[Kind, str]]]:
    """What to raise or say anew, and what has become right: `known` are the open alarms. Pure."""
    anew = {key: why for key, why in wrong.items() if known.get(key) != why}
    return anew, (key for key in known if key not in wrong)


def _late(one: deadlines.Late) -> str:
    about = _LATE[one.awaited][1]
    return f"{about} in the agreed time: {one.count}; the oldest is {one.number}, due {_moment(one.since)}"


def _moment(at: datetime) -> str:
    """In Swedish time, as people here read it."""
    return f"{at.astimezone(_HERE):%Y-%m-%d %H:%M}"
