"""Imports: one file for one contract, from the moment it is kept until somebody has decided; claimed with a lease."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shop.catalogue.tables import catalogue_files, catalogue_imports

LEASE: Final = timedelta(seconds=60)
MOST_TAKEN: Final = 5
"""So often a job is begun: what kills every worker that takes it must not do so for ever."""


class State(StrEnum):
    """What an import waits for, or how it ended."""

    WAITING = "waiting"
    READING = "reading"
    REVIEW = "review"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    DECLINED = "declined"
    FAILED = "failed"


OPEN: Final = (State.WAITING, State.READING, State.REVIEW, State.APPROVED)


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """One import as it stands. `counts` are of changes by kind, `size` in bytes; see the columns of the table."""

    id: UUID
    number: int
    sha256: bytes
    size: int
    filename: str
    supplier_id: str
    contract: str | None
    replaces: bool | None
    message_id: UUID | None
    created_by: str
    created_at: datetime
    state: State
    lease_until: datetime | None
    taken: int
    bytes_read: int
    rows_read: int
    rows_bad: int
    remarks: int
    says: tuple[str, ...]
    document_number: str | None
    takes_effect: date | None
    ends: date | None
    base: int | None
    counts: dict[str, Any]
    reasons: tuple[Any, ...]
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None

    @property
    def rows_good(self) -> int:
        return self.rows_read - self.rows_bad

    @property
    def part(self) -> int:
        """How far the reading has come, per cent."""
        return min(100, self.bytes_read * 100 // self.size) if self.size else 100


_SELECT = sa.select(catalogue_imports, catalogue_files.c.size).join(catalogue_files)


def add(
    conn: sa.Connection,
    id: UUID,
    digest: bytes,
    filename: str,
    supplier_id: str,
    by: str,
    now: datetime,
    *,
    contract: str | None = None,
    replaces: bool | None = None,
    message_id: UUID | None = None,
) -> tuple[Import, bool]:
    """The import, and whether it is new: the same id again, or the same bytes while they wait, is the same import."""
    lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"catalogue given {supplier_id}", 0))
    conn.execute(sa.select(lock))
    same = (catalogue_imports.c.sha256 == digest) & (catalogue_imports.c.supplier_id == supplier_id)
    same &= catalogue_imports.c.contract.is_not_distinct_from(contract) & catalogue_imports.c.state.in_(OPEN)
    known = conn.execute(_SELECT.where((catalogue_imports.c.id == id) | same).limit(1)).first()
    if known is not None:
        return _import(known), False
    facts = {"id": id, "sha256": digest, "filename": filename[-200:], "supplier_id": supplier_id, "contract": contract}
    facts |= {"replaces": replaces, "message_id": message_id, "created_by": by, "created_at": now}
    conn.execute(insert(catalogue_imports).values(**facts, state=State.WAITING.value))
    made = get(conn, id)
    assert made is not None
    return made, True


def get(conn: sa.Connection, id: UUID, *, lock: bool = False) -> Import | None:
    """The import, its row locked until the transaction ends if `lock`."""
    wanted = _SELECT.where(catalogue_imports.c.id == id)
    row = conn.execute(wanted.with_for_update(of=catalogue_imports) if lock else wanted).first()
    return _import(row) if row else None


def numbered(conn: sa.Connection, number: int) -> Import | None:
    """The import that people call by this number."""
    row = conn.execute(_SELECT.where(catalogue_imports.c.number == number)).first()
    return _import(row) if row else None


def recent(conn: sa.Connection, limit: int = 50, *, supplier_id: str = "", state: State | None = None) -> list[Import]:
    """The newest first."""
    wanted = _SELECT.order_by(catalogue_imports.c.number.desc()).limit(limit)
    if supplier_id:
        wanted = wanted.where(catalogue_imports.c.supplier_id == supplier_id)
    if state is not None:
        wanted = wanted.where(catalogue_imports.c.state == state.value)
    return [_import(row) for row in conn.execute(wanted)]


def claim(conn: sa.Connection, now: datetime, id: UUID | None = None) -> Import | None:
    """The oldest job that nobody reads, or whose reader has been silent; it is this worker's while it renews."""
    table = catalogue_imports.c
    free = table.lease_until.is_(None) | (table.lease_until < now)
    wanted = sa.select(table.id).where(table.state.in_([State.WAITING, State.READING]), free)
    wanted = wanted.where(table.id == id) if id is not None else wanted
    first = wanted.order_by(table.created_at).limit(1).with_for_update(skip_locked=True)
    found = conn.execute(first).scalar()
    if found is None:
        return None
    fresh = {"bytes_read": 0, "rows_read": 0, "rows_bad": 0, "remarks": 0, "lease_until": now + LEASE}
    change(conn, found, state=State.READING.value, taken=table.taken + 1, **fresh)
    return get(conn, found)


def renew(conn: sa.Connection, job: Import, now: datetime, **progress: Any) -> bool:
    """Writes how far the reading has come; False: another worker has the job now, and this one stops."""
    mine = (catalogue_imports.c.id == job.id) & (catalogue_imports.c.taken == job.taken)
    mine &= catalogue_imports.c.state == State.READING.value
    done = catalogue_imports.update().where(mine).values(lease_until=now + LEASE, **progress)
    return bool(conn.execute(done).rowcount)


def change(conn: sa.Connection, id: UUID, **values: Any) -> None:
    conn.execute(catalogue_imports.update().where(catalogue_imports.c.id == id).values(**values))


def _import(row: Any) -> Import:
    facts = dict(row._mapping)
    facts |= {"says": tuple(facts["says"]), "reasons": tuple(facts["reasons"]), "state": State(facts["state"])}
    return Import(**{**facts, "sha256": bytes(facts["sha256"])})
