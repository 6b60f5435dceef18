"""What a supplier of the sandbox answers: pure, repeatable, and in keeping with Peppol's choreography."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.identifiers import Sscc
from gateway.model import DespatchAdvice, OrderResponse
from gateway.sandbox.behaviour import Behaviour, behaviour_of
from gateway.sandbox.packing import sscc
from gateway.sandbox.speaking import say
from gateway.sandbox.supplier import answers
from tests.sandbox.orders import dialects, order

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
QUANTITIES = st.lists(
    st.decimals("0.25", "9000", places=2).map(lambda value: str(value.normalize() + 0)), min_size=1, max_size=8
)
ORDERS = st.builds(
    lambda serial, quantities: order(f"26-{serial:06}", quantities=tuple(quantities)),
    st.integers(0, 999_999),
    QUANTITIES,
)
CODES = {
    Behaviour.CANCEL: ["AP", "CA"],
    Behaviour.ACCEPT: ["AP"],
    Behaviour.ACCEPT_WITH_CHANGES: ["CA"],
    Behaviour.REJECT: ["RE"],
    Behaviour.BACKORDER: ["CA"],
    Behaviour.SILENT: [],
    Behaviour.ACKNOWLEDGE_FIRST: ["AB", "AP"],
}


def _responses(said):
    return [document for _, document in said if isinstance(document, OrderResponse)]


def _advices(said):
    return [document for _, document in said if isinstance(document, DespatchAdvice)]


ADVANCED_ONLY = frozenset(
    {Behaviour.REFUSE_CHANGES, Behaviour.COUNTER_CHANGES, Behaviour.KEEP_ORDERS, Behaviour.CANCEL}
)
NOTHING_COMES = frozenset({Behaviour.SILENT, Behaviour.REJECT, Behaviour.CANCEL})


@given(ORDERS, st.sampled_from(Behaviour))
@settings(max_examples=150, deadline=None)
def test_answers_keep_the_choreography_and_say_the_same_again(of, behaviour):
    said = answers(of, behaviour, NOW)
    assert said == answers(of, behaviour, NOW)
    assert [delay for delay, _ in said] == sorted(delay for delay, _ in said)
    codes = [response.code for response in _responses(said)]
    assert codes == CODES[behaviour] if behaviour in CODES else codes in (["CA"], ["AP"])
    for response in _responses(said):
        assert response.order == of.number
        if response.code == "CA":
            assert {line.order_line for line in response.lines} == {line.id for line in of.lines}
            assert any(line.status != "5" for line in response.lines)
        else:
            assert response.lines == ()
    numbers = [document.number for _, document in said]
    assert len(set(numbers)) == len(numbers)
    assert bool(_advices(said)) == (behaviour not in NOTHING_COMES)


@given(ORDERS, st.sampled_from([b for b in Behaviour if b is not Behaviour.CANCEL]))
@settings(max_examples=150, deadline=None)
def test_what_is_despatched_is_what_was_promised(of, behaviour):
    said = answers(of, behaviour, NOW)
    delivered = Counter()
    for advice in _advices(said):
        for line in advice.lines:
            assert line.delivered.value > 0
            delivered[line.order_line] += line.delivered.value
    for response in _responses(said):
        promised = Counter()
        for line in response.lines:
            promised[line.order_line] += line.quantity.value
        if response.code == "CA":
            assert +promised == delivered
    if "AP" in [response.code for response in _responses(said)]:
        assert delivered == Counter({line.id: line.quantity.value for line in of.lines})


@given(ORDERS, st.sampled_from([b for b in Behaviour if b not in NOTHING_COMES]))
@settings(max_examples=150, deadline=None)
def test_each_advice_is_packed_in_one_to_three_labelled_parcels_for_the_unit_through_the_hub(of, behaviour):
    seen = set()
    for advice in _advices(answers(of, behaviour, NOW)):
        assert 1 <= len(advice.packing) <= 3
        ids = [Sscc(unit.id.value) for unit in advice.packing]
        assert not seen & set(ids)
        seen.update(ids)
        packed = [line for unit in advice.packing for line in unit.lines]
        assert set(packed) == {line.id for line in advice.lines}
        assert advice.consignee.endpoint == of.delivery.consignee.id
        assert advice.shipment.recipient.ids == of.delivery.recipient.ids
        assert advice.originator.name == of.delivery.recipient.name
        assert advice.shipment.unit_count == len(ids)


def test_a_line_is_now_and_then_in_two_parcels():
    shared = 0
    for serial in range(60):
        [advice] = _advices(answers(order(f"26-{serial:06}"), Behaviour.ACCEPT, NOW))
        packed = [line for unit in advice.packing for line in unit.lines]
        shared += len(packed) > len(set(packed))
    assert 5 < shared < 55


def test_labels_are_unique_over_suppliers_orders_and_parcels():
    labels = [
        sscc(order(f"26-{serial:06}", seller), parcel)
        for seller in ("5500006597", "5500003289")
        for serial in range(200)
        for parcel in (1, 2, 3, 11, 12, 13)
    ]
    assert len(set(labels)) == len(labels)


def test_a_split_comes_in_two_despatches_and_split_response_lines():
    said = answers(order(quantities=("5", "1")), Behaviour.SPLIT, NOW)
    [response] = _responses(said)
    assert [(line.order_line, line.quantity.value) for line in response.lines] == [
        ("1", Decimal(3)),
        ("1", Decimal(2)),
        ("2", Decimal(1)),
    ]
    first, second = _advices(said)
    assert [(line.order_line, line.delivered.value) for line in first.lines] == [("1", 3), ("2", 1)]
    assert first.lines[0].outstanding.value == 2
    assert first.lines[0].outstanding_reasons
    assert [(line.order_line, line.delivered.value) for line in second.lines] == [("1", 2)]


def test_a_backorder_says_what_is_owed():
    said = answers(order(quantities=("5",)), Behaviour.BACKORDER, NOW)
    [line] = _responses(said)[0].lines
    assert (line.quantity.value, line.backorder.value) == (2, 3)
    [advice] = _advices(said)
    assert advice.lines[0].outstanding.value == 3


def test_changes_are_of_quantity_date_and_price():
    statuses, kinds = Counter(), set()
    for serial in range(60):
        of = order(f"26-{serial:06}", quantities=("5", "4", "3"))
        for line, asked in zip(
            _responses(answers(of, Behaviour.ACCEPT_WITH_CHANGES, NOW))[0].lines, of.lines, strict=True
        ):
            statuses[line.status] += 1
            kinds |= {"quantity"} if line.quantity.value < asked.quantity.value else set()
            kinds |= {"price"} if line.price.amount.value > asked.price.amount.value else set()
            kinds |= {"date"} if line.promised.start_date > date(2026, 11, 24) else set()
    assert kinds == {"quantity", "price", "date"}
    assert statuses["3"] >= 60
    assert statuses["5"] > 0


def test_a_promise_is_never_in_the_past():
    late = NOW + timedelta(days=400)
    response = _responses(answers(order(), Behaviour.ACCEPT, late))[0]
    assert response.promised.start_date == late.date() + timedelta(days=1)


def test_an_order_that_names_no_delivery_is_answered_too():
    bare = msgspec.structs.replace(order(), delivery=None, originator=None, profile=None)
    for behaviour in Behaviour:
        for _, document in answers(bare, behaviour, NOW):
            assert document.profile is None


def test_behaviour_follows_from_the_supplier_and_all_of_them_occur():
    found = Counter(behaviour_of(f"supplier-{number}") for number in range(1200))
    assert set(found) == set(Behaviour) - ADVANCED_ONLY
    assert found[Behaviour.ACCEPT] > 400
    assert behaviour_of("supplier-7") is behaviour_of("supplier-7")


def test_who_has_no_word_for_received_accepts_at_once():
    known = dialects()
    assert [known[name].acknowledges for name in ("peppol", "csv", "svehandel", "sveorder")] == [
        True,
        True,
        False,
        False,
    ]
    first = next(name for n in range(99) if behaviour_of(name := f"supplier-{n}") is Behaviour.ACKNOWLEDGE_FIRST)
    assert behaviour_of(first, acknowledges=False) is Behaviour.ACCEPT


# Who takes cXML is heard and answered without our tables: test_cxml_desk.
SPEAKERS = sorted(name for name, one in dialects().items() if "Order" in one.documents and name != "cxml")


@pytest.mark.parametrize("behaviour", [b for b in Behaviour if b is not Behaviour.SILENT])
@pytest.mark.parametrize("name", SPEAKERS)
def test_every_dialect_carries_every_answer(name, behaviour):
    dialect = dialects()[name]
    read = dialect.read(say(dialect, order(quantities=("5", "2.5", "1"))), "order", "Order").document
    for _, document in answers(read, behaviour, NOW):
        if name.startswith("sve") and getattr(document, "code", "") == "AB":
            continue  # UNCL1225 has no word for it
        raw = say(dialect, document)
        found = dialect.read(raw, "answer").document
        assert type(found) is type(document)
        assert found.number == document.number
        assert len(found.lines) == len(document.lines)
        if isinstance(found, DespatchAdvice):
            assert [(unit.id.value, unit.lines) for unit in found.packing] == [
                (unit.id.value, unit.lines) for unit in document.packing
            ]
            assert found.consignee.endpoint == document.consignee.endpoint
            assert found.shipment.recipient.ids == document.shipment.recipient.ids
