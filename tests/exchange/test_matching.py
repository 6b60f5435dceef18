"""Which order an answer is about: pure, over documents as suppliers send them."""

from __future__ import annotations

from uuid import uuid4

import msgspec
import pytest

from gateway.exchange.matching import detail_of, event_of, match, references
from gateway.model import Order
from gateway.model.despatch import LogisticUnit
from gateway.model.party import Identifier
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import Event, State
from tests.exchange.desk import advice, response
from tests.orders.samples import NOW, sample_order


def row(order: Order, supplier_id: str = "papperslagret") -> OrderRow:
    return OrderRow(
        id=uuid4(),
        number=order.number,
        version=1,
        supplier_id=supplier_id,
        unit_id="glantan",
        placed_by="anna",
        placed_at=NOW,
        state=State.SENT,
        order=order,
    )


ONE, TWO = sample_order("26-000001"), sample_order("26-000002")


def test_every_order_that_an_advice_names_counts_once() -> None:
    told = advice(ONE)
    lines = tuple(msgspec.structs.replace(line, order=f" {TWO.number} ") for line in told.lines)
    both = msgspec.structs.replace(told, lines=lines, orders=("26-000001", "26-000001", ""))
    assert references(both) == ("26-000001", "26-000002")
    found = match(both, "papperslagret", [row(TWO), row(ONE)], "avi.xml")
    assert [order.number for order in found.orders] == ["26-000001", "26-000002"]
    assert found.findings == ()


def test_what_fits_is_kept_apart_from_what_does_not() -> None:
    told = msgspec.structs.replace(advice(ONE), orders=("26-000001", "26-000002", "26-000003"))
    found = match(told, "papperslagret", [row(ONE), row(TWO, "bagaren")], "avi.xml")
    assert [order.number for order in found.orders] == ["26-000001"]
    assert [str(finding) for finding in found.findings] == [
        "avi.xml: order '26-000002' went to bagaren, not to papperslagret who answers it [order-unknown]",
        "avi.xml: we have no order '26-000003': ask the supplier which order is meant [order-unknown]",
    ]


def test_a_document_without_an_order_number_says_so() -> None:
    told = msgspec.structs.replace(advice(ONE), orders=())
    assert [finding.rule for finding in match(told, "papperslagret", [], "avi.xml").findings] == ["order-missing"]


@pytest.mark.parametrize(
    ("code", "status", "event"),
    [
        ("AB", "5", Event.ACKNOWLEDGED),
        ("AP", "5", Event.CONFIRMED),
        ("CA", "3", Event.CHANGED),
        ("CA", "7", Event.CANCELLED_BY_SELLER),
        ("RE", "7", Event.REJECTED),
        ("ZZ", "5", None),
    ],
)
def test_codes(code: str, status: str, event: Event | None) -> None:
    assert event_of(response(ONE, code, status)) is event


def test_one_line_that_is_accepted_keeps_a_changed_order_alive() -> None:
    told = response(ONE, "CA", "7")
    kept = (msgspec.structs.replace(told.lines[0], status="5"), *told.lines[1:])
    assert event_of(msgspec.structs.replace(told, lines=kept)) is Event.CHANGED


def test_the_timeline_is_told_all_parcels_also_those_on_a_pallet() -> None:
    parcel = LogisticUnit(id=Identifier(value="inner"), lines=("1",))
    pallet = LogisticUnit(id=Identifier(value="outer"), units=(parcel,))
    told = detail_of(msgspec.structs.replace(advice(ONE), packing=(pallet, parcel)))
    assert told["sscc"] == ["outer", "inner"]
    assert [line["line"] for line in told["lines"]] == ["1", "2"]
