"""Pallets on pallets: opened level by level, received whole or box by box, and corrected where a box is not there."""

from __future__ import annotations

import pytest

from gateway.orders import book
from hub import pallets, store
from hub.answer import Kind
from hub.parcel import State
from hub.receiving import expect, scan
from hub.tables import parcels
from hub.undoing import not_here
from tests.hub.advices import advice, line, sscc, unit
from tests.hub.conftest import NOW

ALVA = "Alva Exempel"


@pytest.fixture
def nested(conn, ordered):
    """Pallet 1 holds pallet 2 (boxes 3 and 4) and box 5."""
    row = ordered()
    inner = unit(2, units=(unit(3, "1"), unit(4, "1")))
    expect(conn, row, advice(unit(1, units=(inner, unit(5, "2"))), lines=(line("1"), line("2"))), NOW)
    return row


def one(conn, number):
    return store.find(conn, parcels.c.key == sscc(number))[0]


def test_each_level_shows_what_stands_on_it_and_where_it_stands(conn, nested):
    outer = pallets.open_pallet(conn, one(conn, 1).id)
    assert [(on.parcel.sscc, on.boxes) for on in outer.on_it] == [(sscc(2), 2), (sscc(5), 0)]
    assert (outer.path, outer.boxes, outer.come) == ((), 3, 0)
    inner = pallets.open_pallet(conn, one(conn, 2).id)
    assert [parcel.sscc for parcel in inner.path] == [sscc(1)]
    box = pallets.open_pallet(conn, one(conn, 4).id)
    assert ([parcel.sscc for parcel in box.path], box.on_it) == ([sscc(1), sscc(2)], ())


def test_a_box_that_was_not_on_the_pallet_is_awaited_again_and_may_still_come(conn, nested, events):
    assert scan(conn, sscc(1), ALVA, NOW).boxes == 3
    gone = not_here(conn, one(conn, 4).id, ALVA, NOW)
    assert (gone.state, one(conn, 4).received_at) == (State.EXPECTED, None)
    assert pallets.open_pallet(conn, one(conn, 1).id).come == 2
    told = {"step": "undone", "undone": "received", "parcel": sscc(4), "labels": [sscc(4)]}
    assert events(nested.id)[-1] == ("note", told)
    assert not_here(conn, one(conn, 4).id, ALVA, NOW) is None
    assert scan(conn, sscc(4), ALVA, NOW).kind is Kind.RECEIVED
    assert book.get(conn, nested.id).state.value == "at_hub"


def test_a_pallet_that_is_not_here_takes_back_all_that_stands_on_it(conn, nested):
    scan(conn, sscc(1), ALVA, NOW)
    not_here(conn, one(conn, 2).id, ALVA, NOW)
    assert [one(conn, n).state.value for n in (2, 3, 4, 5)] == ["expected", "expected", "expected", "received"]
