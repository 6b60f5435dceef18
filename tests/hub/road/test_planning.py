"""What every plan must hold, free or fixed: nothing is lost, nobody comes late, no van carries too much."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.road.driving import DAY, RELOADING, Load, Van, Why, drive, follow, obstacle
from hub.road.invented import HUB, place
from hub.road.planning import Planned, Weekly, follow_weekly, plan, totals

H = 3600
VAN = Van(id="a", name="A", parcels=20, starts=6 * H, minutes=480)


def load(unit: str, parcels: int = 2, **more) -> Load:
    return Load(**{"unit_id": unit, "name": unit, "place": place(unit), "parcels": parcels} | more)


def obeys(planned: Planned, loads: list[Load], trips: int = 2) -> None:
    """The laws: goods are driven or left, each drive can be driven, a van's drives follow each other."""
    driven = Counter()
    for one in planned.drives:
        assert one.calls, "no van goes out empty"
        driven.update({call.load.unit_id: call.load.parcels for call in one.calls})
    stayed = Counter()
    for left in planned.left:
        stayed[left.load.unit_id] += left.load.parcels
    assert driven + stayed == Counter({one.unit_id: one.parcels for one in loads})
    for van in {one.van.id: one.van for one in planned.drives}.values():
        mine = sorted((one for one in planned.drives if one.van.id == van.id), key=lambda one: one.starts)
        assert len(mine) <= trips
        assert sum(one.km for one in mine) <= (van.range_km or 10_000)
        assert mine[-1].ends - mine[0].starts <= van.minutes * 60
        assert mine[0].starts >= van.starts
        for before, after in pairwise(mine):
            assert after.starts >= before.ends + RELOADING
        for one in mine:
            assert one.parcels <= van.parcels
            assert van.cold or not any(call.load.cold for call in one.calls)
            for call in one.calls:
                assert call.load.opens <= call.at
                assert call.at + call.load.minutes * 60 <= max(call.load.closes, call.load.opens + 360)


units = st.builds(
    load,
    st.integers(1, 400).map(lambda n: f"unit-{n:04d}"),
    st.integers(1, 30),
    cold=st.booleans(),
    opens=st.sampled_from([0, 7 * H, 9 * H]),
    closes=st.sampled_from([DAY, 11 * H, 15 * H]),
    closed=st.sampled_from([False, False, False, True]),
)
some_units = st.lists(units, max_size=9, unique_by=lambda one: one.unit_id)
vans = st.builds(
    Van,
    id=st.sampled_from("abcd"),
    name=st.just("Bil"),
    parcels=st.integers(0, 40),
    starts=st.sampled_from([0, 6 * H, 10 * H]),
    minutes=st.sampled_from([90, 240, 480]),
    cold=st.booleans(),
    range_km=st.sampled_from([None, 40, 150]),
)
some_vans = st.lists(vans, max_size=3, unique_by=lambda van: van.id)


@settings(max_examples=25, deadline=None)
@given(some_units, some_vans)
def test_a_free_plan_obeys(loads, fleet):
    obeys(plan(loads, fleet, HUB, seconds=0.2), loads)


@settings(max_examples=25, deadline=None)
@given(some_units, some_vans, st.booleans())
def test_fixed_runs_obey_and_keep_their_order(loads, fleet, reorder):
    named = [one.unit_id for one in loads]
    weekly = [
        Weekly(name=f"Tur {van.id}", van=van, units=tuple(named[nth::2]), reorder=reorder)
        for nth, van in enumerate(fleet)
    ]
    planned = follow_weekly(loads, weekly, HUB)
    obeys(planned, loads)
    for one in planned.drives if not reorder else ():
        order = [call.load.unit_id for call in one.calls]
        assert order == sorted(order, key=named.index)


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ({"closed": True}, Why.CLOSED),
        ({"place": None}, Why.UNPLACED),
        ({"cold": True}, Why.NO_COLD),
        ({"place": (HUB[0] + 2, HUB[1])}, Why.TOO_FAR),
        ({"closes": 6 * H + 60, "minutes": 1}, Why.WINDOW),
        ({"minutes": 500}, Why.TOO_LONG),
    ],
)
def test_what_does_not_fit_is_told_why(what, why):
    van = msgspec.structs.replace(VAN, range_km=200)
    planned = plan([load("unit-0001", **what), load("unit-0002")], [van], HUB, seconds=0.2)
    assert [(one.load.unit_id, one.why) for one in planned.left] == [("unit-0001", why)]
    assert [call.load.unit_id for one in planned.drives for call in one.calls] == ["unit-0002"]


def test_without_a_van_nothing_goes_and_without_a_fixed_run_a_unit_stays():
    assert [one.why for one in plan([load("unit-0001")], [], HUB).left] == [Why.NO_VAN]
    planned = follow_weekly([load("unit-0001")], [Weekly(name="Tur", van=VAN, units=("unit-0002",))], HUB)
    assert [one.why for one in planned.left] == [Why.NO_RUN]
    assert planned.drives == ()


def test_more_than_a_van_takes_goes_in_several_drives_and_the_rest_is_told_full():
    planned = plan([load("unit-0001", 45)], [VAN], HUB, seconds=0.2)
    assert sorted(one.parcels for one in planned.drives) in ([5, 20], [20, 20])
    assert {one.why for one in planned.left} == {Why.FULL}
    assert totals(planned)["left_parcels"] + totals(planned)["parcels"] == 45


def test_the_van_that_has_no_charge_left_does_not_go_again():
    far = [load(f"unit-{n}", 20, place=(HUB[0] + 0.3, HUB[1] + n / 1000)) for n in range(2)]
    planned = plan(far, [msgspec.structs.replace(VAN, range_km=120)], HUB, seconds=0.3)
    assert len(planned.drives) == 1
    assert [one.why for one in planned.left] == [Why.NO_TIME]


def test_it_leaves_late_rather_than_waits_at_a_door():
    made = drive(VAN, [load("unit-0001", opens=9 * H, closes=10 * H)], HUB)
    assert made.starts > 8 * H
    assert [(call.at, call.waits) for call in made.calls] == [(9 * H, 0)]
    assert obstacle(made) is None


def test_a_fixed_run_skips_whom_it_would_reach_too_late():
    order = [load("unit-0001", opens=10 * H), load("unit-0002", closes=8 * H), load("unit-0003")]
    made, left = follow(VAN, order, HUB)
    assert [call.load.unit_id for call in made.calls] == ["unit-0001", "unit-0003"]
    assert [(one.load.unit_id, one.why) for one in left] == [("unit-0002", Why.WINDOW)]


def test_the_search_is_shorter_than_driving_in_the_order_of_names():
    loads = [load(f"unit-{n:04d}", 1) for n in range(16)]
    van = msgspec.structs.replace(VAN, minutes=1400, starts=0)
    (found,) = plan(loads, [van], HUB, seconds=1).drives
    assert found.km < 0.8 * drive(van, loads, HUB).km
    assert plan(loads, [van], HUB, seconds=5).drives[0].km <= found.km
