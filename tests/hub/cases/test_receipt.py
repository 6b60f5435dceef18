"""Announced = received + missing, whatever boxes came and whatever was reported; pure."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.model.party import Party
from hub.cases.decide import due_of, kinds_for, stage_of, working_day_after
from hub.cases.receipt import Delivery, Deviation, claim_of, receipt_of
from hub.parcel import Content, Parcel, State
from tests.hub.advices import advice, line

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
KINDS = ("short", "damaged", "wrong", "expired", "over", "returned", "unannounced")
FRIDAY = datetime(2026, 11, 27, tzinfo=UTC).date()


def box(place: int, names: list[str], state: State) -> Parcel:
    contents = tuple(Content(line=name, name=name, quantity=Decimal(6), unit="C62") for name in names)
    came = NOW if state is not State.EXPECTED else None
    return Parcel(id=UUID(int=place + 1), key=str(place), state=state, contents=contents, received_at=came)


def delivery(boxes: list[Parcel], deviations: list[Deviation], told: frozenset[UUID] = frozenset()) -> Delivery:
    lines = tuple(line(name, "6") for name in ("1", "2", "3"))
    return Delivery(
        order="26-000123",
        number="26-000123-M1",
        lines=lines,
        parcels=tuple(boxes),
        consignee=Party(name="Hubben"),
        supplier=Party(name="Papperslagret"),
        now=NOW,
        advice=advice(lines=lines),
        told=told,
        deviations=tuple(deviations),
        always="credit",
    )


_BOXES = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["1", "2", "3"]), unique=True, max_size=3),
        st.sampled_from([State.EXPECTED, State.RECEIVED, State.OUT, State.DELIVERED]),
    ),
    min_size=1,
    max_size=5,
)
_DEVIATIONS = st.lists(
    st.builds(
        Deviation,
        parcel_id=st.integers(1, 5).map(lambda place: UUID(int=place)),
        kind=st.sampled_from(KINDS),
        line=st.none() | st.sampled_from(["1", "2", "3"]),
        quantity=st.none() | st.decimals("0.5", "9", places=1),
        wanted=st.none() | st.sampled_from(["credit", "replace"]),
    ),
    max_size=5,
)


@settings(max_examples=150, deadline=None)
@given(_BOXES, _DEVIATIONS)
def test_announced_is_received_and_missing(boxes, deviations):
    told = receipt_of(delivery([box(n, *one) for n, one in enumerate(boxes)], deviations))
    assert told is not None
    for one in told.lines:
        missing = one.short.value if one.short else Decimal(0)
        assert one.received.value + missing == Decimal(6)
        assert one.received.value >= 0
        assert one.rejected is None or one.rejected.value <= one.received.value
        assert (one.short is None) == (one.short_action is None)
        assert (one.rejected is None) == (one.reject_code is None) == (one.reject_reason is None)


@settings(max_examples=100, deadline=None)
@given(_BOXES, st.data())
def test_told_in_two_parts_is_told_once(boxes, data):
    """What came later and what was told before add up to what was announced, never to more."""
    parcels = [box(n, names, State.RECEIVED) for n, (names, _) in enumerate(boxes)]
    early = {one.id for one in parcels if data.draw(st.booleans())}
    missing = [
        one if one.id in early else box(one.id.int - 1, [held.line for held in one.contents], State.EXPECTED)
        for one in parcels
    ]
    first = receipt_of(delivery(missing, []))
    second = receipt_of(delivery(parcels, [], frozenset(early)))
    for name in ("1", "2", "3"):
        if not any(held.line == name for one in parcels for held in one.contents):
            continue
        found = [one.received.value for part in (first, second) if part for one in part.lines if one.order_line == name]
        assert Decimal(6) - Decimal("0.01") <= sum(found) <= Decimal(6)


def test_a_claim_says_only_what_is_claimed():
    wanted = Deviation(parcel_id=UUID(int=1), kind="wrong", line="2", quantity=Decimal(2), wanted="replace")
    other = Deviation(parcel_id=UUID(int=1), kind="short", line="1", quantity=Decimal(1))
    told = claim_of(delivery([box(0, ["1", "2", "3"], State.RECEIVED)], [wanted, other]))
    assert [(one.order_line, one.rejected.value, one.reject_code, one.reject_action) for one in told.lines] == [
        ("2", Decimal(2), "3", "1")
    ]
    assert told.lines[0].received is None


def test_days_are_working_days():
    assert working_day_after(FRIDAY, 1).isoformat() == "2026-11-30"
    assert due_of("unknown", FRIDAY).isoformat() == "2026-11-30"
    assert due_of("damaged", FRIDAY).isoformat() == "2026-12-02"


def test_what_can_be_said_of_a_parcel_and_where_its_case_stands():
    assert kinds_for(box(0, [], State.UNKNOWN)) == ("unknown", "damaged", "returned")
    assert stage_of(None, closed=False, claims=()) == "new"
    assert stage_of("dani", closed=False, claims=()) == "taken"
    assert stage_of("dani", closed=True, claims=()) == "done"
