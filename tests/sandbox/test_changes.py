"""What suppliers of the sandbox say to changes and cancellations, in the words of T116."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from gateway.model import Document, Order, OrderChange, OrderResponse
from gateway.orders.amend import ADVANCED, cancellation_of, change_of, offered, with_quantities
from gateway.sandbox.behaviour import Behaviour, behaviour_of
from gateway.sandbox.changes import answers_to_cancellation, answers_to_change, order_of
from gateway.sandbox.speaking import say
from gateway.sandbox.supplier import answers
from tests.orders.samples import NOW
from tests.sandbox.orders import dialects, order

NOON: datetime = NOW
PLACED: Order = replace(order(), profile=ADVANCED)
MORE = with_quantities(PLACED, {"1": Decimal(9)})


def asked(sequence: int = 1, wanted: Order = MORE) -> OrderChange:
    return change_of(PLACED, wanted, f"{PLACED.number}-C{sequence}", sequence, NOON)


def said(found: list[tuple[object, Document]]) -> list[str]:
    return [f"{type(one).__name__} {getattr(one, 'code', '')}".strip() for _, one in found]


@pytest.mark.parametrize(
    ("behaviour", "despatched", "words"),
    [
        (Behaviour.ACCEPT, False, ["OrderResponse AP", "DespatchAdvice"]),
        (Behaviour.ACCEPT, True, ["OrderResponse RE"]),
        (Behaviour.REFUSE_CHANGES, False, ["OrderResponse RE"]),
        (Behaviour.COUNTER_CHANGES, False, ["OrderResponse CA"]),
        (Behaviour.SILENT, False, []),
    ],
)
def test_a_change_is_answered_by_its_number(behaviour: Behaviour, despatched: bool, words: list[str]) -> None:
    found = answers_to_change(asked(), behaviour, despatched, NOON)
    assert said(list(found)) == words
    for _, document in found:
        if isinstance(document, OrderResponse):
            assert (document.change, document.order, document.profile) == (asked().number, PLACED.number, ADVANCED)
        assert say(dialects()["peppol-advanced"], document)


def test_who_offers_otherwise_takes_yes_for_an_answer() -> None:
    ((_, offer),) = answers_to_change(asked(), Behaviour.COUNTER_CHANGES, False, NOON)
    assert isinstance(offer, OrderResponse)
    agreed = asked(2, offered(MORE, offer))
    assert said(list(answers_to_change(agreed, Behaviour.COUNTER_CHANGES, False, NOON))) == [
        "OrderResponse AP",
        "DespatchAdvice",
    ]


def test_the_goods_come_as_the_change_wants_them() -> None:
    gone = with_quantities(PLACED, {"1": Decimal(0)})
    advice = answers_to_change(asked(1, gone), Behaviour.ACCEPT, False, NOON)[-1][1]
    assert [line.order_line for line in advice.lines] == ["2"]
    assert order_of(asked(1, gone)).lines == gone.lines


@pytest.mark.parametrize(
    ("behaviour", "despatched", "code"),
    [
        (Behaviour.ACCEPT, False, "AP"),
        (Behaviour.ACCEPT, True, "RE"),
        (Behaviour.REFUSE_CHANGES, False, "RE"),
        (Behaviour.KEEP_ORDERS, False, "RE"),
    ],
)
def test_a_cancellation_is_taken_or_not(behaviour: Behaviour, despatched: bool, code: str) -> None:
    cancellation = cancellation_of(PLACED, f"{PLACED.number}-X1", "Behövs inte", NOON)
    ((_, answer),) = answers_to_cancellation(cancellation, behaviour, despatched, NOON)
    assert isinstance(answer, OrderResponse)
    assert (answer.code, answer.change, answer.lines) == (code, None, ())
    assert say(dialects()["peppol-advanced"], answer)


def test_a_seller_cancels_with_every_line_off() -> None:
    found = answers(PLACED, Behaviour.CANCEL, NOON)
    assert said(list(found)) == ["OrderResponse AP", "OrderResponse CA"]
    last = found[-1][1]
    assert isinstance(last, OrderResponse)
    assert {line.status for line in last.lines} == {"7"}


def test_an_offer_waits_for_its_answer_before_goods_leave() -> None:
    assert said(list(answers(PLACED, Behaviour.ACCEPT_WITH_CHANGES, NOON))) == ["OrderResponse CA"]
    plain = replace(PLACED, profile="urn:fdc:peppol.eu:poacc:bis:ordering:3")
    assert said(list(answers(plain, Behaviour.ACCEPT_WITH_CHANGES, NOON))) == ["OrderResponse CA", "DespatchAdvice"]


def test_who_takes_changes_never_leaves_an_order_open_unasked() -> None:
    found = {behaviour_of(f"supplier-{number}", advanced=True) for number in range(400)}
    assert found == {
        Behaviour.ACCEPT,
        Behaviour.ACKNOWLEDGE_FIRST,
        Behaviour.REFUSE_CHANGES,
        Behaviour.COUNTER_CHANGES,
        Behaviour.KEEP_ORDERS,
    }
