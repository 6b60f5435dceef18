"""Stops are moved between a day's runs by hand: goods follow, times are reckoned anew, and none is lost."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from hub.parcel import State
from hub.road import between, runs, waves, weekly
from hub.road.invented import HUB
from hub.road.tables import runs as runs_table
from hub.road.tables import sites as table
from hub.road.tables import stops
from hub.tables import parcels
from tests.hub.road.yard import DAY, bring, settle

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
TODAY = NOW.date()
GOODS = {"ask": 3, "bjork": 2, "gran": 1, "lind": 4}
FIXED = {"el-1": ("ask", "bjork"), "gas-1": ("gran",)}


@pytest.fixture
def yard(engine):
    """Two runs by fixed lists; nobody drives to `lind`."""
    with engine.begin() as conn:
        settle(conn, {"ask": "Asken", "bjork": "Björken", "gran": "Granen", "lind": "Linden"})
        bring(conn, GOODS, NOW)
        for van, units in FIXED.items():
            weekly.order(conn, weekly.keep(conn, DAY.isoweekday(), van, van), units)
    waves.make(engine, DAY, waves.WEEKLY, "Alva Exempel", NOW, HUB)
    return engine


def kept(conn: sa.Connection) -> dict[str, runs.Run]:
    return {run.name: run for run in runs.of_day(conn, DAY)}


def units(run: runs.Run) -> list[str]:
    return [stop.unit_id for stop in run.stops]


def boxes(conn: sa.Connection) -> dict[str, int]:
    """How many parcels stand on the stops of each unit."""
    joined = sa.select(stops.c.unit_id, sa.func.count()).join(parcels, parcels.c.stop_id == stops.c.id)
    return {row[0]: row[1] for row in conn.execute(joined.group_by(stops.c.unit_id))}


def sound(conn: sa.Connection) -> None:
    """Stops are numbered from 1, times rise, no run is empty, and what is on none waits."""
    for run in runs.of_day(conn, DAY):
        assert run.stops
        assert [stop.position for stop in run.stops] == list(range(1, len(run.stops) + 1))
        times = [run.starts_at, *(stop.arrives_at for stop in run.stops), run.ends_at]
        assert times == sorted(times)
        assert run.km >= sum(stop.km for stop in run.stops)
        assert len(set(units(run))) == len(run.stops)
    on_runs, waiting = boxes(conn), waves.waiting(conn, DAY, TODAY)
    assert {unit: len(mine) for unit, mine in waiting.items()} == GOODS, (
        "planned or not, all of it may still be planned"
    )
    free = {unit: sum(one.stop_id is None for one in mine) for unit, mine in waiting.items()}
    assert {unit: on_runs.get(unit, 0) + free[unit] for unit in GOODS} == GOODS


def test_a_stop_goes_with_another_run_where_the_way_grows_least(yard):
    with yard.begin() as conn:
        before = kept(conn)
        stop = before["el-1"].stops[0]
        assert between.give(conn, before["el-1"].id, stop.id, before["gas-1"].id, HUB)
        after = kept(conn)
        assert units(after["el-1"]) == ["bjork"]
        assert sorted(units(after["gas-1"])) == ["ask", "gran"]
        assert boxes(conn) == {"ask": 3, "bjork": 2, "gran": 1}
        assert after["el-1"].km < before["el-1"].km
        sound(conn)
        other_way = [one.id for one in reversed(after["gas-1"].stops)]
        best, other = between.reorder.drives_in(
            conn, after["gas-1"], [[one.id for one in after["gas-1"].stops], other_way], HUB
        )
        assert (sum(call.late for call in best.calls), best.km) <= (sum(call.late for call in other.calls), other.km)


def test_goods_join_the_stop_that_the_other_run_has_at_the_unit(yard):
    with yard.begin() as conn:
        bring(conn, {"gran": 2}, NOW)
        before = kept(conn)
        extra = [one.id for one in waves.waiting(conn, DAY, TODAY)["gran"] if one.stop_id is None]
        stop_id = uuid4()
        facts = {"position": 3, "unit_id": "gran", "arrives_at": before["el-1"].ends_at, "km": 1}
        conn.execute(stops.insert().values(id=stop_id, run_id=before["el-1"].id, **facts))
        conn.execute(parcels.update().where(parcels.c.id.in_(extra)).values(stop_id=stop_id))
        assert between.give(conn, before["el-1"].id, stop_id, before["gas-1"].id, HUB)
        assert units(kept(conn)["gas-1"]) == ["gran"]
        assert boxes(conn)["gran"] == 3


def test_a_run_without_stops_is_no_more_and_its_goods_wait(yard):
    with yard.begin() as conn:
        run = kept(conn)["gas-1"]
        assert between.give(conn, run.id, run.stops[0].id, None, HUB)
        assert set(kept(conn)) == {"el-1"}
        sound(conn)
        assert resting(conn, "gran") == ("Granen", 1, "", True)
        conn.execute(table.update().where(table.c.unit_id == "gran").values(closed_from=DAY))
        assert resting(conn, "gran") == ("Granen", 1, "closed", False)
        assert not between.add(conn, kept(conn)["el-1"].id, "gran", TODAY, HUB), "it is closed"


def resting(conn: sa.Connection, unit: str) -> tuple[str, int, str, bool]:
    goods = {unit: waves.waiting(conn, DAY, TODAY)[unit]}
    (one,) = between.resting(None, [], waves.loads_of(conn, DAY, goods))
    return one.name, one.parcels, one.why, one.goes


def test_what_the_plan_left_is_put_on_a_run_once(yard):
    with yard.begin() as conn:
        run = kept(conn)["gas-1"]
        assert between.add(conn, run.id, "lind", TODAY, HUB)
        assert not between.add(conn, run.id, "lind", TODAY, HUB), "nothing is left"
        assert not between.add(conn, run.id, "nobody", TODAY, HUB)
        assert sorted(units(kept(conn)["gas-1"])) == ["gran", "lind"]
        assert boxes(conn)["lind"] == 4
        bring(conn, {"lind": 1}, NOW)
        assert between.add(conn, run.id, "lind", TODAY, HUB)
        assert boxes(conn)["lind"] == 5, "what came later joins it"


@pytest.mark.parametrize("begun", [runs.LOADING, runs.OUT])
def test_nothing_is_moved_from_or_to_a_run_that_has_begun(yard, begun):
    with yard.begin() as conn:
        before = kept(conn)
        conn.execute(runs_table.update().where(runs_table.c.name == "gas-1").values(state=begun))
        one, other = before["el-1"], before["gas-1"]
        assert not between.give(conn, one.id, one.stops[0].id, other.id, HUB)
        assert not between.give(conn, other.id, other.stops[0].id, one.id, HUB)
        assert not between.give(conn, other.id, other.stops[0].id, None, HUB)
        assert not between.add(conn, other.id, "lind", TODAY, HUB)
        assert not between.give(conn, one.id, other.stops[0].id, None, HUB), "not its stop"
        assert not between.give(conn, one.id, one.stops[0].id, one.id, HUB), "it is there"
        assert not between.give(conn, UUID(int=1), one.stops[0].id, one.id, HUB)
        assert {name: units(run) for name, run in kept(conn).items()} == {
            name: units(run) for name, run in before.items()
        }


@pytest.mark.parametrize("seed", range(4))
def test_no_order_of_moves_loses_a_parcel(yard, seed):
    dice = random.Random(seed)
    for _ in range(30):
        with yard.begin() as conn:
            here = runs.of_day(conn, DAY)
            if not here:
                break
            run, other = dice.choice(here), dice.choice([*here, None])
            if dice.random() < 0.4:
                between.add(conn, run.id, dice.choice(sorted(GOODS)), TODAY, HUB)
            else:
                between.give(conn, run.id, dice.choice(run.stops).id, other.id if other else None, HUB)
            sound(conn)
    with yard.connect() as conn:
        states = set(conn.scalars(sa.select(parcels.c.state)))
    assert states == {State.RECEIVED.value}
