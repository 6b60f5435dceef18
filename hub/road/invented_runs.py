"""Fixed weekly runs for the demo: each weekday's units by their bearing from the hub, shared out among the vans,
cold goods among the cold ones."""

from __future__ import annotations

import math
from typing import Final

import sqlalchemy as sa

from hub import lanes
from hub.road import fleet, sites, weekly
from hub.road.distance import Point
from hub.road.driving import Van
from hub.road.invented import HUB
from hub.road.sites import Site

_WORKDAYS: Final = range(1, 6)
_DAYS: Final = ("Måndag", "Tisdag", "Onsdag", "Torsdag", "Fredag")


def invent_runs(conn: sa.Connection) -> None:
    """Makes them where there are none yet."""
    if weekly.everyone(conn):
        return
    days, vans = lanes.weekdays(conn), fleet.vans(conn)
    placed = sorted((site for site in sites.find(conn) if site.place is not None), key=_bearing)
    for weekday in _WORKDAYS:
        mine = [site for site in placed if weekday in days.get(site.unit_id, ())]
        for cold in (True, False):
            _share(
                conn, weekday, [site for site in mine if site.cold is cold], [van for van in vans if van.cold is cold]
            )


def _share(conn: sa.Connection, weekday: int, mine: list[Site], vans: list[Van]) -> None:
    most = -(-len(mine) // len(vans)) if vans else 0
    for nth, van in enumerate(vans):
        units = [site.unit_id for site in mine[nth * most : (nth + 1) * most]]
        if units:
            run = weekly.keep(conn, weekday, f"{_DAYS[weekday - 1]} {van.name}", van.id, reorder=True)
            weekly.order(conn, run, units)


def _bearing(site: Site) -> float:
    place: Point = site.place or HUB
    return math.atan2(place[1] - HUB[1], place[0] - HUB[0])
