"""Runs that have been driven and goods that were handed over, as rows of the hub's tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import sqlalchemy as sa

from hub.road.tables import runs, sites, stops, vehicles
from hub.tables import parcels

HUB = (59.87, 17.66)
NORTH, SOUTH, EAST = (59.96, 17.66), (59.78, 17.66), (59.87, 17.84)
PLACES = {"bjorken": NORTH, "granen": SOUTH, "eken": EAST, "utan": None}


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def lay_out(conn: sa.Connection) -> None:
    """Three units that have a place, one that has none, and a van of each kind that takes ten parcels."""
    address = {"street": "Vägen 1", "postal_code": "123 45", "city": "Exempelstad"}
    for nth, (unit, place) in enumerate(PLACES.items()):
        where = {"latitude": place[0], "longitude": place[1]} if place else {"latitude": None, "longitude": None}
        conn.execute(sites.insert().values(unit_id=unit, name=unit, gln=f"{nth:013}", **address, **where))
    for fuel in ("electric", "diesel"):
        day = {"starts": time(6), "minutes": 480}
        conn.execute(vehicles.insert().values(id=fuel, name=fuel, fuel=fuel, parcels=10, **day))


def a_run(conn: sa.Connection, day: date, fuel: str, km: str, *units: str, left: bool = True) -> dict[str, UUID]:
    """A run that was driven to these units; their stops by unit."""
    run_id = uuid4()
    times = {"starts_at": at(day, 6), "ends_at": at(day, 9), "made_at": at(day, 5), "made_by": "Alva Exempel"}
    gone = {"left_at": at(day, 6), "home_at": at(day, 9)} if left else {}
    row = {"id": run_id, "day": day, "name": "Tur", "vehicle_id": fuel, "state": "home" if left else "planned"}
    conn.execute(runs.insert().values(row | times | gone | {"km": Decimal(km)}))
    found = {unit: uuid4() for unit in units}
    for place, (unit, stop_id) in enumerate(found.items(), 1):
        where = {"position": place, "unit_id": unit, "arrives_at": at(day, 7), "km": 1}
        conn.execute(stops.insert().values(id=stop_id, run_id=run_id, state="handed" if left else "open", **where))
    return found


def goods(
    conn: sa.Connection, supplier: str, unit: str, stop: UUID | None, day: date, count: int = 1, ahead: int = 1
) -> None:
    """So many parcels of a supplier, received `ahead` days before and handed over that day."""
    for _ in range(count):
        key = uuid4().hex
        moved = {"received_at": at(day - timedelta(days=ahead), 8), "delivered_at": at(day, 8), "state": "delivered"}
        conn.execute(
            parcels.insert().values(id=uuid4(), key=key, supplier_id=supplier, unit_id=unit, stop_id=stop, **moved)
        )
