"""At the door and home again, on the real database: who has what, and what orders hear of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from gateway.orders import book
from hub import overview, receiving, store
from hub.handing import handover, homecoming, records, runs
from hub.handing.door import Fate, Said
from hub.handing.handover import Refused
from hub.handing.proof import photo_of, proof_of
from hub.parcel import State
from hub.reports import open_reports
from hub.tables import parcels
from tests.hub.advices import sscc
from tests.hub.handing.stage import SIGNATURE, a_run, parcel_ids, stops_of
from tests.hub.house import send_goods
from tests.hub.test_photos import picture

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DRIVER = "Alva Exempel"
SIGNED = Said(receiver="Lo Exempel", signature=SIGNATURE)


@pytest.fixture
def run_id(engine, conn) -> UUID:
    send_goods(engine, NOW - timedelta(hours=3))
    return a_run(conn, NOW)


def last(conn, number: str):
    return book.timeline(conn, book.get(conn, number).id)[-1]


def states(conn) -> dict[str, str]:
    return {row.key: row.state.value for row in store.find(conn, parcels.c.sscc.is_not(None))}


def test_the_timeline_names_the_van_and_when_it_comes(conn, run_id):
    out = last(conn, "26-000123")
    assert out.event.value == "out"
    assert (out.detail["van"], out.detail["run"]) == ("Elskåp 1", "Tur norr")
    assert datetime.fromisoformat(out.detail["expected"]) == NOW + timedelta(minutes=30)


def test_goods_are_handed_over_with_their_proof(conn, run_id):
    stop, one, two = stops_of(conn, run_id)[0], *parcel_ids(conn, 1, 2)
    said = Said(receiver="Lo Exempel", signature=SIGNATURE, photos=(picture(),), scanned=(str(one),))
    at = NOW - timedelta(minutes=4)
    made = handover.hand(conn, stop, said, DRIVER, NOW, at, None)
    assert (made.outcome, made.at, made.taken_at) == ("handed", at, NOW)
    assert book.get(conn, "26-000123").state.value == "delivered"
    told = last(conn, "26-000123")
    assert told.at == at
    assert told.detail["receiver"] == "Lo Exempel"
    assert (told.detail["proof"], told.detail["van"], told.detail["photos"]) == (str(made.id), "Elskåp 1", 1)
    assert told.detail["handed"] == [sscc(1), sscc(2)]
    proof = proof_of(conn, made.id)
    assert [(goods.parcel_id, goods.scanned) for goods in proof.goods] == [(one, True), (two, False)]
    assert proof.signature == SIGNATURE
    assert photo_of(conn, made.id, proof.photos[0])[:2] == b"\xff\xd8"
    assert photo_of(conn, uuid4(), proof.photos[0]) is None
    assert proof.of_order("26-000124") is None
    assert runs.get(conn, run_id).done == 1


def test_what_is_refused_or_broken_stays_on_the_van_and_is_told(conn, run_id):
    stop, one, two = stops_of(conn, run_id)[0], *parcel_ids(conn, 1, 2)
    said = Said(receiver="Lo", typed="Lo", text="hörnet intryckt", fates={str(one): "broken", str(two): "damaged"})
    made = handover.hand(conn, stop, said, DRIVER, NOW, None, None)
    assert made.fates == {one: Fate.BROKEN, two: Fate.DAMAGED}
    assert states(conn)[sscc(1)] == "out"
    assert states(conn)[sscc(2)] == "delivered"
    assert [report.kind for report, _ in open_reports(conn)] == ["damaged", "damaged"]
    assert [goods.fate for goods in proof_of(conn, made.id).goods] == ["damaged"]
    assert book.get(conn, "26-000123").state.value == "out"


def test_all_refused_is_a_stop_that_failed_without_a_signature(conn, run_id):
    stop = stops_of(conn, run_id)[1]
    (three,) = parcel_ids(conn, 3)
    made = handover.hand(conn, stop, Said(fates={str(three): "refused"}, text="fel vecka"), DRIVER, NOW, None, None)
    assert (made.outcome, made.reason, made.batch) == ("failed", "refused", None)
    assert proof_of(conn, made.id) is None
    assert last(conn, "26-000124").detail == {"step": "refused", "labels": [sscc(3)], "text": "fel vecka"}


def test_nobody_there_is_told_and_tried_once_more(conn, run_id):
    stop = stops_of(conn, run_id)[0]
    made = handover.fail(conn, stop, "nobody", "", (), DRIVER, NOW, None, None)
    assert set(made.fates.values()) == {Fate.UNDELIVERED}
    told = last(conn, "26-000123").detail
    assert told == {"step": "not_delivered", "reason": "nobody", "labels": [sscc(1), sscc(2)]}
    assert runs.get(conn, run_id).stops[0].state == "failed"
    assert handover.reopen(conn, stop)
    assert handover.hand(conn, stop, SIGNED, DRIVER, NOW, None, None).outcome == "handed"


@pytest.mark.parametrize(("why", "text", "field"), [("", "", "why"), ("eaten", "", "why"), ("other", " ", "fail-text")])
def test_a_stop_does_not_fail_without_a_reason(conn, run_id, why, text, field):
    with pytest.raises(Refused) as refused:
        handover.fail(conn, stops_of(conn, run_id)[0], why, text, (), DRIVER, NOW, None, None)
    assert refused.value.problems[0][0] == field


def test_a_delivery_is_taken_back_for_two_minutes_with_its_reports(conn, run_id):
    stop, one, _ = stops_of(conn, run_id)[0], *parcel_ids(conn, 1, 2)
    said = Said(receiver="Lo", typed="Lo", fates={str(one): "damaged"})
    made = handover.hand(conn, stop, said, DRIVER, NOW, None, None)
    assert handover.undo(conn, made.id, DRIVER, NOW + timedelta(seconds=30))
    assert set(states(conn).values()) == {"out"}
    assert open_reports(conn) == []
    assert proof_of(conn, made.id).undone_at is not None
    assert not handover.undo(conn, made.id, DRIVER, NOW + timedelta(seconds=31))
    again = handover.hand(conn, stop, SIGNED, DRIVER, NOW, None, None)
    assert not handover.undo(conn, again.id, DRIVER, NOW + timedelta(minutes=3))


def test_what_nobody_took_is_in_the_house_again_and_free_to_plan(conn, run_id):
    first, second, _ = stops_of(conn, run_id)
    handover.hand(conn, first, SIGNED, DRIVER, NOW, None, None)
    handover.fail(conn, second, "closed", "", (), DRIVER, NOW, None, None)
    (three,) = parcel_ids(conn, 3)
    home = homecoming.come_home(conn, run_id, [three], DRIVER, NOW)
    assert ([one.id for one in home.back], home.lost) == ([three], ())
    (parcel,) = store.find(conn, parcels.c.id == three)
    assert (parcel.state, parcel.stop_id, parcel.out_at) == (State.RECEIVED, None, None)
    assert last(conn, "26-000124").detail == {"step": "back", "labels": [sscc(3)]}
    assert [shelf.unit_id for shelf in overview.shelves(conn) if shelf.parcels] == ["granen"]
    assert runs.get(conn, run_id).state == "home"
    gone = receiving.send_out(conn, ["granen"], DRIVER, NOW + timedelta(days=1))
    assert store.find(conn, parcels.c.id == three)[0].out_at == NOW + timedelta(days=1)
    assert gone.batch


def test_what_should_be_on_the_van_and_is_not_is_looked_for(conn, run_id):
    home = homecoming.come_home(conn, run_id, parcel_ids(conn, 1, 3), DRIVER, NOW)
    assert [one.sscc for one in home.lost] == [sscc(2)]
    assert states(conn)[sscc(2)] == "out"
    assert [(report.kind, parcel.sscc) for report, parcel in open_reports(conn)] == [("short", sscc(2))]
    with pytest.raises(Refused):
        homecoming.come_home(conn, run_id, [], DRIVER, NOW)


def test_a_unit_gives_something_back(conn, run_id):
    stop = stops_of(conn, run_id)[0]
    handover.hand(conn, stop, SIGNED, DRIVER, NOW, None, None)
    one = homecoming.give_back(conn, stop, f"(00) {sscc(2)}", "fel storlek", (), DRIVER, NOW, None, None)
    assert one.parcel_id == parcel_ids(conn, 2)[0]
    told = {"step": "given_back", "parcel": sscc(2), "text": "fel storlek"}
    assert last(conn, "26-000123").detail == told
    other = homecoming.give_back(conn, stop, "", "tom rullvagn", (picture(),), DRIVER, NOW, None, None)
    assert other.parcel_id is None
    assert homecoming.take_return_back(conn, other.id, NOW) == run_id
    assert [found.text for found in homecoming.returns_of(conn, run_id)] == ["fel storlek"]
    homecoming.come_home(conn, run_id, parcel_ids(conn, 3), DRIVER, NOW)
    assert homecoming.returns_of(conn, run_id)[0].home_at == NOW
    assert homecoming.take_return_back(conn, one.id, NOW) is None


def test_nothing_is_handed_over_before_the_van_has_left(engine, conn):
    send_goods(engine, NOW - timedelta(hours=3))
    stop = stops_of(conn, a_run(conn, NOW, state="planned"))[0]
    with pytest.raises(Refused) as refused:
        handover.hand(conn, stop, SIGNED, DRIVER, NOW, None, None)
    assert refused.value.problems == (("stop", handover.NOT_OUT),)


def test_who_received_last_is_offered_first(conn, run_id):
    handover.hand(conn, stops_of(conn, run_id)[0], SIGNED, DRIVER, NOW, None, None)
    assert records.receivers(conn, ["bjorken"]) == {"bjorken": ("Lo Exempel",)}
