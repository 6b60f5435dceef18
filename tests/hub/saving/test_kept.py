"""What was driven, out of the database; settled days; assumptions and their undo."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import sqlalchemy as sa

from hub.parcel import State
from hub.road.tables import runs
from hub.saving import kept
from hub.saving.days import Day
from hub.saving.tables import saving_days
from hub.tables import parcels
from tests.hub.saving.driven import HUB, a_run, goods, lay_out

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
RECENT, OLD = TODAY - timedelta(days=2), TODAY - timedelta(days=30)


def days(conn, chosen=None):
    first = kept.first_day(conn)
    assert first is not None
    return {one.day: one for one in kept.days(conn, first, TODAY, chosen or {}, HUB, NOW)}


def test_before_the_first_run_there_is_no_first_day(conn):
    assert kept.first_day(conn) is None


def test_goods_runs_and_arrivals_are_counted_on_their_days(conn):
    lay_out(conn)
    here = a_run(conn, RECENT, "electric", "31.5", "bjorken", "granen")
    goods(conn, "pappret", "bjorken", here["bjorken"], RECENT, count=2)
    goods(conn, "pappret", "granen", here["granen"], RECENT, count=3)
    goods(conn, "kaffet", "bjorken", here["bjorken"], RECENT, ahead=0)
    found = days(conn)[RECENT]
    assert (found.parcels, found.doors, found.stops, found.runs) == (6, 3, 2, 1)
    assert (found.room, found.loaded, found.km) == (10, 6, {"electric": Decimal("31.5")})
    assert found.arrivals == 1, "the coffee came that day"
    assert 0 < found.round_km < found.straight_km
    goods(conn, "kaffet", "granen", here["granen"], RECENT + timedelta(days=1), ahead=0)
    after = days(conn)
    assert after[RECENT].doors == 4
    assert after[RECENT + timedelta(days=1)].arrivals == 1, "received on a day without any run"


def test_a_box_on_a_pallet_counts_once(conn):
    lay_out(conn)
    here = a_run(conn, RECENT, "electric", "20", "bjorken")
    goods(conn, "pappret", "bjorken", here["bjorken"], RECENT, count=2)
    pallet = conn.scalars(sa.select(parcels.c.key)).first()
    conn.execute(parcels.update().where(parcels.c.key != pallet).values(within=pallet))
    found = days(conn)[RECENT]
    assert (found.parcels, found.loaded) == (1, 1)


def test_what_neither_side_can_count_is_told(conn):
    lay_out(conn)
    here = a_run(conn, RECENT, "diesel", "20", "bjorken", "utan")
    planned = a_run(conn, RECENT, "diesel", "99", "granen", left=False)
    goods(conn, "pappret", "bjorken", here["bjorken"], RECENT)
    goods(conn, "pappret", "utan", here["utan"], RECENT, count=2)
    goods(conn, "pappret", "granen", planned["granen"], RECENT)
    goods(conn, "pappret", "granen", None, RECENT, count=3)
    found = days(conn)[RECENT]
    assert (found.parcels, found.doors, found.left_out) == (1, 1, 6)
    assert found.km == {"diesel": Decimal(20)}, "a run that has not left is no driving"


def test_goods_that_came_home_again_are_not_counted(conn):
    lay_out(conn)
    here = a_run(conn, RECENT, "electric", "20", "bjorken")
    goods(conn, "pappret", "bjorken", here["bjorken"], RECENT)
    conn.execute(parcels.update().values(state=State.RECEIVED.value))
    found = days(conn)[RECENT]
    assert (found.parcels, found.doors, found.stops, found.km) == (0, 0, 1, {"electric": Decimal(20)})


def test_a_settled_day_is_kept_and_a_recent_one_is_not(conn):
    lay_out(conn)
    for day in (OLD, RECENT):
        here = a_run(conn, day, "electric", "20", "bjorken")
        goods(conn, "pappret", "bjorken", here["bjorken"], day)
    before = days(conn)
    conn.execute(runs.update().values(km=40))
    after = days(conn)
    assert before[OLD] == after[OLD]
    assert after[RECENT].km == {"electric": Decimal(40)}
    other = days(conn, {"entry_km": Decimal(5)})[OLD]
    assert other.km == {"electric": Decimal(40)}, "counted anew where suppliers begin elsewhere"
    assert other.hub_km != after[OLD].hub_km or other.arrivals == 0


def test_a_told_day_stays_as_it_was_told(conn):
    told = Day(day=OLD, parcels=7, doors=3, km={"hvo": Decimal("12.5")})
    kept.keep(conn, [told], None, NOW)
    kept.keep(conn, [Day(day=OLD)], Decimal(10), NOW)
    assert days(conn, {"entry_km": Decimal(99)})[OLD] == told
    assert conn.scalar(sa.select(sa.func.count()).select_from(saving_days)) > 1


def test_assumptions_are_changed_and_taken_back(conn):
    first = kept.change(conn, {"gas": Decimal(8), "litres": Decimal(12)}, "Cleo Exempel", NOW)
    assert kept.chosen(kept.changes(conn)) == {"gas": 8}, "12 litres is the default already"
    second = kept.change(conn, {"gas": Decimal(7)}, "Pia Exempel", NOW)
    assert kept.change(conn, {"gas": Decimal(7)}, "Pia Exempel", NOW) is None
    assert not kept.undo(conn, str(first), "Cleo Exempel", NOW), "somebody has changed it since"
    assert kept.undo(conn, str(second), "Pia Exempel", NOW)
    assert kept.chosen(kept.changes(conn)) == {"gas": 8}
    assert not kept.undo(conn, str(second), "Pia Exempel", NOW), "once"
    assert kept.change(conn, {"gas": None}, "Cleo Exempel", NOW)
    assert kept.chosen(kept.changes(conn)) == {}
    assert not kept.undo(conn, str(uuid4()), "Cleo Exempel", NOW)
    assert not kept.undo(conn, "not one", "Cleo Exempel", NOW)
