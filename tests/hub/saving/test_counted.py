"""The counting, by hand and by laws."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.road.distance import km
from hub.saving.assumptions import ASSUMPTIONS, grams, read, supplier_grams
from hub.saving.bounds import bounds
from hub.saving.compare import compare, grouped
from hub.saving.days import Day, Drop, Run, count, entry
from hub.saving.rounds import round_km, straight_km
from tests.hub.saving.driven import EAST, HUB, NORTH, SOUTH

DAY = date(2026, 11, 24)
PLACES = {"bjorken": NORTH, "granen": SOUTH, "eken": EAST}
points = st.tuples(st.floats(59.6, 60.1), st.floats(17.2, 18.1))


@settings(max_examples=60, deadline=None)
@given(st.lists(points, max_size=7))
def test_a_round_is_never_longer_than_there_and_back_to_each(some):
    assert round_km(HUB, some) <= straight_km(HUB, some) + 1e-6


@settings(max_examples=40, deadline=None)
@given(st.lists(points, min_size=1, max_size=5, unique=True))
def test_a_round_is_within_a_fifth_of_the_shortest_there_is(some):
    shortest = min(sum(km(*leg) for leg in pairwise((HUB, *order, HUB))) for order in permutations(some))
    assert shortest - 1e-6 <= round_km(HUB, some) <= 1.2 * shortest + 1e-6


def test_a_suppliers_round_begins_as_far_away_as_assumed_and_always_at_the_same_place():
    for away in (1.0, 10.0, 60.0):
        for supplier in ("a", "b", "c"):
            assert km(HUB, entry(supplier, HUB, away)) == pytest.approx(away, rel=0.01)
    assert entry("a", HUB, 10) == entry("a", HUB, 10) != entry("b", HUB, 10)


def a_day(**more):
    """Two suppliers, three doors; one run of ours to two units."""
    drops = [Drop("pappret", "bjorken", 2), Drop("pappret", "granen", 3), Drop("kaffet", "bjorken", 1)]
    runs = [Run(fuel="electric", km=Decimal("30.5"), parcels=10, loaded=6, stops=2)]
    return count(DAY, drops, runs, {"pappret", "kaffet"}, PLACES, HUB, Decimal(10), km, **more)


def test_a_day_is_counted_from_its_goods_and_runs():
    day = a_day(left_out=4)
    assert (day.parcels, day.doors, day.arrivals, day.stops, day.runs) == (6, 3, 2, 2, 1)
    assert (day.room, day.loaded, day.left_out) == (10, 6, 4)
    assert day.km == {"electric": Decimal("30.5")}
    assert day.hub_km == 40
    starts = {one: entry(one, HUB, 10) for one in ("pappret", "kaffet")}
    straight = 2 * (km(starts["pappret"], NORTH) + km(starts["pappret"], SOUTH) + km(starts["kaffet"], NORTH))
    assert float(day.straight_km) == pytest.approx(straight, abs=0.06)
    around = km(starts["pappret"], NORTH) + km(NORTH, SOUTH) + km(SOUTH, starts["pappret"])
    assert float(day.round_km) == pytest.approx(around + 2 * km(starts["kaffet"], NORTH), abs=0.06)


def test_both_sides_are_compared_under_the_assumptions():
    day = Day(
        day=DAY, parcels=50, doors=10, arrivals=4, stops=4, runs=2, room=100, loaded=50,
        km={"electric": Decimal(60), "diesel": Decimal(20)},
        round_km=Decimal(200), straight_km=Decimal(400), hub_km=Decimal(80), left_out=1,
    )  # fmt: skip
    chosen = {"supplier_electric": Decimal(0), "litres": Decimal(10), "diesel_g": Decimal(2000), "kwh": Decimal(50)}
    chosen |= {"electric_g": Decimal(100)}
    one = compare([day], chosen)
    assert (one.alone.doors, one.ours.doors, one.ours.drives) == (10, 4, 8)
    assert (one.alone.km, one.ours.km, one.hub_km) == (200, 160, 80)
    assert one.alone.co2e == Decimal(200) * 200 / 1000
    assert one.ours.co2e == (Decimal(60) * 50 + Decimal(20) * 200 + Decimal(80) * 200) / 1000
    assert (one.fill, one.run_sustainable, one.left_out) == (50, 75, 1)
    assert (one.doors_saved, one.km_saved) == (60, 20)
    assert compare([day], chosen | {"rounds": Decimal(0)}).alone.km == 400
    assert compare([day], chosen | {"rounds": Decimal(50)}).alone.km == 300


def test_carriers_come_once_a_day_and_the_rest_drives_itself():
    day = Day(day=DAY, doors=8, arrivals=8, stops=2, runs=1, round_km=Decimal(100), hub_km=Decimal(160))
    chosen = {"carriers": Decimal(100), "carrier_count": Decimal(1), "carrier_km": Decimal(3)}
    one = compare([day], chosen)
    assert (one.alone.doors, one.alone.km) == (2, 6), "one carrier at two units"
    assert (one.arrivals, one.hub_km) == (1, 3), "and once at the hub"
    half = compare([day], chosen | {"carriers": Decimal(50)})
    assert (half.alone.doors, half.alone.km) == (4 + 2, 50 + 6)
    nobody = compare([day], chosen | {"carrier_count": Decimal(0)})
    assert nobody.alone.doors == 8


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 20), st.integers(0, 100), st.integers(0, 50))
def test_carriers_never_make_more_calls_than_there_are_goods(doors, arrivals, stops, carriers, count):
    day = Day(day=DAY, doors=doors, arrivals=arrivals, stops=min(stops, doors))
    one = compare([day], {"carriers": Decimal(carriers), "carrier_count": Decimal(count)})
    assert one.alone.doors <= doors
    assert one.arrivals <= arrivals


def test_weeks_add_up_to_the_whole():
    days = [a_day(), a_day(), a_day()]
    parts = grouped(days, lambda _: "a", {})
    assert parts["a"] == compare(days, {})
    assert compare(days, {}).ours.km == 3 * compare(days[:1], {}).ours.km


def test_nothing_driven_is_no_division_by_zero():
    empty = compare([], {})
    assert (empty.doors_saved, empty.km_saved, empty.co2e_saved, empty.fill, empty.run_sustainable) == (None,) * 5


def test_the_bounds_are_in_their_order():
    found = bounds([a_day()])
    assert found["rounds"] == compare([a_day()], {})
    assert found["straight"].alone.km > found["rounds"].alone.km > found["all_carriers"].alone.km


def test_factors_follow_from_what_is_burnt():
    assert grams({}, "diesel") == Decimal("0.12") * 2853
    assert grams({}, "electric") == Decimal("0.35") * 59
    assert grams({}, "hvo") < grams({}, "biogas") < grams({}, "diesel")
    assert grams({}, "nafta") == grams({}, "diesel")
    assert supplier_grams({"supplier_electric": Decimal(100)}) == grams({}, "electric")


@pytest.mark.parametrize("said", ["", "-1", "101", "1e9", "NaN", "Infinity", "två", "--", "9" * 400, "0x10"])
def test_what_is_no_number_within_the_bounds_is_refused(said):
    with pytest.raises(ValueError, match="rounds must"):
        read("rounds", said)


def test_numbers_are_read_as_people_write_them():
    assert read("diesel_g", "2 853,5") == Decimal("2853.5")
    assert read("rounds", "0") == 0
    assert all(read(name, str(one.value)) == one.value for name, one in ASSUMPTIONS.items())
