"""Alarms: one while something is wrong, with somebody who owns it, and one notice when it is right again.

Raising and recovering run in the caller's transaction; `gateway.exchange.telling` tells the owners after it commits.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.exchange import journal, log
from gateway.exchange.tables import alarms
from gateway.findings import Finding

HOUSE: Final = ""
"""The supplier_id of an alarm that is about the house itself."""


class Kind(StrEnum):
    """What is wrong. There is at most one open alarm of a kind for a supplier."""

    LATE_ACKNOWLEDGEMENT = "late_acknowledgement"
    LATE_RESPONSE = "late_response"
    LATE_DESPATCH = "late_despatch"
    LATE_GOODS = "late_goods"
    LANE_BROKEN = "lane_broken"
    POLL_FAILING = "poll_failing"
    DUPLICATE = "duplicate"
    CONFIGURATION = "configuration"
    EXPIRY = "expiry"
    WORKER_SILENT = "worker_silent"


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """`supplier_id` is "" where the house itself is ill. It is open until `recovered_at`, and `recovery` says how."""

    id: int
    kind: Kind
    supplier_id: str
    owner: str
    cause: str
    raised_at: datetime
    told_at: datetime | None
    recovered_at: datetime | None
    recovery: str
    recovery_told_at: datetime | None
    seen_by: str | None

    @property
    def finding(self) -> Finding:
        """The cause as a finding, so that `gateway.wording.explain` says it in words and what to do."""
        rule = f"alarm-{self.kind.value.replace('_', '-')}"
        return Finding(rule=rule, message=self.cause, fatal=self.recovered_at is None)


def raise_alarm(conn: sa.Connection, kind: Kind, supplier_id: str, owner: str, cause: str, now: datetime) -> bool:
    """Opens the alarm; False where it is open already, and then only its cause is brought up to date.

    Two who raise it at the same moment make one: the second waits for the first to commit.
    """
    cause = journal.storable(cause)
    row = {"kind": kind.value, "supplier_id": supplier_id, "owner": owner, "cause": cause, "raised_at": now}
    made = (
        insert(alarms)
        .values(row)
        .on_conflict_do_nothing(index_elements=["kind", "supplier_id"], index_where=sa.text("recovered_at IS NULL"))
    )
    if not _is_open(conn, kind, supplier_id):
        alarm_id = conn.execute(made.returning(alarms.c.id)).scalar()
        if alarm_id is not None:
            log.warn(
                "alarm_raised", alarm=alarm_id, kind=kind.value, supplier=supplier_id or None, owner=owner, cause=cause
            )
            return True
    other = _open(kind, supplier_id) & (alarms.c.cause != cause)
    conn.execute(alarms.update().where(other).values(cause=cause))
    return False


def recover(conn: sa.Connection, kind: Kind, supplier_id: str, how: str, now: datetime) -> bool:
    """Closes the open alarm, `how` says what made it right; False where there is none."""
    closed = alarms.update().where(_open(kind, supplier_id))
    closed = closed.values(recovered_at=now, recovery=journal.storable(how))
    alarm_id = conn.execute(closed.returning(alarms.c.id)).scalar()
    if alarm_id is None:
        return False
    log.say("alarm_recovered", alarm=alarm_id, kind=kind.value, supplier=supplier_id or None, how=how)
    return True


def open_alarms(conn: sa.Connection, supplier_id: str | None = None, limit: int = 200) -> list[Alarm]:
    """What is wrong now, of one supplier if it is named; the newest first."""
    wanted = sa.select(alarms).where(alarms.c.recovered_at.is_(None)).order_by(alarms.c.raised_at.desc(), alarms.c.id)
    if supplier_id is not None:
        wanted = wanted.where(alarms.c.supplier_id == supplier_id)
    return _listed(conn, wanted.limit(limit))


def recent(conn: sa.Connection, supplier_id: str | None = None, limit: int = 50, offset: int = 0) -> list[Alarm]:
    """Open and past ones, the newest first."""
    wanted = sa.select(alarms).order_by(alarms.c.raised_at.desc(), alarms.c.id.desc())
    if supplier_id is not None:
        wanted = wanted.where(alarms.c.supplier_id == supplier_id)
    return _listed(conn, wanted.limit(limit).offset(offset))


def get(conn: sa.Connection, alarm_id: int) -> Alarm | None:
    found = _listed(conn, sa.select(alarms).where(alarms.c.id == alarm_id))
    return found[0] if found else None


def seen(conn: sa.Connection, alarm_id: int, by: object) -> bool:
    """Somebody has taken note of it; False where somebody else had before, whose name stands."""
    first = (alarms.c.id == alarm_id) & alarms.c.seen_by.is_(None)
    return conn.execute(alarms.update().where(first).values(seen_by=str(by))).rowcount == 1


def open_causes(conn: sa.Connection) -> dict[tuple[Kind, str], str]:
    """The cause of every open alarm by kind and supplier."""
    wanted = sa.select(alarms.c.kind, alarms.c.supplier_id, alarms.c.cause).where(alarms.c.recovered_at.is_(None))
    return {(Kind(row.kind), row.supplier_id): row.cause for row in conn.execute(wanted)}


def _open(kind: Kind, supplier_id: str) -> sa.ColumnElement[bool]:
    about = (alarms.c.kind == kind.value) & (alarms.c.supplier_id == supplier_id)
    return about & alarms.c.recovered_at.is_(None)


def _is_open(conn: sa.Connection, kind: Kind, supplier_id: str) -> bool:
    """Asked first, so that raising what is open already costs one look at an index."""
    return bool(conn.execute(sa.select(sa.exists().where(_open(kind, supplier_id)))).scalar_one())


def _listed(conn: sa.Connection, wanted: sa.Select[Any]) -> list[Alarm]:
    return [Alarm(**dict(row._mapping) | {"kind": Kind(row.kind)}) for row in conn.execute(wanted)]
