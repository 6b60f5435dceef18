"""Labels made together: parcels without a number get one, and what is printed is kept, to be printed again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa

from hub import store
from hub.answer import place_in_order
from hub.labels import read_label
from hub.marking import pool
from hub.marking.sticker import Sticker
from hub.marking.tables import labels_sheets
from hub.parcel import Parcel, State
from hub.tables import facts, parcels, runs, stops

MOST = 500
"""How many labels are made at a time."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Labels in the order of printing; `order_id` and `advice` where a supplier made them, and `said` what it wrote."""

    id: UUID
    labels: tuple[Sticker, ...]
    at: datetime
    who: str
    order_id: UUID | None = None
    advice: str | None = None
    said: dict[str, Any] | None = None


class House(msgspec.Struct, frozen=True):
    """What labels say of the hub: its name; and the prefix that its numbers begin with."""

    name: str
    prefix: str | None


def make(conn: sa.Connection, parcel_ids: Collection[UUID], house: House, who: str, now: datetime) -> Sheet | None:
    """Labels for these parcels, those without an SSCC given one; None where there is none of them.

    Raises `pool.NoNumbers`. A box that holds goods for two orders is two parcels with one label.
    """
    wanted = store.find(conn, parcels.c.id.in_(parcel_ids) & (parcels.c.state != State.VOID.value))
    keys = tuple(dict.fromkeys(row.key for row in wanted))[:MOST]
    everything = store.concerned(conn, keys)
    standing = [row for row in everything if row.state is not State.VOID]
    by_key = {key: rows for key in keys if (rows := [row for row in standing if row.key == key])}
    if not by_key:
        return None
    chosen = [row for rows in by_key.values() for row in rows]
    numbers = _numbered(conn, by_key, house, who, now)
    routes = _routes(conn, chosen)
    labels = tuple(_sticker(rows, numbers[key], everything, routes, house.name) for key, rows in by_key.items())
    return keep(conn, labels, who, now)


def keep(conn: sa.Connection, labels: Sequence[Sticker], who: str, now: datetime, **more: Any) -> Sheet:
    """The sheet, kept."""
    sheet = Sheet(id=uuid4(), labels=tuple(labels), at=now, who=who, **more)
    row = msgspec.structs.asdict(sheet) | {"labels": msgspec.to_builtins(sheet.labels)}
    conn.execute(labels_sheets.insert().values(**row))
    return sheet


def get(conn: sa.Connection, sheet_id: UUID) -> Sheet | None:
    """The sheet, or None."""
    found = find(conn, labels_sheets.c.id == sheet_id, 1)
    return found[0] if found else None


def find(conn: sa.Connection, where: sa.ColumnElement[bool], most: int) -> list[Sheet]:
    """The newest sheets that match."""
    wanted = sa.select(labels_sheets).where(where).order_by(labels_sheets.c.at.desc(), labels_sheets.c.id).limit(most)
    return [msgspec.convert(facts(row), Sheet) for row in conn.execute(wanted)]


def called(conn: sa.Connection, text: str) -> tuple[Parcel, ...]:
    """Parcels by the code on them, or by the number of their order or advice."""
    label = read_label(text)
    names = {label.text, label.text.upper()}
    where = parcels.c.advice.in_(names) | parcels.c.order_number.in_(names)
    if label.sscc:
        where = parcels.c.key.in_([label.sscc, pool.key_of(conn, label.sscc)])
    return store.find(conn, where & (parcels.c.state != State.VOID.value))


def unmarked(conn: sa.Connection) -> tuple[Parcel, ...]:
    """Parcels that stand here without any code that could be scanned."""
    return store.find(conn, (parcels.c.state == State.RECEIVED.value) & parcels.c.sscc.is_(None))


def _numbered(
    conn: sa.Connection, by_key: dict[str, list[Parcel]], house: House, who: str, now: datetime
) -> dict[str, str]:
    """The SSCC of each key: its own, the one that it got here before, or a new one."""
    rows = [row for rows in by_key.values() for row in rows]
    before = pool.of_parcels(conn, [row.id for row in rows])
    numbers = {row.key: number for row in rows if (number := row.sscc or before.get(row.id))}
    bare = [key for key in by_key if key not in numbers]
    if bare:
        pool.ready(conn, house.prefix, now)
        for key, number in zip(bare, pool.take(conn, len(bare), who, now), strict=True):
            pool.stuck_on(conn, number, by_key[key][0].id)
            numbers[key] = number
    for row in rows:
        if row.sscc is None:
            store.change(conn, row.id, sscc=str(numbers[row.key]))
    return numbers


def _sticker(
    rows: Sequence[Parcel], sscc: str, everything: tuple[Parcel, ...], routes: dict[UUID, str], hub: str
) -> Sticker:
    """One label for the rows of one key; what differs between them stands there for each."""
    first = rows[0]
    number, of, _ = place_in_order(first, everything)
    glns = {row.unit_gln for row in rows if row.unit_gln}
    announced = any(row.advice for row in rows)
    return Sticker(
        sscc=str(sscc),
        unit=_joined(row.unit_name for row in rows) or "?",
        lane=_joined(row.lane for row in rows),
        route=_joined(routes.get(row.stop_id) for row in rows if row.stop_id),
        day=min((row.delivery_day for row in rows if row.delivery_day), default=None),
        order=_joined(row.order_number for row in rows),
        supplier=_joined(row.supplier_name for row in rows),
        hub=hub,
        gln=glns.pop() if len(glns) == 1 and not announced else None,
        number=number,
        of=of,
    )


def _joined(texts: Any) -> str:
    return " + ".join(dict.fromkeys(text for text in texts if text))


def _routes(conn: sa.Connection, rows: Sequence[Parcel]) -> dict[UUID, str]:
    """`Stopp 3 Elskåp 1` by the id of the stop; the stop first, for a long name may be cut."""
    ids = {row.stop_id for row in rows if row.stop_id}
    wanted = sa.select(stops.c.id, stops.c.position, runs.c.name).join(runs, runs.c.id == stops.c.run_id)
    found = conn.execute(wanted.where(stops.c.id.in_(ids))) if ids else ()
    return {row.id: f"Stopp {row.position} {row.name}" for row in found}
