"""Some invented weeks behind us, so that a demo's page has something to show: played, and told as settled days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import sqlalchemy as sa

from hub import lanes
from hub.road import fleet, sites
from hub.road.distance import Point
from hub.saving import kept
from hub.saving.assumptions import ASSUMPTIONS
from hub.saving.invented import Unit, goods, load_of, size_of
from hub.saving.played import play
from hub.saving.tables import saving_days
from web.figures import LOCAL

_WEEKS: Final = 8
_AHEAD: Final = timedelta(weeks=2)
"""Played before that and not told: what is ordered in the first week comes later."""


def invent_saving(conn: sa.Connection, suppliers: Sequence[str], hub: Point, now: datetime) -> None:
    """Tells the days of the latest weeks until yesterday, unless some day was told or counted already."""
    today = now.astimezone(LOCAL).date()
    told_from = today - timedelta(days=today.weekday(), weeks=_WEEKS)
    units, vans = _units(conn), fleet.vans(conn)
    if not units or not vans or conn.execute(sa.select(saving_days.c.day).limit(1)).first():
        return
    ordered = goods(units, suppliers, told_from - _AHEAD, _WEEKS + 3)
    entry_km = ASSUMPTIONS["entry_km"].value
    days = []
    for one in play(ordered, units, vans, hub, entry_km):
        if one.day.day >= today:
            break
        days += [one.day] if one.day.day >= told_from else []
    kept.keep(conn, days, None, now)


def _units(conn: sa.Connection) -> list[Unit]:
    weekdays = lanes.weekdays(conn)
    return [
        Unit(
            load=load_of(msgspec.structs.asdict(site), site.unit_id, site.name),
            weekdays=weekdays[site.unit_id],
            size=size_of(site.unit_id),
        )
        for site in sites.find(conn)
        if site.place and weekdays.get(site.unit_id)
    ]
