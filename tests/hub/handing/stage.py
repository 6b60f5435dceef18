"""A van that is out with goods for two units, a third one planned: rows as planning and loading leave them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import sqlalchemy as sa

from hub import departing, receiving
from hub.road import sites as road_sites
from hub.road.sites import Address
from hub.road.tables import runs, sites, stops, vehicles
from hub.tables import parcels
from tests.hub.advices import sscc
from tests.hub.house import send_goods
from web.tables import users

SIGNATURE = "M20 100L80 40L140 150L200 60L260 140L320 80L380 120"


def address(unit_id: str, name: str, number: int) -> Address:
    return Address(
        id=unit_id,
        name=name,
        gln=f"735000100{number:04d}",
        street="Exempelgatan 4",
        postal_code="750 00",
        city="Exempelstad",
    )


UNITS = {"bjorken": "Förskolan Gläntan", "granen": "Granens skola", "linden": "Lindens äldreboende"}


def a_run(
    conn: sa.Connection,
    now: datetime,
    driver: UUID | None = None,
    state: str = "out",
    units: dict[str, str] | None = None,
    numbers: tuple[int, ...] = (1, 2, 3),
) -> UUID:
    """The parcels with these SSCCs on the van, a stop for each unit. Of `send_goods`: 1 and 2 for stop 1, 3 for 2."""
    units = units or UNITS
    road_sites.learn(conn, [address(unit, name, number) for number, (unit, name) in enumerate(units.items())])
    note = {"latitude": 59.87, "longitude": 17.66, "access_note": "Ring på klockan vid lastporten."}
    conn.execute(sites.update().where(sites.c.unit_id == "bjorken").values(note))
    conn.execute(sites.update().where(sites.c.unit_id == "granen").values(protected=True))
    van = {"id": "el-1", "name": "Elskåp 1", "fuel": "electric", "parcels": 60, "cold": True, "range_km": 180}
    conn.execute(vehicles.insert().values(van | {"starts": now.time(), "minutes": 480}))
    run_id = uuid4()
    run = {"id": run_id, "day": now.date(), "name": "Tur norr", "vehicle_id": "el-1", "driver_id": driver}
    run |= {"state": state, "starts_at": now, "ends_at": now + timedelta(hours=4), "km": Decimal("42.5")}
    run |= {"left_at": now - timedelta(minutes=30) if state == "out" else None, "made_at": now, "made_by": "Robin"}
    conn.execute(runs.insert().values(run))
    for number in numbers:
        receiving.scan(conn, sscc(number), "Alva Exempel", now - timedelta(hours=1))
    for position, unit in enumerate(units, start=1):
        stop = {"id": uuid4(), "run_id": run_id, "position": position, "unit_id": unit, "km": Decimal("4.2")}
        conn.execute(stops.insert().values(stop | {"arrives_at": now + timedelta(minutes=30 * position)}))
        conn.execute(parcels.update().where(parcels.c.unit_id == unit).values(stop_id=stop["id"]))
    if state == "out":
        departing.send_out(conn, list(units), "Alva Exempel", now - timedelta(minutes=30))
    return run_id


def out_on_the_road(engine: sa.Engine, now: datetime, login: str | None = "alva", state: str = "out") -> UUID:
    """The same in a transaction of its own, driven by somebody of the house."""
    send_goods(engine, now - timedelta(hours=3))
    with engine.begin() as conn:
        driver = conn.scalar(sa.select(users.c.id).where(users.c.login == login)) if login else None
        return a_run(conn, now, driver, state)


def stops_of(conn: sa.Connection, run_id: UUID) -> list[UUID]:
    """The ids of the run's stops in their order."""
    return list(conn.scalars(sa.select(stops.c.id).where(stops.c.run_id == run_id).order_by(stops.c.position)))


def parcel_ids(conn: sa.Connection, *numbers: int) -> list[UUID]:
    """The parcels with these SSCCs."""
    keys = [sscc(number) for number in numbers]
    found = dict(conn.execute(sa.select(parcels.c.key, parcels.c.id).where(parcels.c.key.in_(keys))).all())
    return [found[key] for key in keys]
