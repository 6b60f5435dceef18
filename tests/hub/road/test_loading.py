"""Loading by scan: what goes, what belongs elsewhere, what is missing, the leaving and its undo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gateway.orders import book
from hub import store
from hub.parcel import State
from hub.receiving import scan
from hub.road import loading, runs, waves, weekly
from hub.road.invented import HUB
from hub.road.loading import Told
from hub.tables import parcels
from tests.hub.advices import sscc
from tests.hub.road.yard import DAY, bring, settle

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
WHO = "Alva Exempel"


@pytest.fixture
def yard(engine):
    """Two fixed runs of today: Asken and Björken in the north, Granen in the south; Granen's second box is awaited."""
    with engine.begin() as conn:
        settle(conn, {"ask": "Asken", "bjork": "Björken", "gran": "Granen", "tall": "Tallen"})
        bring(conn, {"ask": 2, "bjork": 1, "gran": 1, "tall": 1}, NOW - timedelta(days=1))
        bring(conn, {"gran": 1}, NOW - timedelta(days=1), received=False)
        for name, van, units in (("Norr", "el-1", ["ask", "bjork"]), ("Syd", "gas-1", ["gran"])):
            weekly.order(conn, weekly.keep(conn, DAY.isoweekday(), name, van), units)
    waves.make(engine, DAY, waves.WEEKLY, WHO, NOW, HUB)
    return engine


@pytest.fixture
def conn(yard):
    with yard.begin() as connection:
        yield connection


def run_of(conn: sa.Connection, name: str) -> runs.Run:
    return next(run for run in runs.of_day(conn, DAY) if run.name == name)


def scanned(conn: sa.Connection, name: str, number: int | str) -> loading.Answer:
    code = sscc(number) if isinstance(number, int) else number
    return loading.load(conn, run_of(conn, name), code, WHO, NOW)


def states(conn: sa.Connection) -> dict[str, str]:
    return dict(conn.execute(sa.select(parcels.c.sscc, parcels.c.state)).all())


def test_a_scan_loads_once_and_says_which_stop(conn):
    found = scanned(conn, "Norr", 1)
    assert (found.told, found.stop.unit_id) == (Told.LOADED, "ask")
    assert run_of(conn, "Norr").state == runs.LOADING
    assert scanned(conn, "Norr", 1).told is Told.AGAIN
    rows = loading.rows_of(conn, run_of(conn, "Norr"))
    assert [(row.stop.unit_id, len(row.loaded & {one.id for one in row.parcels})) for row in rows] == [
        ("bjork", 0),
        ("ask", 1),
    ]
    assert {parcel.sscc for parcel in loading.missing(rows)} == {sscc(2), sscc(3)}


def test_what_belongs_elsewhere_is_not_loaded(conn):
    found = scanned(conn, "Norr", 4)
    assert (found.told, found.other.name) == (Told.ELSEWHERE, "Syd")
    found = scanned(conn, "Norr", 5)
    assert (found.told, found.other) == (Told.ELSEWHERE, None)
    assert scanned(conn, "Norr", 99).told is Told.NOTHING
    assert scanned(conn, "Norr", "").told is Told.NOTHING
    scan(conn, sscc(77), WHO, NOW)
    assert scanned(conn, "Norr", 77).told is Told.UNKNOWN
    assert len(loading.missing(loading.rows_of(conn, run_of(conn, "Norr")))) == 3


def test_what_the_dock_missed_is_received_and_goes_along(conn):
    found = scanned(conn, "Syd", 6)
    assert (found.told, found.received) == (Told.EXTRA, True)
    assert states(conn)[sscc(6)] == State.RECEIVED.value
    (row,) = loading.rows_of(conn, run_of(conn, "Syd"))
    assert (len(row.parcels), len(row.missing)) == (2, 1)


def test_a_typed_number_of_several_parcels_asks_which(conn):
    number = conn.scalar(sa.select(parcels.c.order_number).where(parcels.c.sscc == sscc(1)))
    found = scanned(conn, "Norr", number)
    assert (found.told, len(found.parcels)) == (Told.CHOOSE, 2)
    chosen = found.parcels[0].id
    assert loading.load(conn, run_of(conn, "Norr"), "", WHO, NOW, chosen=chosen).told is Told.LOADED


def test_the_run_leaves_with_what_is_loaded_and_the_rest_is_free(conn):
    scanned(conn, "Norr", 1)
    gone = loading.leave(conn, run_of(conn, "Norr"), WHO, NOW)
    assert [parcel.sscc for parcel in gone.moved] == [sscc(1)]
    run = run_of(conn, "Norr")
    assert (run.state, run.left_at) == (runs.OUT, NOW)
    assert [(stop.unit_id, stop.state) for stop in run.stops] == [("ask", "open"), ("bjork", "failed")]
    assert states(conn)[sscc(2)] == State.RECEIVED.value
    assert sorted(waves.waiting(conn, DAY)) == ["ask", "bjork", "gran", "tall"]
    assert scanned(conn, "Norr", 2).told is Told.LEFT
    (out,) = store.find(conn, parcels.c.sscc == sscc(1))
    assert [row.event.value for row in book.timeline(conn, out.order_id)][-1] == "note"


def test_a_run_that_has_just_left_comes_back_as_it_was(conn):
    scanned(conn, "Norr", 1)
    gone = loading.leave(conn, run_of(conn, "Norr"), WHO, NOW)
    assert not loading.back(conn, run_of(conn, "Norr"), gone.batch, WHO, NOW + timedelta(minutes=3))
    assert loading.back(conn, run_of(conn, "Norr"), gone.batch, WHO, NOW + timedelta(seconds=30))
    run = run_of(conn, "Norr")
    assert run.state == runs.LOADING
    assert [stop.state for stop in run.stops] == ["open", "open"]
    assert {one.sscc for one in loading.missing(loading.rows_of(conn, run))} == {sscc(2), sscc(3)}
    assert not loading.back(conn, run, gone.batch, WHO, NOW)


def test_nothing_leaves_without_a_parcel_and_what_is_unloaded_is_missing_again(conn):
    assert loading.leave(conn, run_of(conn, "Norr"), WHO, NOW).moved == ()
    parcel = scanned(conn, "Norr", 3).parcels[0]
    assert loading.unload(conn, run_of(conn, "Norr"), [parcel.id]) == 1
    run = run_of(conn, "Norr")
    assert run.state == runs.PLANNED
    assert len(loading.missing(loading.rows_of(conn, run))) == 3
