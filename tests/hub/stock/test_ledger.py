"""Laws of the stock's book: any order tells the same story, nothing vanishes, first expiry goes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.stock import learning, reading, store
from hub.stock.goods import HUB
from hub.stock.ledger import Entry, Kind, pick, replay
from hub.stock.store import TooLate, TooLittle
from hub.stock.tables import stock_entries, stock_lots
from tests.hub.stock.shelves import NOW, TODAY, critical, doing, lot

SIGNS = {Kind.RECEIPT: 1, Kind.ISSUE: -1, Kind.SCRAP: -1, Kind.MOVE: 1, Kind.COUNT: 1}
SMALL = st.integers(0, 9)


@st.composite
def entry(draw):
    kind = draw(st.sampled_from(Kind))
    much = Decimal(draw(SMALL)) * SIGNS[kind]
    return Entry(lot_id=1, kind=kind, quantity=much, at=NOW + timedelta(minutes=draw(SMALL)))


@given(st.lists(entry(), max_size=8).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_whatever_order_it_is_told_in_the_same_is_left(told):
    in_time, shuffled = told
    assert replay(shuffled) == replay(in_time)


@given(st.lists(entry(), max_size=10))
def test_nothing_vanishes(entries):
    sheet = replay(entries)
    assert sheet.came + sheet.moved + sheet.adjusted == sheet.used + sheet.scrapped + sheet.left
    assert sheet.came == sum(one.quantity for one in entries if one.kind is Kind.RECEIPT)


@given(st.lists(entry(), max_size=8))
def test_a_count_makes_what_was_before_history(entries):
    later = Entry(lot_id=1, kind=Kind.COUNT, quantity=Decimal(4), at=NOW + timedelta(hours=1))
    assert replay([later, *entries]).left == 4


@given(st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(-3, 9))), max_size=6), st.integers(1, 30))
def test_first_expiry_first_never_expired_never_more_than_there(shelf, wanted):
    lots = [lot(number, quantity, days) for number, (quantity, days) in enumerate(shelf)]
    takes = pick(lots, Decimal(wanted), TODAY)
    usable = [one for one in lots if one.usable(TODAY)]
    if sum(one.quantity for one in usable) < wanted:
        assert takes == ()
        return
    assert sum(one.quantity for one in takes) == wanted
    assert all(0 < one.quantity <= one.lot.quantity and one.lot.usable(TODAY) for one in takes)
    last = max((one.lot.expires or TODAY.max for one in takes), default=TODAY)
    taken = {one.lot.id: one.quantity for one in takes}
    sooner = [one for one in usable if (one.expires or TODAY.max) < last]
    assert all(taken.get(one.id, 0) == one.quantity for one in sooner), "the sooner ones are emptied first"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(entry(), max_size=8))
def test_the_database_adds_up_as_the_replay_does(engine: sa.Engine, entries):
    with engine.begin() as conn:
        learning.learn(conn, [critical()])
        # Kept, not rolled back: the next test's ids begin with 1 only where there were rows.
        lot_id = conn.scalar(
            stock_lots.insert().values(article_id=1, place=HUB, lot=str(uuid4())).returning(stock_lots.c.id)
        )
        known = {"batch": uuid4(), "lot_id": lot_id, "taken_at": NOW, "who": "Alva Exempel"}
        for one in entries:
            row = {"kind": one.kind.value, "quantity": one.quantity, "at": one.at}
            conn.execute(stock_entries.insert().values(**known, **row))
        assert reading.balances(conn, [lot_id]) == {lot_id: replay(entries).left}


@pytest.fixture
def stocked(conn):
    learning.learn(conn, [critical()])
    store.receive(conn, 1, HUB, Decimal(4), doing(), lot="OLD", expires=TODAY + timedelta(days=9))
    store.receive(conn, 1, HUB, Decimal(6), doing(), lot="NEW", expires=TODAY + timedelta(days=90))
    return conn


def left(conn) -> dict[tuple[str, str], Decimal]:
    return {(one.place, one.lot): one.quantity for one in reading.lots(conn)}


def test_issue_and_move_take_the_first_to_expire_and_undo_gives_it_back(stocked):
    _, takes = store.issue(stocked, 1, HUB, Decimal(3), doing(), unit_id="bjorken")
    assert [(one.lot.lot, one.quantity) for one in takes] == [("OLD", 3)]
    batch, takes = store.move(stocked, 1, HUB, "unit:bjorken", Decimal(2), doing())
    assert [(one.lot.lot, one.quantity) for one in takes] == [("OLD", 1), ("NEW", 1)]
    assert left(stocked) == {(HUB, "NEW"): 5, ("unit:bjorken", "OLD"): 1, ("unit:bjorken", "NEW"): 1}
    assert store.undo(stocked, batch, "Alva Exempel", NOW)
    assert not store.undo(stocked, batch, "Alva Exempel", NOW), "twice is once"
    assert left(stocked) == {(HUB, "OLD"): 1, (HUB, "NEW"): 6}


def test_more_than_there_is_told_with_what_is_there(stocked):
    with pytest.raises(TooLittle) as refused:
        store.issue(stocked, 1, HUB, Decimal(11), doing())
    assert refused.value.there == 10
    assert sum(left(stocked).values()) == 10


def test_a_receipt_of_which_something_has_gone_on_is_not_undone(engine, conn):
    learning.learn(conn, [critical()])
    batch = store.receive(conn, 1, HUB, Decimal(4), doing())
    store.issue(conn, 1, HUB, Decimal(1), doing())
    with pytest.raises(TooLate), conn.begin_nested():
        store.undo(conn, batch, "Alva Exempel", NOW)
    assert sum(left(conn).values()) == 3
    with pytest.raises(TooLate):
        store.undo(conn, batch, "Alva Exempel", NOW + timedelta(days=2))


def test_what_a_phone_tells_late_counts_from_when_it_was_done(stocked):
    lots = {one.lot: one.id for one in reading.lots(stocked)}
    counted = NOW + timedelta(hours=2)
    store.count(stocked, [(lots["OLD"], Decimal(2)), (lots["NEW"], Decimal(6))], doing(counted, counted))
    late = doing(NOW + timedelta(hours=1), NOW + timedelta(hours=3))
    store.issue(stocked, 1, HUB, Decimal(2), late)
    assert left(stocked) == {(HUB, "OLD"): 2, (HUB, "NEW"): 6}, "the count had seen it already"
    mad = doing(NOW.replace(year=1970), NOW + timedelta(hours=4))
    store.issue(stocked, 1, HUB, Decimal(2), mad)
    assert left(stocked) == {(HUB, "NEW"): 6}, "a clock that is quite wrong is not believed"


def test_two_who_take_the_last_box_take_it_once(engine):
    with engine.begin() as conn:
        learning.learn(conn, [critical()])
        store.receive(conn, 1, HUB, Decimal(5), doing())

    def take(_):
        try:
            with engine.begin() as conn:
                store.issue(conn, 1, HUB, Decimal(1), doing())
        except TooLittle:
            return 0
        return 1

    with ThreadPoolExecutor(6) as people:
        assert sum(people.map(take, range(9))) == 5
    with engine.begin() as conn:
        assert left(conn) == {}
