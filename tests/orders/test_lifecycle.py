"""The lifecycle's laws, over every sequence of events."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.orders.lifecycle import MOVES, PROGRESS, TERMINAL, Event, State, advance

EVENTS = st.lists(st.sampled_from(list(Event)), max_size=30)


@given(st.sampled_from(list(State)), EVENTS)
def test_never_backwards(state: State, events: list[Event]) -> None:
    for event in events:
        after = advance(state, event)
        assert PROGRESS[after] >= PROGRESS[state]
        state = after


@given(st.sampled_from(sorted(TERMINAL)), EVENTS)
def test_terminal_states_stay(state: State, events: list[Event]) -> None:
    for event in events:
        assert advance(state, event) is state


@given(st.sampled_from(list(State)), st.sampled_from(list(Event)))
def test_telling_it_twice_changes_nothing_more(state: State, event: Event) -> None:
    once = advance(state, event)
    assert advance(once, event) is once


def test_the_whole_way() -> None:
    state = State.AWAITING_APPROVAL
    way = (Event.APPROVED, Event.SENT, Event.ACKNOWLEDGED, Event.CONFIRMED, Event.DESPATCHED, Event.AT_HUB)
    for event in (*way, Event.SHORT, Event.OUT, Event.DELIVERED):
        state = advance(state, event)
    assert state is State.DELIVERED


def test_a_despatch_advice_before_the_response() -> None:
    assert advance(State.SENT, Event.DESPATCHED) is State.DESPATCHED
    assert advance(State.DESPATCHED, Event.CONFIRMED) is State.DESPATCHED
    assert advance(State.DESPATCHED, Event.REJECTED) is State.DESPATCHED


def test_nothing_happens_to_an_order_that_awaits_approval_but_approval_and_cancelling() -> None:
    moving = {event for event in Event if advance(State.AWAITING_APPROVAL, event) is not State.AWAITING_APPROVAL}
    assert moving == {Event.APPROVED, Event.CANCELLED}


def test_a_held_order_is_released_or_answered_or_ordered_by_hand() -> None:
    assert advance(State.HELD, Event.RELEASED) is State.PLACED
    assert advance(State.HELD, Event.CONFIRMED) is State.CONFIRMED
    assert advance(State.BY_HAND, Event.CLOSED_BY_HAND) is State.CONFIRMED


def test_every_state_has_its_place_and_every_move_a_state_to_go_to() -> None:
    assert set(PROGRESS) == set(State)
    assert all(move.to in PROGRESS and move.of for move in MOVES.values())
