"""What was received, driven and handed over, by local day, as the comparison counts it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from hub.parcel import State
from hub.road.distance import Point
from hub.road.tables import runs, sites, stops, vehicles
from hub.saving.days import Drop, Run
from hub.tables import parcels
from web.figures import LOCAL

_inside: Final = parcels.alias()
_BOX: Final = ~sa.exists().where(
    _inside.c.within == parcels.c.key, _inside.c.order_id.is_not_distinct_from(parcels.c.order_id)
)
"""A pallet is counted as the boxes on it."""
_DRIVEN: Final = parcels.join(stops, parcels.c.stop_id == stops.c.id).join(runs, stops.c.run_id == runs.c.id)
_SUPPLIER: Final = sa.func.coalesce(parcels.c.supplier_id, "")
_BOXES: Final = sa.func.count(parcels.c.key.distinct())
_HANDED: Final = parcels.c.state == State.DELIVERED.value


def places(conn: sa.Connection) -> dict[str, Point]:
    """Where units lie, those that somebody has placed."""
    wanted = sa.select(sites.c.unit_id, sites.c.latitude, sites.c.longitude).where(_placed())
    return {row.unit_id: (row.latitude, row.longitude) for row in conn.execute(wanted)}


def drops(conn: sa.Connection, first: date, last: date) -> dict[date, list[Drop]]:
    """Goods handed over on a run, by the run's day: each supplier at each unit."""
    wanted = (
        sa.select(runs.c.day, _SUPPLIER, stops.c.unit_id, _BOXES)
        .select_from(_measured())
        .where(*_compared(), runs.c.day.between(first, last))
        .group_by(runs.c.day, _SUPPLIER, stops.c.unit_id)
    )
    found: dict[date, list[Drop]] = defaultdict(list)
    for day, supplier, unit, boxes in conn.execute(wanted):
        found[day].append(Drop(supplier, unit, boxes))
    return found


def arrivals(conn: sa.Connection, first: date, last: date) -> dict[date, set[str]]:
    """The suppliers whose goods came to the hub, by the day; the same goods as in `drops`."""
    day = _local_day(parcels.c.received_at)
    wanted = sa.select(day, _SUPPLIER).select_from(_measured()).where(*_compared(), day.between(first, last)).distinct()
    found: dict[date, set[str]] = defaultdict(set)
    for came, supplier in conn.execute(wanted):
        found[came].add(supplier)
    return found


def driven(conn: sa.Connection, first: date, last: date) -> dict[date, list[Run]]:
    """Every run that left, with the kilometres that were planned for it and what was on it for its stops."""
    loaded = sa.select(_BOXES).select_from(parcels.join(stops)).where(stops.c.run_id == runs.c.id, _BOX)
    been = sa.select(sa.func.count()).where(stops.c.run_id == runs.c.id, stops.c.state != "open")
    wanted = (
        sa.select(
            runs.c.day,
            vehicles.c.fuel,
            runs.c.km,
            vehicles.c.parcels,
            loaded.correlate(runs).scalar_subquery().label("loaded"),
            been.correlate(runs).scalar_subquery().label("stops"),
        )
        .join_from(runs, vehicles)
        .where(runs.c.left_at.is_not(None), runs.c.day.between(first, last))
    )
    found: dict[date, list[Run]] = defaultdict(list)
    for row in conn.execute(wanted):
        found[row.day].append(Run(fuel=row.fuel, km=row.km, parcels=row.parcels, loaded=row.loaded, stops=row.stops))
    return found


def left_out(conn: sa.Connection, first: date, last: date) -> dict[date, int]:
    """Parcels handed over that neither side counts: without a run that left, or at a unit that has no place."""
    day = _local_day(parcels.c.delivered_at)
    with_all = parcels.outerjoin(stops, parcels.c.stop_id == stops.c.id).outerjoin(runs, stops.c.run_id == runs.c.id)
    known = sa.select(sites.c.unit_id).where(_placed())
    beside = runs.c.left_at.is_(None) | stops.c.unit_id.not_in(known)
    wanted = sa.select(day, _BOXES).select_from(with_all).where(_HANDED, _BOX, beside, day.between(first, last))
    return {row[0]: row[1] for row in conn.execute(wanted.group_by(day))}


def _compared() -> tuple[sa.ColumnElement[bool], ...]:
    return _HANDED, _BOX, runs.c.left_at.is_not(None), _placed()


def _measured() -> sa.Join:
    return _DRIVEN.join(sites, stops.c.unit_id == sites.c.unit_id)


def _placed() -> sa.ColumnElement[bool]:
    return sites.c.latitude.is_not(None) & sites.c.longitude.is_not(None)


def _local_day(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[date]:
    return sa.cast(sa.func.timezone(str(LOCAL), moment), sa.Date)
