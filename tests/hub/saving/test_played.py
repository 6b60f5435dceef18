"""The invented year: its goods go in and out, by the planner's rules, and the comparison is told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
import sqlalchemy as sa

from bench.year import simulate_year
from hub import lanes
from hub.road.driving import obstacle
from hub.road.fleet import Vehicle
from hub.road.invented import HUB, fleet, lay_out, place
from hub.road.planning import Load
from hub.road.tables import sites
from hub.saving import kept
from hub.saving.demo import invent_saving
from hub.saving.invented import Unit, goods
from hub.saving.played import play
from hub.saving.tables import saving_days

MONDAY = date(2027, 1, 11)
VANS = [msgspec.convert(row, Vehicle).van for row in fleet()]
SUPPLIERS = [f"supplier-{n}" for n in range(40)]


def some_units(count=12):
    return [
        Unit(load=Load(unit_id=f"u{n}", name=f"u{n}", place=place(f"u{n}"), parcels=0), weekdays=((1, 4), (2,))[n % 2])
        for n in range(count)
    ]


def test_the_same_seed_orders_the_same_and_nothing_comes_on_a_weekend():
    first, again = (list(goods(some_units(), SUPPLIERS, MONDAY, 3)) for _ in range(2))
    assert first == again
    assert first != list(goods(some_units(), SUPPLIERS, MONDAY, 3, seed=2))
    assert {one.comes.isoweekday() for one in first} <= {1, 2, 3, 4, 5}
    assert all(one.parcels >= 1 for one in first)
    often, seldom = (sum(one.supplier_id in some for one in first) for some in (SUPPLIERS[:8], SUPPLIERS[-8:]))
    assert often > 3 * seldom, "few suppliers bring much"


@pytest.mark.parametrize("vans", [VANS, VANS[:1]])
def test_every_parcel_that_came_goes_out_once_and_on_its_units_days(vans):
    units = some_units()
    ordered = list(goods(units, SUPPLIERS, MONDAY, 2))
    days = {unit.load.unit_id: unit.weekdays for unit in units}
    played = list(play(ordered, units, vans, HUB, Decimal(10), seconds=0.02))
    assert sum(one.day.parcels for one in played) == sum(one.parcels for one in ordered)
    assert sum(one.day.arrivals for one in played) == len({(one.supplier_id, one.comes) for one in ordered})
    for one in played:
        assert sum(drive.parcels for drive in one.drives) == one.day.parcels == one.day.loaded
        assert all(one.day.day.isoweekday() in days[load.unit_id] for load in one.loads)
        assert all(obstacle(drive) is None for drive in one.drives if drive.trip == 1)
        assert sum(load.parcels for load in one.loads) == one.day.parcels + one.waited


def test_a_unit_without_a_day_is_told():
    units = [msgspec.structs.replace(some_units(1)[0], weekdays=())]
    ordered = list(goods(some_units(1), SUPPLIERS, MONDAY, 1))
    with pytest.raises(ValueError, match="no delivery day"):
        list(play(ordered, units, VANS, HUB, Decimal(10)))


def test_a_small_year_is_compared_and_checked(monkeypatch):
    monkeypatch.setattr("bench.year._SAMPLE_SECONDS", 0.1)
    told = simulate_year(count=8, weeks=2)
    assert told["doors"]["value"] < told["doors"]["reference"]
    assert 0 < told["fill_percent"]["value"] <= 100
    assert told["played"]["parcels"] > 0
    assert told["played"]["parcels_that_waited"] >= 0
    assert told["bound_straight"]["km_alone"] >= told["bound_rounds"]["km_alone"]
    assert told["checked"]["days"]
    assert told["checked"]["reference"] > 0
    assert msgspec.json.decode(msgspec.json.encode(told)) == told


def test_the_demo_tells_weeks_until_yesterday_once(engine: sa.Engine):
    now = datetime(2026, 11, 26, 9, tzinfo=UTC)
    with engine.begin() as conn:
        for n in range(4):
            address = {"street": "Vägen 1", "postal_code": "123 45", "city": "Exempelstad"}
            conn.execute(sites.insert().values(unit_id=f"u{n}", name=f"u{n}", gln=f"{n:013}", **address))
            lanes.plan(conn, f"u{n}", (2, 4))
        lay_out(conn, now.date())
        invent_saving(conn, SUPPLIERS, HUB, now)
        told = conn.scalar(sa.select(sa.func.count()).select_from(saving_days))
        assert told == 8 * 7 + 3
        assert conn.scalar(sa.select(sa.func.max(saving_days.c.day))) == date(2026, 11, 25)
        assert sum(one.parcels for one in kept.days(conn, date(2026, 10, 1), now.date(), {}, HUB, now)) > 0
        invent_saving(conn, SUPPLIERS, HUB, now)
        assert conn.scalar(sa.select(sa.func.count()).select_from(saving_days)) >= told
