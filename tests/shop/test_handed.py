"""The last leg on the order's page: the van and its time, the door, the proof, and what came back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.orders.lifecycle import State
from shop.after.due import due_of
from shop.after.handed import proofs_of
from shop.after.progress import branches_of, notes_of, sides_of
from shop.answers import lines_of
from shop.events import story_of
from tests.shop.test_after_timeline import BOXES, NOW, ORDER, TODAY, TUESDAYS, row_of, say, story, three_boxes

PROOF = "7a25dbc0-a740-46f0-9b83-c422f859d8f0"
COMES = datetime(2026, 11, 20, 9, 40, tzinfo=UTC)
LEG = {"van": "Elskåp 1", "run": "Tur norr", "expected": COMES.isoformat()}


def at(step: str, *labels: str, event: str = "", **more: Any) -> tuple[str, dict[str, Any]]:
    return event or step, {"step": step, "parcels": len(labels), "of": 3, "labels": list(labels)} | more


SENT = ("despatched", three_boxes())
HERE, OUT = at("at_hub", *BOXES), at("out", *BOXES, **LEG)
TWO = at("delivered", *BOXES[:2], event="note", receiver="Lo", proof=PROOF, handed=list(BOXES[:2]), photos=1)
BACK = at("back", BOXES[2], event="note")


def test_the_van_and_its_time_stand_on_the_page() -> None:
    events = story(SENT, HERE, OUT)
    due = due_of(row_of(State.OUT), events, TUESDAYS, TODAY)
    assert due is not None
    assert (due.day, due.sure, say(due.why)) == (TODAY, True, "Den är på bilen Elskåp 1 och hos er omkring 10.40.")
    assert say(story_of(events[-1])) == "På bilen Elskåp 1, hos er omkring 10.40"
    notes = notes_of(ORDER, events, lines_of(ORDER, events))
    assert [say(note) for note in notes[events[-1].event]] == ["3 av 3 kolli", "Elskåp 1, omkring 10.40"]


@pytest.mark.parametrize("expected", [None, "", "tomorrow", 5, []])
def test_a_time_that_cannot_be_read_is_left_out(expected: Any) -> None:
    events = story(SENT, HERE, at("out", *BOXES, van="Elskåp 1", expected=expected))
    due = due_of(row_of(State.OUT), events, TUESDAYS, TODAY)
    assert due is not None
    assert say(due.why) == "Den är på bilen."


def test_a_part_delivered_says_who_received_and_is_proved() -> None:
    events = story(SENT, HERE, OUT, TWO)
    assert say(story_of(events[-1])) == "2 av 3 kolli är levererade, mottagna av Lo"
    (proof,) = proofs_of(events)
    assert (proof.id, proof.receiver, proof.labels, proof.photos) == (UUID(PROOF), "Lo", BOXES[:2], 1)
    assert [one.step for one in branches_of(ORDER, events)] == ["delivered", "delivered", "out"]


def test_a_delivery_that_was_taken_back_has_no_proof_and_its_parcels_are_on_the_van() -> None:
    undone = ("note", {"step": "undone", "undone": "delivered", "parcel": BOXES[1], "labels": list(BOXES[:2])})
    events = story(SENT, HERE, OUT, TWO, undone)
    assert proofs_of(events) == ()
    assert [one.step for one in branches_of(ORDER, events)] == ["out", "out", "out"]


def test_goods_that_came_back_go_with_the_next_van() -> None:
    door = ("note", {"step": "not_delivered", "reason": "nobody", "labels": [BOXES[2]], "text": "larmat"})
    events = story(SENT, HERE, OUT, TWO, door, BACK)
    due = due_of(row_of(State.OUT), events, TUESDAYS, TODAY)
    assert due is not None
    assert due.day == TODAY + timedelta(days=4)
    assert "Bilen kom tillbaka med den fre 20 nov" in say(due.why)
    assert [one.step for one in branches_of(ORDER, events)] == ["delivered", "delivered", "at_hub"]
    said = [(say(side.remark), side.tone) for side in sides_of(events)]
    assert said == [
        ("Ingen tog emot vid dörren; godset är kvar på bilen: ”larmat”", "bad"),
        ("Bilen kom tillbaka till hubben med godset", "wait"),
    ]


def test_the_next_van_is_what_counts() -> None:
    later = at("out", *BOXES, **LEG | {"expected": (COMES + timedelta(days=4)).isoformat(), "van": "Gasbil 1"})
    due = due_of(row_of(State.OUT), story(SENT, HERE, OUT, BACK, later), TUESDAYS, NOW.date() + timedelta(days=4))
    assert due is not None
    assert "Gasbil 1" in say(due.why)
    assert due.day == TODAY + timedelta(days=4)


@pytest.mark.parametrize("step", ["refused", "given_back"])
def test_what_else_happened_at_the_door_is_told(step: str) -> None:
    (side,) = sides_of(story(SENT, ("note", {"step": step, "labels": [BOXES[0]]})))
    assert say(side.remark) in ("Enheten tog inte emot ett kolli", "Enheten lämnade tillbaka något med bilen")
