"""A day's goods become runs with stops; the plan is replaced, taken back, and never takes what another run has."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from hub.parcel import State
from hub.road import runs, waves, weekly
from hub.road.invented import HUB
from hub.road.invented_runs import invent_runs
from hub.road.tables import runs as runs_table
from hub.road.tables import sites
from hub.tables import parcels
from tests.hub.road.yard import DAY, bring, settle

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
UNITS = {"ask": "Asken", "bjork": "Björken", "gran": "Granen"}


@pytest.fixture
def yard(engine):
    with engine.begin() as conn:
        settle(conn, UNITS)
        bring(conn, {"ask": 3, "bjork": 2, "gran": 1}, NOW)
    return engine


def planned(engine: sa.Engine, kind: str = waves.FREE, **more):
    _, made = waves.make(engine, DAY, kind, "Alva Exempel", NOW, HUB, seconds=0.3, **more)
    with engine.connect() as conn:
        return made, runs.of_day(conn, DAY)


def on(engine: sa.Engine, run: runs.Run) -> dict[str, int]:
    with engine.connect() as conn:
        mine = runs.by_stop(conn, [stop.id for stop in run.stops])
    return {stop.unit_id: len(mine[stop.id]) for stop in run.stops}


def test_what_stands_here_is_planned_for_stops_with_times(yard):
    made, kept = planned(yard)
    (run,) = kept
    assert made.left == ()
    assert on(yard, run) == {"ask": 3, "bjork": 2, "gran": 1}
    assert [stop.position for stop in run.stops] == [1, 2, 3]
    times = [run.starts_at, *(stop.arrives_at for stop in run.stops), run.ends_at]
    assert times == sorted(times)
    assert run.starts_at.date() == DAY
    assert run.km == pytest.approx(made.drives[0].km, abs=0.1)
    assert sum(stop.km for stop in run.stops) < run.km


def test_a_new_plan_replaces_the_old_and_undo_frees_everything(yard):
    planned(yard)
    _, kept = planned(yard)
    assert len(kept) == 1
    with yard.begin() as conn:
        assert runs.plan_of(conn, DAY).kind == waves.FREE
        assert waves.undo(conn, DAY, "Alva Exempel", NOW) == 1
        assert runs.of_day(conn, DAY) == []
        assert runs.plan_of(conn, DAY) is None
        assert set(conn.scalars(sa.select(parcels.c.stop_id))) == {None}
        assert sum(map(len, waves.waiting(conn, DAY, NOW.date()).values())) == 6


def test_what_is_being_loaded_stays_and_its_van_is_not_planned_again(yard):
    _, (run,) = planned(yard)
    with yard.begin() as conn:
        conn.execute(runs_table.update().values(state=runs.LOADING))
        bring(conn, {"gran": 4}, NOW)
    _, kept = planned(yard)
    assert len(kept) == 2
    other = next(one for one in kept if one.id != run.id)
    assert other.vehicle_id != run.vehicle_id
    assert on(yard, other) == {"gran": 4}
    assert on(yard, run) == {"ask": 3, "bjork": 2, "gran": 1}


def test_goods_for_a_later_day_wait_and_awaited_ones_go_only_if_asked(yard):
    with yard.begin() as conn:
        conn.execute(parcels.update().where(parcels.c.unit_id == "gran").values(delivery_day=DAY + timedelta(days=2)))
        bring(conn, {"bjork": 3}, NOW, received=False)
        conn.execute(parcels.update().where(parcels.c.state == State.EXPECTED.value).values(delivery_day=DAY))
    _, (run,) = planned(yard)
    assert on(yard, run) == {"ask": 3, "bjork": 2}
    _, (run,) = planned(yard, awaited=True)
    assert on(yard, run) == {"ask": 3, "bjork": 5}


def test_goods_that_are_planned_for_an_earlier_day_are_not_taken_by_a_later_plan(yard):
    later = DAY + timedelta(days=2)
    planned(yard)
    made = waves.make(yard, later, waves.FREE, "Alva Exempel", NOW, HUB, seconds=0.3)[1]
    assert made.drives == ()
    nobody_drove = NOW + timedelta(days=2)
    made = waves.make(yard, later, waves.FREE, "Alva Exempel", nobody_drove, HUB, seconds=0.3)[1]
    assert sum(one.parcels for one in made.drives) == 6


def test_what_does_not_fit_is_kept_with_the_plan(yard):
    with yard.begin() as conn:
        conn.execute(sites.update().where(sites.c.unit_id == "ask").values(closed_from=date(2026, 11, 20)))
        conn.execute(sites.update().where(sites.c.unit_id == "gran").values(latitude=None))
    planned(yard)
    with yard.connect() as conn:
        left = {one["unit_id"]: (one["why"], one["parcels"]) for one in runs.plan_of(conn, DAY).left}
    assert left == {"ask": ("closed", 3), "gran": ("unplaced", 1)}


def test_a_unit_with_more_than_any_van_takes_is_driven_to_twice(yard):
    with yard.begin() as conn:
        bring(conn, {"ask": 70}, NOW)
    _, kept = planned(yard)
    assert sum(on(yard, run).get("ask", 0) for run in kept) == 73
    assert sum(1 for run in kept for stop in run.stops if stop.unit_id == "ask") == 2


def test_fixed_runs_are_followed_in_their_order_and_the_rest_is_told(yard):
    with yard.begin() as conn:
        fixed = weekly.keep(conn, DAY.isoweekday(), "Norra turen", "gas-1")
        weekly.order(conn, fixed, ["gran", "ask"])
        weekly.keep(conn, DAY.isoweekday() + 1, "Onsdag", "gas-1")
    made, (run,) = planned(yard, waves.WEEKLY)
    assert (run.name, [stop.unit_id for stop in run.stops]) == ("Norra turen", ["gran", "ask"])
    assert [(one.load.unit_id, one.why.value) for one in made.left] == [("bjork", "no_run")]


def test_a_holidays_fixed_runs_go_on_the_day_before_after_those_of_that_day(engine):
    eve, day, now = date(2026, 12, 24), date(2026, 12, 23), datetime(2026, 12, 22, 14, tzinfo=UTC)
    with engine.begin() as conn:
        settle(conn, UNITS)  # Tuesdays and Thursdays
        bring(conn, {"ask": 3, "bjork": 2}, now)
        for weekday, unit in ((day.isoweekday(), "bjork"), (eve.isoweekday(), "ask")):
            weekly.order(conn, weekly.keep(conn, weekday, "Norra turen", "gas-1"), [unit])
        assert weekly.of_day(conn, eve) == []
    waves.make(engine, day, waves.WEEKLY, "Alva Exempel", now, HUB)
    with engine.connect() as conn:
        first, second = runs.of_day(conn, day)
    assert (on(engine, first), on(engine, second)) == ({"bjork": 2}, {"ask": 3})
    assert first.ends_at <= second.starts_at


def test_the_demo_has_fixed_runs_that_serve_every_unit_on_its_days(yard):
    with yard.begin() as conn:
        invent_runs(conn)
        made = weekly.everyone(conn)
        invent_runs(conn)
        assert weekly.everyone(conn) == made
    served = sorted((run.weekday, unit) for run in made for unit in run.units)
    assert served == [(day, unit) for day in (2, 4) for unit in sorted(UNITS)]


def test_order_of_units_is_changed_by_places():
    assert weekly.moved(("a", "b", "c"), "c", -1) == ("a", "c", "b")
    assert weekly.moved(("a", "b", "c"), "a", 9) == ("b", "c", "a")
    assert weekly.moved(("a", "b", "c"), "a", -1) == ("a", "b", "c")
    assert weekly.moved(("a", "b"), "x", 1) == ("a", "b")
