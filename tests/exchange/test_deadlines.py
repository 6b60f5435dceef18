"""Who is late: in the order of any events, over restarts, kills, jumping clocks and months of downtime."""

from __future__ import annotations

import multiprocessing
import random
import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.exchange import deadlines, journal
from gateway.exchange.deadlines import OWED, PAUSED, Awaited, Standing, judged
from gateway.exchange.office import utc_now
from gateway.exchange.process import process
from gateway.exchange.receive import receive
from gateway.exchange.tables import deadlines as table
from gateway.exchange.watching import Watch
from gateway.exchange.wrongs import differences
from gateway.model.party import Quantity
from gateway.orders import book
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.agreement import Deadlines
from gateway.suppliers.supplier import Supplier
from tests.exchange import watch_process
from tests.exchange.desk import advice, dialects, message_of, office, only, response, supplier
from tests.exchange.postbox import free_port, postbox
from tests.exchange.story import ORDER, Story
from tests.orders.samples import NOW, sample_order

HOUR = timedelta(hours=1)
ROUNDS = 3
AGREED = Deadlines(acknowledgement=HOUR, response=24 * HOUR, despatch=72 * HOUR)


def put(engine: sa.Engine, seller: Supplier, numbers: range, sent_at: datetime = NOW) -> list[UUID]:
    """Orders in the book, sent."""
    with engine.begin() as conn:
        rows = []
        for number in numbers:
            order_id = book.add(conn, sample_order(f"26-{number:06d}"), seller.id, "glantan", "anna", sent_at)
            book.record(conn, order_id, Event.SENT, "avrop", sent_at)
            rows.append((order_id, seller, sent_at))
        deadlines.start(conn, rows)
    return [order_id for order_id, _, _ in rows]


def met(engine: sa.Engine) -> set[str]:
    with engine.connect() as conn:
        return set(conn.scalars(sa.select(table.c.kind).where(table.c.met_at.is_not(None))))


def alarms(engine: sa.Engine) -> list[tuple[str, str, bool]]:
    wanted = sa.text("SELECT kind, supplier_id, recovered_at IS NULL FROM alarms ORDER BY id")
    with engine.connect() as conn:
        return [tuple(row) for row in conn.execute(wanted)]


@pytest.fixture
def seller(tmp_path: Path) -> Supplier:
    return supplier(tmp_path, deadlines=AGREED)


def test_what_is_agreed_becomes_rows_in_one_statement_and_what_is_not_nothing(
    engine: sa.Engine, seller: Supplier, tmp_path: Path
) -> None:
    put(engine, supplier(tmp_path, "free"), range(3))
    assert only(engine, "SELECT count(*) FROM deadlines") == 0
    (order_id, *_) = put(engine, seller, range(10, 13))
    with engine.begin() as conn:
        deadlines.start(conn, [(order_id, seller, NOW + HOUR)])  # sent again: the first time counts
        rows = conn.execute(sa.select(table).where(table.c.order_id == order_id).order_by(table.c.due_at)).all()
    assert [(row.kind, row.due_at - NOW) for row in rows] == [
        ("acknowledgement", HOUR),
        ("response", 24 * HOUR),
        ("despatch", 72 * HOUR),
    ]
    assert only(engine, "SELECT count(*) FROM deadlines") == 9


def test_the_answers_of_a_supplier_meet_them_one_by_one(engine: sa.Engine, seller: Supplier) -> None:
    story = Story(engine, seller)
    story.send()
    with engine.begin() as conn:
        deadlines.start(conn, [(story.order_id, seller, NOW)])
    story.answer("AB")
    assert met(engine) == {"acknowledgement"}
    story.answer("AP")
    assert met(engine) == {"acknowledgement", "response"}
    with engine.begin() as conn:
        raw = dialects()["peppol"].write(advice(ORDER))
        kept = receive(conn, raw, "folder:x", seller.id, "folder", "advice", NOW)
        process(conn, kept.message_id, story.desk, NOW)
    assert met(engine) == {"acknowledgement", "response", "despatch"}


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [("CA", "5", {"acknowledgement", "response"}), ("RE", "5", set(Awaited)), ("CA", "7", set(Awaited))],
)
def test_an_answer_that_decides_is_the_first_one_too_and_one_that_ends_ends_all(
    engine: sa.Engine, seller: Supplier, code: str, status: str, expected: set[str]
) -> None:
    story = Story(engine, seller)
    story.send()
    with engine.begin() as conn:
        deadlines.start(conn, [(story.order_id, seller, NOW)])
    story.answer(code, status=status)
    assert met(engine) == expected


def test_what_is_owed_whole_is_not_awaited_in_the_usual_time() -> None:
    told = response(ORDER, "CA", "3")
    nothing, much = Quantity(value=Decimal(0), unit="C62"), Quantity(value=Decimal(5), unit="C62")
    owed = tuple(replace(line, quantity=nothing, backorder=much) for line in told.lines)
    assert deadlines.owes_everything(replace(told, lines=owed))
    assert not deadlines.owes_everything(told)
    assert not deadlines.owes_everything(replace(told, lines=()))
    assert not deadlines.owes_everything(replace(told, lines=(owed[0], told.lines[1])))
    assert deadlines.owes_everything(replace(told, lines=(owed[0], replace(told.lines[1], status="7"))))
    assert not deadlines.owes_everything(replace(told, lines=(replace(owed[0], quantity=much), owed[1])))


def test_an_answer_before_our_own_note_of_sending_leaves_nothing_late(engine: sa.Engine, seller: Supplier) -> None:
    story = Story(engine, seller)
    story.send()
    story.answer("AP")
    with engine.begin() as conn:
        deadlines.start(conn, [(story.order_id, seller, NOW)])
        deadlines.judge(conn, NOW + 30 * HOUR)
        assert deadlines.late(conn) == []
    assert met(engine) == {"acknowledgement", "response"}


def test_one_alarm_for_a_supplier_and_kind_however_many_are_late(engine: sa.Engine, seller: Supplier) -> None:
    times = [NOW]
    watch = Watch(office(engine, replace(seller, owner="kim"), clock=lambda: times[0]))
    first = put(engine, seller, range(1, 4))
    times[0] += 2 * HOUR
    watch.look()
    more = put(engine, seller, range(4, 6), NOW + HOUR)
    times[0] += HOUR
    watch.look()
    assert alarms(engine) == [("late_acknowledgement", "papperslagret", True)]
    why = "orders without any answer in the agreed time: 5; the oldest is 26-000001, due 2026-03-02 11:30"
    assert only(engine, "SELECT cause FROM alarms") == why
    assert only(engine, "SELECT owner FROM alarms") == "kim"
    for order_id in first + more:
        assert alarms(engine)[0][2]
        with engine.begin() as conn:
            book.record(conn, order_id, Event.ACKNOWLEDGED, "them", times[0])
            deadlines.answered(conn, order_id, times[0])
        watch.look()
    assert alarms(engine) == [("late_acknowledgement", "papperslagret", False)]


def test_a_clock_that_ran_ahead_leaves_no_alarm_when_it_is_right_again(engine: sa.Engine, seller: Supplier) -> None:
    times = [NOW]
    watch = Watch(office(engine, seller, clock=lambda: times[0]))
    put(engine, seller, range(3))
    times[0] += timedelta(days=400)
    watch.look()
    assert [is_open for _, _, is_open in alarms(engine)] == [True, True, True]
    times[0] = NOW + timedelta(seconds=9)
    watch.look()
    assert [is_open for _, _, is_open in alarms(engine)] == [False, False, False]
    assert only(engine, "SELECT count(*) FROM deadlines WHERE late_at IS NOT NULL OR met_at IS NOT NULL") == 0


def test_an_offer_that_we_have_not_answered_makes_nobody_late(engine: sa.Engine, seller: Supplier) -> None:
    (order_id,) = put(engine, seller, range(1))
    with engine.begin() as conn:
        book.record(conn, order_id, Event.PROPOSED, "them", NOW)
        deadlines.judge(conn, NOW + 99 * HOUR)
        assert deadlines.late(conn) == []
        book.record(conn, order_id, Event.PROPOSAL_ACCEPTED, "anna", NOW)
        deadlines.judge(conn, NOW + 99 * HOUR)
        assert [(one.awaited, one.count) for one in deadlines.late(conn)] == [(Awaited.DESPATCH, 1)]


def test_after_months_of_downtime_one_alarm_in_batches(engine: sa.Engine, seller: Supplier) -> None:
    put(engine, seller, range(250))
    with engine.begin() as conn:
        rounds = 1
        while deadlines.judge(conn, NOW + timedelta(days=90), limit=100):
            rounds += 1
    assert rounds == 8
    Watch(office(engine, seller, clock=lambda: NOW + timedelta(days=90))).look()
    assert len(alarms(engine)) == 3


def test_what_has_not_arrived_after_all_owes_no_answer_until_it_is_sent_again(
    engine: sa.Engine, seller: Supplier
) -> None:
    story = Story(engine, seller)
    story.send()
    assert only(engine, "SELECT count(*) FROM deadlines") == 3  # the lane began them
    with engine.begin() as conn:
        message = journal.get(conn, message_of(engine, story.order_id))
        deadlines.call_off(conn, message)
    assert only(engine, "SELECT count(*) FROM deadlines") == 0
    with engine.begin() as conn:
        deadlines.start(conn, [(story.order_id, seller, NOW + HOUR)])
    assert only(engine, "SELECT min(due_at) FROM deadlines") == NOW + 2 * HOUR


def test_a_self_tests_order_is_nobodys_alarm(engine: sa.Engine, seller: Supplier) -> None:
    put(engine, seller, range(1))
    with engine.begin() as conn:
        conn.execute(sa.text("UPDATE orders SET test = true"))
        deadlines.judge(conn, NOW + 99 * HOUR)
        assert deadlines.late(conn) == []


@given(st.sampled_from(Awaited), st.sampled_from(State), st.integers(-5, 5))
def test_late_is_what_is_owed_and_past_its_time(awaited: Awaited, state: State, hours: int) -> None:
    found = judged(awaited, state, NOW, NOW + hours * HOUR)
    assert (found is Standing.LATE) == (state in OWED[awaited] and hours >= 0)
    assert (found is Standing.OVER) == (state not in OWED[awaited] | PAUSED.get(awaited, frozenset()))


_KEYS = st.dictionaries(st.integers(0, 5), st.sampled_from(["x", "y"]))


@given(st.lists(_KEYS, min_size=1, max_size=30))
def test_raised_and_recovered_take_turns_whatever_is_wrong_when(looks: list[dict[int, str]]) -> None:
    """Of any series of looks: each episode of a key is raised once and recovered once."""
    known: dict[int, str] = {}
    raised: dict[int, int] = dict.fromkeys(range(6), 0)
    episodes, before = dict(raised), dict[int, str]()
    for wrong in [*looks, {}]:
        anew, right = differences(wrong, known)  # type: ignore[arg-type]
        for key in list(right):
            del known[key]  # type: ignore[arg-type]
        for key, why in anew.items():
            raised[key] += key not in known  # type: ignore[index]
            known[key] = why  # type: ignore[index]
        for key in wrong:
            episodes[key] += key not in before
        before = wrong
        assert known == wrong
    assert raised == episodes
    assert known == {}


_ANSWERS = [Event.ACKNOWLEDGED, Event.CONFIRMED, Event.CHANGED, Event.PROPOSED, Event.REJECTED, Event.DESPATCHED]
_ANSWERS += [Event.PROPOSAL_ACCEPTED, Event.CHANGE_ASKED, Event.CHANGE_REFUSED, Event.CANCEL_ASKED, Event.AT_HUB]
_STEPS = st.one_of(
    st.tuples(st.just("happen"), st.integers(0, 2), st.sampled_from(_ANSWERS)),
    st.tuples(st.just("pass"), st.sampled_from([-100, -1, 1, 30, 100]), st.none()),
    st.tuples(st.just("restart"), st.none(), st.none()),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_STEPS, max_size=14))
@example([("pass", 30, None), ("happen", 0, Event.CONFIRMED), ("pass", -100, None), ("restart", None, None)])
def test_any_order_of_events_restarts_and_times(engine: sa.Engine, seller: Supplier, steps: list) -> None:
    """After every look there is an open alarm exactly where the order book and the clock say so, one per episode."""
    with engine.begin() as conn:
        conn.execute(sa.text("TRUNCATE alarms, deadlines, order_events, order_versions, orders CASCADE"))
    times = [NOW]
    fresh: Callable[[], Watch] = lambda: Watch(office(engine, seller, clock=lambda: times[0]))  # noqa: E731
    orders, watch = put(engine, seller, range(3)), fresh()
    over: set[tuple[UUID, Awaited]] = set()
    before: set[str] = set()
    episodes = 0
    for what, how, event in [*steps, *(("happen", one, Event.REJECTED) for one in range(3)), ("pass", 0, None)]:
        if what == "happen":
            with engine.begin() as conn:
                book.record(conn, orders[how], event, "them", times[0])
                deadlines.answered(conn, orders[how], times[0])
        elif what == "pass":
            times[0] += how * HOUR
        else:
            watch = fresh()
        watch.look()
        wrong = set()
        for order_id in orders:
            with engine.connect() as conn:
                row = book.get(conn, order_id)
            for awaited in Awaited:
                due = NOW + getattr(AGREED, awaited.value)
                stands = judged(awaited, row.life.settled, due, times[0])
                if (order_id, awaited) not in over and stands is Standing.LATE:
                    wrong.add(f"late_{awaited.value}")
                if stands is Standing.OVER and (what == "happen" or due <= times[0]):
                    over.add((order_id, awaited))
        found = alarms(engine)
        assert {kind for kind, _, is_open in found if is_open} == wrong
        episodes += len(wrong - before)
        before = wrong
        assert len(found) == episodes
    assert all(not is_open for _, _, is_open in alarms(engine)) or times[0] > NOW


@pytest.mark.slow
def test_watches_killed_at_any_moment_tell_each_alarm_and_each_end(
    engine: sa.Engine, database_url: str, seller: Supplier
) -> None:
    chance, port, context = random.Random(7), free_port(), multiprocessing.get_context("spawn")
    late = replace(seller, deadlines=Deadlines(response=timedelta(seconds=0.2)))

    def started() -> multiprocessing.process.BaseProcess:
        made = context.Process(target=watch_process.watch, args=(database_url, port), daemon=True)
        made.start()
        return made

    with postbox(port) as box:
        watches = [started(), started(), started()]
        for round_ in range(ROUNDS):
            (order_id,) = put(engine, late, range(round_, round_ + 1), utc_now())
            _kill_one(watches, started, chance)
            _until(lambda: only(engine, "SELECT count(*) FROM alarms") == round_ + 1)  # noqa: B023
            _kill_one(watches, started, chance)
            with engine.begin() as conn:
                book.record(conn, order_id, Event.CONFIRMED, "them", utc_now())
                deadlines.answered(conn, order_id, utc_now())
            _until(lambda: only(engine, "SELECT count(*) FROM alarms WHERE recovered_at IS NULL") == 0)
        _until(lambda: only(engine, "SELECT count(*) FROM alarms WHERE recovery_told_at IS NULL") == 0)
        for one in watches:
            one.kill()
            one.join()
    assert only(engine, "SELECT count(*) FROM alarms") == ROUNDS
    by_id = {mail["Message-ID"]: mail.get_content() for mail in box.mails}
    told = [found for text in by_id.values() for found in re.findall(r"ALARM(?: OVER)? \d+", text)]
    wanted = [f"ALARM{what} {alarm}" for alarm in range(1, ROUNDS + 1) for what in ("", " OVER")]
    # A kill between a mail and its note tells it once more, under the same id.
    assert set(told) == set(wanted)
    assert len(box.mails) <= len(by_id) + 2 * ROUNDS


def _kill_one(watches: list, started: Callable[[], multiprocessing.process.BaseProcess], chance: random.Random) -> None:
    time.sleep(chance.random() * 0.5)
    gone = watches.pop(0)
    gone.kill()
    gone.join()
    watches.append(started())


def _until(true: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
