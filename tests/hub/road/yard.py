"""A hub with units, vans and goods that stand in the house, by the real ways in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa

from gateway.identifiers import gs1_check_digit
from gateway.orders import book
from hub import lanes
from hub.receiving import expect, scan
from hub.road import fleet, sites
from hub.road.invented import place
from hub.road.tables import sites as table
from tests.hub.advices import advice, line, sscc, unit
from tests.orders.samples import sample_order

DAY = date(2026, 11, 24)
VANS = (
    fleet.Vehicle(id="el-1", name="Elskåp 1", fuel="electric", parcels=20, cold=True, range_km=180),
    fleet.Vehicle(id="gas-1", name="Gasbil 1", fuel="biogas", parcels=60),
)


def settle(conn: sa.Connection, names: Mapping[str, str], placed: bool = True) -> None:
    """Units by id and name, with a run on Tuesdays and Thursdays, and two vans."""
    for nth, (unit_id, name) in enumerate(names.items()):
        digits = f"735000110{nth:03d}"
        address = {"street": f"Vägen {nth + 1}", "postal_code": "123 50", "city": "Exempelstad", "weekdays": (2, 4)}
        gln = digits + str(gs1_check_digit(digits))
        sites.learn(conn, [sites.Address(id=unit_id, name=name, gln=gln, **address)])
        if placed:
            latitude, longitude = place(unit_id)
            at = {"latitude": latitude, "longitude": longitude}
            conn.execute(table.update().where(table.c.unit_id == unit_id).values(**at))
    for vehicle in VANS:
        fleet.keep(conn, vehicle)


def bring(conn: sa.Connection, goods: Mapping[str, int], now: datetime, received: bool = True) -> dict[str, list[str]]:
    """An order for each unit in so many boxes, announced and received; the codes of each unit's boxes."""
    codes: dict[str, list[str]] = {}
    number = conn.scalar(sa.text("SELECT count(*) FROM parcels")) or 0
    for unit_id, count in goods.items():
        mine = [number + nth for nth in range(1, count + 1)]
        number += count
        name = f"26-{100_000 + number:06d}"
        order_id = book.add(conn, sample_order(name), "papperslagret", unit_id, "Kim Exempel", now, "confirmed")
        book.record(conn, order_id, "despatched", "Papperslagret", now)
        row = book.get(conn, order_id)
        assert row is not None
        lines = (line("1", "3"),)
        expect(conn, row, advice(*(unit(one, "1") for one in mine), lines=lines, number=f"DA-{name}"), now)
        codes[unit_id] = [sscc(one) for one in mine]
        for code in codes[unit_id] if received else ():
            scan(conn, code, "Alva Exempel", now)
    return codes


def weekdays_of(conn: sa.Connection, unit_id: str) -> tuple[int, ...]:
    return lanes.lane_of(conn, unit_id).weekdays
