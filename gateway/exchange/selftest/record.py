"""The records of self-tests: one row each, with its steps as they were taken. Nothing is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange.selftest.scenario import STEPS
from gateway.exchange.tables import selftests
from gateway.findings import Finding

_FORGOTTEN = timedelta(days=1)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step that was taken. `good` is None where it does not apply to the supplier; `evidence` says why or what."""

    step: str
    good: bool | None
    evidence: str
    at: datetime
    findings: tuple[Finding, ...] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a scenario, or of the connection alone. `good` is None while it runs or where nobody ended it."""

    id: int
    supplier_id: str
    scenario: str
    by: str
    order_id: UUID | None
    began_at: datetime
    ended_at: datetime | None
    good: bool | None
    steps: tuple[Step, ...]

    @property
    def next_step(self) -> str | None:
        """The step that comes now, None at the end."""
        taken = {step.step for step in self.steps}
        return next((step for step in STEPS[self.scenario] if step not in taken), None)


def begin(conn: sa.Connection, supplier_id: str, scenario: str, by: object, now: datetime) -> int:
    """A new record without steps; its id."""
    row = {"supplier_id": supplier_id, "scenario": scenario, "by": str(by), "began_at": now, "steps": []}
    made: int = conn.execute(selftests.insert().values(row).returning(selftests.c.id)).scalar_one()
    return made


def add_step(conn: sa.Connection, record_id: int, step: Step) -> bool:
    """One step more; False where somebody has ended it. The record's row is locked until the transaction ends."""
    record = locked(conn, record_id)
    if record.ended_at is None:
        _set(conn, record_id, steps=_plain([*record.steps, step]))
    return record.ended_at is None


def about(conn: sa.Connection, record_id: int, order_id: UUID) -> None:
    """The order that was placed for it."""
    _set(conn, record_id, order_id=order_id)


def end(conn: sa.Connection, record_id: int, good: bool, now: datetime) -> None:
    """It is over; ended twice, the first end counts."""
    if locked(conn, record_id).ended_at is None:
        _set(conn, record_id, good=good, ended_at=now)


def reopen(conn: sa.Connection, record_id: int) -> Record:
    """Goes on where it stopped: a last step that failed is taken again. Raises ValueError where all is green."""
    record = locked(conn, record_id)
    steps = record.steps[:-1] if record.steps and record.steps[-1].good is False else record.steps
    if record.good or (record.ended_at is not None and steps == record.steps and record.next_step is None):
        raise ValueError(f"self-test {record_id} is over, and nothing of it failed")
    _set(conn, record_id, steps=_plain(steps), good=None, ended_at=None)
    return locked(conn, record_id)


def get(conn: sa.Connection, record_id: int) -> Record | None:
    row = conn.execute(sa.select(selftests).where(selftests.c.id == record_id)).first()
    return _record(row) if row is not None else None


def of_supplier(conn: sa.Connection, supplier_id: str, limit: int = 50) -> list[Record]:
    """The newest records of a supplier."""
    wanted = sa.select(selftests).where(selftests.c.supplier_id == supplier_id)
    return [_record(row) for row in conn.execute(wanted.order_by(selftests.c.id.desc()).limit(limit))]


def latest(conn: sa.Connection, supplier_id: str) -> dict[str, Record]:
    """The last record of each scenario: the checklist."""
    newest = sa.select(sa.func.max(selftests.c.id)).where(selftests.c.supplier_id == supplier_id)
    wanted = sa.select(selftests).where(selftests.c.id.in_(newest.group_by(selftests.c.scenario)))
    return {row.scenario: _record(row) for row in conn.execute(wanted)}


def waiting(conn: sa.Connection, now: datetime) -> set[str]:
    """Suppliers from which a self-test awaits something, so that they are asked as often as those with open orders."""
    recent = selftests.c.began_at > now - _FORGOTTEN  # one whose process died is not waited for for ever
    under_way = selftests.c.ended_at.is_(None) & selftests.c.order_id.is_not(None) & recent
    return set(conn.scalars(sa.select(selftests.c.supplier_id).where(under_way).distinct()))


def locked(conn: sa.Connection, record_id: int) -> Record:
    """As it stands, and nobody changes it until the transaction ends. Raises LookupError."""
    row = conn.execute(sa.select(selftests).where(selftests.c.id == record_id).with_for_update()).first()
    if row is None:
        raise LookupError(f"there is no self-test {record_id}")
    return _record(row)


def _set(conn: sa.Connection, record_id: int, **values: object) -> None:
    conn.execute(selftests.update().where(selftests.c.id == record_id).values(values))


def _plain(steps: Sequence[Step]) -> Any:
    """As JSON that PostgreSQL can hold: evidence quotes what strangers said."""
    return msgspec.json.decode(msgspec.json.encode(steps).replace(rb"\u0000", "␀".encode()))


def _record(row: sa.Row[Any]) -> Record:
    return Record(**dict(row._mapping) | {"steps": msgspec.convert(row.steps, tuple[Step, ...])})
