"""The vehicles: what they carry, how far, and whose day is how long."""

from __future__ import annotations

from datetime import time
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from hub.road.driving import Van, clock
from hub.road.tables import vehicles
from hub.tables import facts

FUELS: Final = ("electric", "biogas", "hvo", "diesel")


class Vehicle(msgspec.Struct, frozen=True, kw_only=True):
    """One van or lorry. `starts` is local time, `minutes` the driver's longest day from hub to hub."""

    id: str
    name: str
    fuel: str
    parcels: int
    cold: bool = False
    range_km: int | None = None
    starts: time = time(6, 30)
    minutes: int = 480
    active: bool = True

    @property
    def van(self) -> Van:
        """As the planner takes it."""
        return Van(
            id=self.id,
            name=self.name,
            parcels=self.parcels,
            starts=clock(self.starts),
            minutes=self.minutes,
            fuel=self.fuel,
            cold=self.cold,
            range_km=self.range_km,
        )


def everyone(conn: sa.Connection) -> list[Vehicle]:
    """All vehicles by name, those in use first."""
    rows = conn.execute(sa.select(vehicles).order_by(vehicles.c.active.desc(), vehicles.c.name, vehicles.c.id))
    return [msgspec.convert(facts(row), Vehicle) for row in rows]


def get(conn: sa.Connection, vehicle_id: str) -> Vehicle | None:
    """The vehicle, or None."""
    row = conn.execute(sa.select(vehicles).where(vehicles.c.id == vehicle_id)).first()
    return msgspec.convert(facts(row), Vehicle) if row else None


def vans(conn: sa.Connection) -> list[Van]:
    """Those in use, as the planner takes them."""
    return [vehicle.van for vehicle in everyone(conn) if vehicle.active]


def keep(conn: sa.Connection, vehicle: Vehicle) -> None:
    """A new vehicle, or new facts about one."""
    values: dict[str, Any] = msgspec.structs.asdict(vehicle)
    rest = {name: value for name, value in values.items() if name != "id"}
    conn.execute(insert(vehicles).values(**values).on_conflict_do_update(index_elements=["id"], set_=rest))
