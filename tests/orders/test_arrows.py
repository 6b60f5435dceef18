"""Changes and cancellations: every arrow of Advanced Ordering, and laws over every story."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.orders.lifecycle import PENDING, PROGRESS, TERMINAL, Event, Life, State, step
from gateway.orders.versions import ANSWERS_A_CHANGE, Standing, settle

S, E = State, Event
ARROWS = [
    (Life(S.SENT), E.ACKNOWLEDGED, Life(S.ACKNOWLEDGED)),
    (Life(S.SENT), E.CONFIRMED, Life(S.CONFIRMED)),
    (Life(S.SENT), E.REJECTED, Life(S.REJECTED)),
    (Life(S.SENT), E.PROPOSED, Life(S.PROPOSED)),
    (Life(S.SENT), E.CHANGED, Life(S.CHANGED)),
    (Life(S.ACKNOWLEDGED), E.CONFIRMED, Life(S.CONFIRMED)),
    (Life(S.ACKNOWLEDGED), E.PROPOSED, Life(S.PROPOSED)),
    (Life(S.ACKNOWLEDGED), E.REJECTED, Life(S.REJECTED)),
    (Life(S.PROPOSED), E.PROPOSAL_ACCEPTED, Life(S.CONFIRMED)),
    (Life(S.PROPOSED), E.CANCEL_ASKED, Life(S.CANCELLED)),
    (Life(S.PROPOSED), E.CHANGE_ASKED, Life(S.CHANGE_PENDING, S.PROPOSED)),
    (Life(S.CONFIRMED), E.CHANGE_ASKED, Life(S.CHANGE_PENDING, S.CONFIRMED)),
    (Life(S.CHANGE_PENDING, S.CONFIRMED), E.CHANGE_ACCEPTED, Life(S.CONFIRMED)),
    (Life(S.CHANGE_PENDING, S.CONFIRMED), E.CHANGE_REFUSED, Life(S.CONFIRMED)),
    (Life(S.CHANGE_PENDING, S.CONFIRMED), E.CHANGE_COUNTERED, Life(S.PROPOSED)),
    (Life(S.CONFIRMED), E.CANCEL_ASKED, Life(S.CANCEL_PENDING, S.CONFIRMED)),
    (Life(S.CANCEL_PENDING, S.CONFIRMED), E.CANCEL_ACCEPTED, Life(S.CANCELLED)),
    (Life(S.CANCEL_PENDING, S.CONFIRMED), E.CANCEL_REFUSED, Life(S.CONFIRMED)),
    (Life(S.CONFIRMED), E.CANCELLED_BY_SELLER, Life(S.CANCELLED)),
    (Life(S.CHANGED), E.CANCELLED_BY_SELLER, Life(S.CANCELLED)),
    (Life(S.CHANGE_PENDING, S.CONFIRMED), E.CANCELLED_BY_SELLER, Life(S.CANCELLED)),
    # The order's own answers, while something else is pending, change what lies beneath.
    (Life(S.CHANGE_PENDING, S.SENT), E.ACKNOWLEDGED, Life(S.CHANGE_PENDING, S.ACKNOWLEDGED)),
    (Life(S.CHANGE_PENDING, S.SENT), E.CONFIRMED, Life(S.CHANGE_PENDING, S.CONFIRMED)),
    (Life(S.CHANGE_PENDING, S.SENT), E.REJECTED, Life(S.REJECTED)),
    (Life(S.CHANGE_PENDING, S.PLACED), E.SENT, Life(S.CHANGE_PENDING, S.SENT)),
    (Life(S.CHANGE_PENDING, S.SENT), E.CHANGE_REFUSED, Life(S.SENT)),
    (Life(S.CANCEL_PENDING, S.CONFIRMED), E.DESPATCHED, Life(S.DESPATCHED)),
    (Life(S.CHANGE_PENDING, S.CONFIRMED), E.DELIVERED, Life(S.DELIVERED)),
    # One thing at a time, and nothing after goods or an end.
    (Life(S.CHANGE_PENDING, S.CONFIRMED), E.CANCEL_ASKED, Life(S.CHANGE_PENDING, S.CONFIRMED)),
    (Life(S.DESPATCHED), E.CHANGE_ASKED, Life(S.DESPATCHED)),
    (Life(S.DESPATCHED), E.CANCEL_ACCEPTED, Life(S.DESPATCHED)),
    (Life(S.CONFIRMED), E.CHANGE_ACCEPTED, Life(S.CONFIRMED)),
    (Life(S.CANCELLED), E.CANCEL_REFUSED, Life(S.CANCELLED)),
]
STORIES = st.lists(st.sampled_from(list(Event)), max_size=40)


@pytest.mark.parametrize(("life", "event", "after"), ARROWS, ids=[f"{a.state}-{e}-{b.state}" for a, e, b in ARROWS])
def test_arrow(life: Life, event: Event, after: Life) -> None:
    assert step(life, event) == after


@given(st.sampled_from([State.PLACED, State.AWAITING_APPROVAL, State.BY_HAND]), STORIES)
def test_no_story_makes_an_illegal_life_or_leads_back(start: State, story: list[Event]) -> None:
    life = Life(start)
    for event in story:
        after = step(life, event)
        assert (after.beneath is not None) == (after.state in PENDING)
        assert after.beneath not in PENDING | TERMINAL
        assert PROGRESS[after.settled] >= PROGRESS[life.settled]
        life = after


@given(st.sampled_from(sorted(TERMINAL)), STORIES)
def test_an_end_is_an_end(end: State, story: list[Event]) -> None:
    life = Life(end)
    for event in story:
        life = step(life, event)
    assert life == Life(end)


@given(st.sampled_from(list(State)), st.sampled_from(list(Event)))
def test_telling_it_twice_changes_nothing_more(state: State, event: Event) -> None:
    once = step(Life(state, State.CONFIRMED if state in PENDING else None), event)
    assert step(once, event) == once


def _decided(states: dict[int, Standing], event: Event, moved: bool) -> dict[int, Standing]:
    return settle(states, event) if moved or event in ANSWERS_A_CHANGE else states


@given(STORIES)
def test_one_version_stands_and_it_is_the_last_agreed(story: list[Event]) -> None:
    """As the book does it: what is asked or offered is a further version, and only an agreed one ever stands."""
    life, states, agreed = Life(State.SENT), {1: Standing.STANDING}, 1
    for event in story:
        after = step(life, event)
        waiting = {number for number, state in states.items() if state in (Standing.PROPOSED, Standing.OFFERED)}
        states = _decided(states, event, after != life)
        if event is Event.CHANGE_ASKED and after != life:
            states[len(states) + 1] = Standing.PROPOSED
        if event in (Event.PROPOSED, Event.CHANGE_COUNTERED) and after.state is State.PROPOSED and after != life:
            states[len(states) + 1] = Standing.OFFERED
        (standing,) = [number for number, state in states.items() if state is Standing.STANDING]
        if standing != agreed:
            assert event in (Event.CHANGE_ACCEPTED, Event.PROPOSAL_ACCEPTED)
            assert standing in waiting
            assert standing > agreed
            agreed = standing
        life = after
