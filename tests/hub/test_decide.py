"""The laws of the dock: nothing is lost, nothing goes backwards but by undo, an order is as far as its last parcel."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hub import decide
from hub.parcel import Parcel, State

FORWARD = [State.EXPECTED, State.RECEIVED, State.OUT, State.DELIVERED]
ORDERS = [UUID(int=1), UUID(int=2)]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def parcel(number: int, order: int = 0, within: int | None = None, state: State = State.EXPECTED) -> Parcel:
    return Parcel(
        id=UUID(int=100 * (order + 1) + number),
        key=str(number),
        state=state,
        order_id=ORDERS[order],
        within=None if within is None else str(within),
    )


@st.composite
def docks(draw: st.DrawFn) -> tuple[Parcel, ...]:
    """Parcels of two orders, some on pallets, some keys on both orders."""
    rows = []
    for order in (0, 1):
        count = draw(st.integers(1, 5))
        for number in range(count):
            within = draw(st.none() | st.integers(0, number - 1)) if number else None
            rows.append(parcel(number, order, within))
    return tuple(rows)


steps = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(FORWARD[1:])), max_size=30)


@given(docks(), steps)
def test_no_parcel_is_lost_and_none_goes_back_or_jumps(rows, plan):
    for place, to in plan:
        before = {row.id: row.state for row in rows}
        moves = decide.advance(rows, {rows[place % len(rows)].id}, to)
        rows = decide.moved(rows, moves)
        assert {row.id for row in rows} == set(before)
        for row in rows:
            assert FORWARD.index(row.state) - FORWARD.index(before[row.id]) in (0, 1)


@given(docks(), st.randoms(use_true_random=False))
def test_any_order_of_scans_brings_each_order_to_each_step_exactly_once(rows, random):
    told = []
    for to in FORWARD[1:]:
        shuffled = [row.id for row in rows]
        random.shuffle(shuffled)
        for chosen in shuffled:
            moves = decide.advance(rows, {chosen}, to)
            rows = decide.moved(rows, moves)
            told += decide.order_events(rows, moves)
    assert {row.state for row in rows} == {State.DELIVERED}
    for order in ORDERS:
        whole = [event.event for event in told if event.order_id == order and event.event != "note"]
        assert whole == ["at_hub", "out", "delivered"]


@given(docks(), steps)
def test_an_order_is_told_a_step_only_when_every_box_has_come_so_far(rows, plan):
    for place, to in plan:
        moves = decide.advance(rows, {rows[place % len(rows)].id}, to)
        rows = decide.moved(rows, moves)
        for event in decide.order_events(rows, moves):
            mine = [row for row in decide.boxes(rows) if row.order_id == event.order_id]
            behind = [row for row in mine if FORWARD.index(row.state) < FORWARD.index(to)]
            assert (event.event == "note") == bool(behind)
            assert event.detail["of"] - event.detail["parcels"] == len(behind)


@given(docks(), steps)
def test_undo_of_the_last_step_gives_back_what_was(rows, plan):
    for place, to in plan:
        before = {row.id: row.state for row in rows}
        moves = decide.advance(rows, {rows[place % len(rows)].id}, to)
        rows = decide.moved(rows, moves)
        back = decide.undo(moves, {row.id: row.state for row in rows}, NOON, NOON + timedelta(seconds=5))
        assert {row.id: row.state for row in decide.moved(rows, back)} == before


def test_a_pallet_takes_its_boxes_along_and_the_last_box_takes_the_pallet():
    rows = (parcel(0), parcel(1, within=0), parcel(2, within=1), parcel(3))
    assert {move.parcel_id for move in decide.advance(rows, {rows[0].id}, State.RECEIVED)} == {r.id for r in rows[:3]}
    assert {move.parcel_id for move in decide.advance(rows, {rows[2].id}, State.RECEIVED)} == {r.id for r in rows[:3]}
    assert [row.key for row in decide.boxes(rows)] == ["2", "3"]


def test_a_box_on_two_orders_is_received_for_both_and_leaves_for_each():
    rows = (parcel(1), parcel(1, order=1))
    moves = decide.advance(rows, {row.id for row in rows}, State.RECEIVED)
    assert [event.event for event in decide.order_events(decide.moved(rows, moves), moves)] == ["at_hub", "at_hub"]
    received = decide.moved(rows, moves)
    assert len(decide.advance(received, {received[1].id}, State.OUT)) == 1


def test_unknown_and_void_parcels_count_for_no_order():
    rows = (parcel(1, state=State.RECEIVED), parcel(2, state=State.VOID))
    assert decide.order_stage(row.state for row in rows) is State.RECEIVED
    assert decide.order_stage([State.UNKNOWN]) is None
    assert decide.advance(rows, {rows[1].id}, State.RECEIVED) == ()


def test_undo_says_no_when_the_time_has_gone_or_the_parcel_has_moved_on():
    moves = (decide.Move(UUID(int=5), State.EXPECTED, State.RECEIVED),)
    here = {UUID(int=5): State.RECEIVED}
    assert decide.undo(moves, here, NOON, NOON + decide.UNDO_WINDOW) != ()
    assert decide.undo(moves, here, NOON, NOON + decide.UNDO_WINDOW + timedelta(seconds=1)) == ()
    assert decide.undo(moves, {UUID(int=5): State.OUT}, NOON, NOON) == ()
