"""Whose turn it is in a lane, over everything that may wait there."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from gateway.exchange.lane import OVERTAKE_AFTER, Standing, Turn, Waiting, streams, turn
from gateway.suppliers.agreement import Lane
from tests.orders.samples import NOW

SOON = NOW + timedelta(minutes=5)
WELL = Standing(supplier_id="papperslagret")
BROKEN = Standing(supplier_id="papperslagret", failures=3, broken_at=NOW)
ORDERS = [UUID(int=number) for number in range(1, 5)]


def one(tries: int = 0, *, later: bool = False, behind: bool = False, order: UUID | None = None) -> Waiting:
    at = (SOON if later else NOW - timedelta(seconds=1)) if tries else None
    return Waiting(id=uuid4(), order_id=order, tries=tries, next_at=at, behind=behind)


WAITING = st.lists(
    st.builds(
        one,
        st.integers(0, 8),
        later=st.booleans(),
        behind=st.booleans(),
        order=st.none() | st.sampled_from(ORDERS),
    ),
    max_size=12,
)


@given(WAITING, st.integers(1, 10))
def test_what_is_sent_is_due_in_order_and_never_behind_its_own_order(waiting: list[Waiting], most: int) -> None:
    found = turn(WELL, Lane(), waiting, NOW, most)
    assert len(found.send) <= most
    places = [waiting.index(chosen) for chosen in found.send]
    assert places == sorted(places)
    for chosen in found.send:
        assert not chosen.behind
        assert chosen.next_at is None or chosen.next_at <= NOW
        earlier = waiting[: waiting.index(chosen)]
        fresh_failures = [
            w for w in earlier if not w.behind and w.next_at and w.next_at > NOW and w.tries < OVERTAKE_AFTER
        ]
        assert fresh_failures == [], "nobody overtakes a message that has just begun to fail"


@given(WAITING)
def test_something_that_can_go_goes_or_there_is_a_time_to_look_again(waiting: list[Waiting]) -> None:
    found = turn(WELL, Lane(), waiting, NOW, 3)
    free = [w for w in waiting if not w.behind]
    assert bool(found.send or found.due_at is not None) == bool(free)
    if not found.send and found.due_at is not None:
        assert found.due_at > NOW, "a lane that has nothing to send now is not looked at again at once"


@given(WAITING)
def test_a_broken_lane_makes_one_probe_at_a_time(waiting: list[Waiting]) -> None:
    found = turn(BROKEN, Lane(), waiting, NOW, 10)
    free = [w for w in waiting if not w.behind]
    assert len(found.send) == (1 if free else 0)
    if free:
        least = min(w.tries // OVERTAKE_AFTER for w in free)
        assert found.send[0] == next(w for w in free if w.tries // OVERTAKE_AFTER == least)


def test_a_broken_lane_waits_for_the_time_of_its_probe() -> None:
    standing = Standing(supplier_id="x", failures=5, broken_at=NOW, next_slot_at=SOON)
    assert turn(standing, Lane(), [one(4)], NOW, 10) == Turn(due_at=SOON)
    assert len(turn(standing, Lane(), [one(4), one()], SOON, 10).send) == 1


def test_a_paused_lane_sends_nothing_and_is_not_looked_at() -> None:
    assert turn(Standing(supplier_id="x", paused=True), Lane(), [one()], NOW, 10) == Turn()


def test_the_agreed_rate_lets_one_go_and_then_waits() -> None:
    lane = Lane(per_minute=30)
    assert len(turn(WELL, lane, [one(), one()], NOW, 10).send) == 1
    slot = Standing(supplier_id="x", next_slot_at=NOW + timedelta(seconds=2))
    assert turn(slot, lane, [one()], NOW, 10) == Turn(due_at=NOW + timedelta(seconds=2))


@given(WAITING, st.integers(1, 6))
def test_streams_hold_everything_once_and_keep_an_order_together(waiting: list[Waiting], concurrency: int) -> None:
    found = streams(waiting, concurrency)
    assert len(found) <= concurrency
    assert sorted(w.id for stream in found for w in stream) == sorted(w.id for w in waiting)
    for order in ORDERS:
        homes = [stream for stream in found if any(w.order_id == order for w in stream)]
        assert len(homes) <= 1
        mine = [w for stream in homes for w in stream if w.order_id == order]
        assert mine == [w for w in waiting if w.order_id == order], "and in the order in which they were placed"
