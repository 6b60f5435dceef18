"""An invented municipality to drive in: most units in one town, some in villages around it, and a fleet."""

from __future__ import annotations

import math
from datetime import date, time, timedelta
from random import Random
from typing import Any, Final

import sqlalchemy as sa

from hub.road.distance import Point
from hub.road.tables import sites, vehicles

HUB: Final[Point] = (59.87, 17.66)
"""Where the hub lies: near the middle of an invented town of Uppsala's size."""
_IN_TOWN: Final = 0.7
_TOWN_KM, _FARTHEST_KM = 5.5, 38.0
_KM_PER_DEGREE: Final = 111.2
_WINDOWS = ((time(7), time(15)), (time(8), time(14)), (time(6, 30), time(11)), (None, None))
_NOTES = ("", "", "Ring på klockan vid lastporten.", "Grinden öppnas från köket, ring på.", "Kör in från baksidan.")


def place(unit_id: str) -> Point:
    """Where an invented unit lies: the same for one id every time."""
    chance = Random(f"place {unit_id}")  # noqa: S311 - an invented map
    if chance.random() < _IN_TOWN:
        away = _TOWN_KM * math.sqrt(chance.random())
    else:
        away = chance.uniform(_TOWN_KM, _FARTHEST_KM)
    turn = chance.uniform(0, 2 * math.pi)
    north, east = away * math.cos(turn), away * math.sin(turn)
    return HUB[0] + north / _KM_PER_DEGREE, HUB[1] + east / (_KM_PER_DEGREE * math.cos(math.radians(HUB[0])))


def fleet() -> tuple[dict[str, Any], ...]:
    """Eight vehicles, as rows of the table."""
    day = {"starts": time(6, 30), "minutes": 480, "active": True}
    small = [
        {"id": f"el-{n}", "name": f"Elskåp {n}", "fuel": "electric", "parcels": 60, "cold": n <= 2, "range_km": 180}
        for n in range(1, 5)
    ]
    large = [
        {"id": f"gas-{n}", "name": f"Gasbil {n}", "fuel": "biogas", "parcels": 110, "cold": n == 1, "range_km": None}
        for n in range(1, 4)
    ]
    spare = {"id": "hvo-1", "name": "Reservbilen", "fuel": "hvo", "parcels": 110, "cold": True, "range_km": None}
    return tuple(row | day for row in (*small, *large, spare))


def lay_out(conn: sa.Connection, today: date) -> None:
    """Places every site that has no place, gives it windows and notes, and buys the fleet; for demo and benchmarks."""
    unplaced = sa.select(sites.c.unit_id).where(sites.c.latitude.is_(None)).order_by(sites.c.unit_id)
    for nth, unit_id in enumerate(list(conn.scalars(unplaced))):
        conn.execute(sites.update().where(sites.c.unit_id == unit_id).values(**_facts(nth, unit_id, today)))
    if conn.execute(sa.select(vehicles.c.id).limit(1)).first() is None:
        conn.execute(vehicles.insert(), list(fleet()))


def _facts(nth: int, unit_id: str, today: date) -> dict[str, Any]:
    latitude, longitude = place(unit_id)
    opens, closes = _WINDOWS[nth % len(_WINDOWS)]
    found = {
        "latitude": latitude,
        "longitude": longitude,
        "opens": opens,
        "closes": closes,
        "access_note": _NOTES[nth % len(_NOTES)],
        "cold": nth % 5 == 4,
        "protected": nth % 23 == 11,
    }
    if nth % 97 == 60:
        found |= {"closed_from": today + timedelta(days=5), "closed_to": today + timedelta(days=40)}
    return found
