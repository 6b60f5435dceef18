"""What was wrong with a parcel: short, damaged, the wrong article, or a parcel that nobody announced."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa

from gateway.orders import book
from hub import store
from hub.parcel import Content, Parcel
from hub.tables import facts, parcel_reports, parcels

KINDS = ("short", "damaged", "wrong", "over", "unknown")
_EVENTS = {"short": "short", "damaged": "damaged", "wrong": "note", "over": "note"}


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One report; `closed_at` when a person has dealt with it."""

    id: UUID
    parcel_id: UUID
    kind: str
    at: datetime
    who: str
    text: str = ""
    line: str | None = None
    article: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    closed_at: datetime | None = None


def report(
    conn: sa.Connection,
    parcel_id: UUID,
    kind: str,
    user: str,
    now: datetime,
    *,
    text: str = "",
    line: str | None = None,
    quantity: Decimal | None = None,
) -> UUID:
    """Keeps the report and tells the order. Raises ValueError for another kind or a quantity that is not above 0."""
    if kind not in KINDS:
        raise ValueError(f"a report is one of {', '.join(KINDS)}; found {kind!r}")
    if quantity is not None and not (quantity.is_finite() and quantity > 0):
        raise ValueError(f"the quantity must be above 0, found {quantity}")
    (parcel,) = store.find(conn, parcels.c.id == parcel_id) or (None,)
    if parcel is None:
        raise ValueError(f"no parcel has the id {parcel_id}")
    content = next((content for content in parcel.contents if content.line == line), None)
    report_id = uuid4()
    row = _row(content, quantity, " ".join(text.split())[:500])
    of = {"id": report_id, "parcel_id": parcel_id, "kind": kind, "at": now, "who": user}
    conn.execute(parcel_reports.insert().values(row | of))
    if parcel.order_id and kind in _EVENTS:
        book.record(conn, parcel.order_id, _EVENTS[kind], user, now, _told(parcel, kind, row))
    return report_id


def open_reports(conn: sa.Connection, limit: int = 100) -> list[tuple[Report, Parcel]]:
    """What still waits for a person, oldest first, with its parcel."""
    rows = conn.execute(
        sa.select(parcel_reports)
        .where(parcel_reports.c.closed_at.is_(None))
        .order_by(parcel_reports.c.at, parcel_reports.c.id)
        .limit(limit)
    )
    found = [msgspec.convert(facts(row), Report) for row in rows]
    concerned = {parcel.id: parcel for parcel in store.find(conn, parcels.c.id.in_([one.parcel_id for one in found]))}
    return [(one, concerned[one.parcel_id]) for one in found]


def close(conn: sa.Connection, report_id: UUID, user: str, outcome: str, now: datetime) -> None:
    """The report is dealt with; what it said stays."""
    _close(conn, parcel_reports.c.id == report_id, user, outcome, now)


def withdraw_unknown(conn: sa.Connection, parcel_ids: Collection[UUID], user: str, outcome: str, now: datetime) -> None:
    """Nobody needs to look for these any more: `outcome` is undone, announced or assigned."""
    unknown = parcel_reports.c.parcel_id.in_(parcel_ids) & (parcel_reports.c.kind == "unknown")
    _close(conn, unknown, user, outcome, now)


def _close(conn: sa.Connection, which: sa.ColumnElement[bool], user: str, outcome: str, now: datetime) -> None:
    waiting = which & parcel_reports.c.closed_at.is_(None)
    conn.execute(parcel_reports.update().where(waiting).values(closed_at=now, closed_by=user, outcome=outcome))


def _row(content: Content | None, quantity: Decimal | None, text: str) -> dict[str, Any]:
    return {
        "line": content.line if content else None,
        "article": content.name if content else None,
        "quantity": quantity,
        "unit": content.unit if content else None,
        "text": text,
    }


def _told(parcel: Parcel, kind: str, row: dict[str, Any]) -> dict[str, Any]:
    detail = {name: row[name] for name in ("line", "article", "unit", "text") if row[name]}
    if row["quantity"] is not None:
        detail["quantity"] = str(row["quantity"])
    return {"step": kind, "parcel": parcel.sscc or parcel.key} | detail
