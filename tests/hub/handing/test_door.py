"""What a driver says of a visit: when it is enough, and what is asked for when it is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.handing import door, signature
from hub.handing.door import CHOICES, TAKEN, Fate, Said, judge, moment

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)
PATH = "M20 100L80 40L140 150L200 60L260 140L320 80"


def test_a_name_and_a_signature_are_proof():
    visit, problems = judge([ONE, TWO], Said(receiver="  Lo   Exempel ", signature=PATH, scanned=(str(TWO), "x")))
    assert problems == ()
    assert (visit.receiver, visit.signed, visit.signature) == ("Lo Exempel", "drawn", PATH)
    assert visit.taken == (ONE, TWO)
    assert visit.scanned == {TWO}


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        (Said(signature=PATH), ["receiver"]),
        (Said(receiver="Lo"), ["signature"]),
        (Said(), ["receiver", "signature"]),
        (Said(receiver="Lo", signature="M1 1L2 2"), ["signature"]),
        (Said(receiver="Lo", signature='M1 1"/><script>'), ["signature"]),
        (Said(receiver="Lo", typed="Lo", fates={str(ONE): "eaten"}), ["parcels"]),
        (Said(receiver="Lo", photos=(b"1", b"2", b"3", b"4")), ["photo"]),
    ],
)
def test_what_is_not_enough_is_asked_for_beside_its_field(said, fields):
    visit, problems = judge([ONE], said)
    assert visit is None
    assert [field for field, _ in problems] == fields


def test_a_photo_or_the_written_name_is_proof_too():
    assert judge([ONE], Said(receiver="Lo", photos=(b"jpeg",)))[0].signed is None
    assert judge([ONE], Said(receiver="Lo", typed="Lo Exempel"))[0].signed == "typed"


def test_where_nothing_is_taken_nobody_needs_to_sign():
    visit, problems = judge([ONE], Said(fates={str(ONE): "refused"}))
    assert (visit.taken, visit.receiver, problems) == ((), None, ())


def test_a_stop_without_goods_has_nothing_to_hand_over():
    assert judge([], Said(receiver="Lo", typed="Lo")) == (None, (("stop", door.NO_PARCELS),))


@given(st.lists(st.sampled_from(CHOICES), min_size=1, max_size=6), st.booleans())
def test_every_parcel_has_one_fate_and_only_what_was_taken_is_the_units(fates, named):
    ids = [UUID(int=n) for n in range(len(fates))]
    said = Said(
        fates={str(one): fate.value for one, fate in zip(ids, fates, strict=True)},
        receiver="Lo" if named else "",
        typed="Lo",
    )
    visit, problems = judge(ids, said)
    if visit is None:
        assert not named
        assert any(fate in TAKEN for fate in fates)
        assert problems
    else:
        assert list(visit.fates.values()) == fates
        assert set(visit.taken) == {one for one, fate in zip(ids, fates, strict=True) if fate in TAKEN}
        assert Fate.UNDELIVERED not in visit.fates.values()


@given(st.text(alphabet='ML 0123456789.-<"e', max_size=80))
def test_a_signature_is_a_path_of_ours_or_refused(text):
    try:
        path = signature.read(text)
    except ValueError:
        return
    assert path is None or set(path) <= set("ML 0123456789")


def test_the_phones_clock_is_believed_within_reason():
    left = NOW - timedelta(hours=2)
    hour = timedelta(hours=1)
    assert moment(NOW - hour, NOW, left) == NOW - hour
    assert moment(None, NOW, left) == NOW
    assert moment(NOW + hour, NOW, left) == NOW
    assert moment(NOW + timedelta(minutes=1), NOW, left) == NOW
    assert moment(NOW - 3 * hour, NOW, left) == left
    assert moment(NOW - 72 * hour, NOW, left) == NOW
    assert moment(datetime(2026, 11, 24, 8, 0), NOW, left) == NOW
