"""What the shop tells of units, and what the hub knows of the way to them."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from hub import lanes
from hub.road import invented, sites
from hub.road.distance import km, minutes
from hub.road.tables import sites as table

ONE = sites.Address(
    id="bjorken",
    name="Förskolan Björken",
    gln="7350001100009",
    street="Björkstigen 1",
    postal_code="123 50",
    city="Exempelstad",
    weekdays=(4, 2),
)


@pytest.fixture
def conn(engine):
    with engine.begin() as connection:
        yield connection


def test_a_new_name_is_taken_over_and_what_the_hub_knows_stays(conn):
    sites.learn(conn, [ONE])
    conn.execute(table.update().values(access_note="Ring på klockan", latitude=59.8, longitude=17.6))
    lane = lanes.lane_of(conn, ONE.id)
    sites.learn(conn, [msgspec.structs.replace(ONE, name="Förskolan Nya Björken", weekdays=(5,))])
    found = sites.get(conn, ONE.id)
    assert (found.name, found.access_note, found.latitude) == ("Förskolan Nya Björken", "Ring på klockan", 59.8)
    assert lanes.lane_of(conn, ONE.id) == msgspec.structs.replace(lane, weekdays=(5,))


def test_closed_days():
    site = sites.Site(
        unit_id="a",
        name="A",
        gln="1",
        street="",
        postal_code="",
        city="",
        closed_from=date(2026, 6, 22),
        closed_to=date(2026, 8, 9),
    )
    days = (date(2026, 6, 21), date(2026, 6, 22), date(2026, 8, 9), date(2026, 8, 10))
    assert [site.is_closed(day) for day in days] == [False, True, True, False]
    for_good = msgspec.structs.replace(site, closed_to=None)
    assert for_good.is_closed(date(2030, 1, 1))


def test_the_invented_map_is_the_same_every_time_and_near_the_hub(conn):
    sites.learn(conn, [ONE])
    invented.lay_out(conn, date(2026, 11, 26))
    found = sites.get(conn, ONE.id)
    assert (found.latitude, found.longitude) == pytest.approx(invented.place(ONE.id))
    ways = [km(invented.HUB, invented.place(f"unit-{n:04d}")) for n in range(300)]
    assert 0 < min(ways) < max(ways) < 55
    assert minutes(3) == pytest.approx(3 / 28 * 60)
    assert minutes(30) > minutes(10) > minutes(3)
