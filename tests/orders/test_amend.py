"""Changes and cancellations as documents: whole, told line by line, added up, and by the official rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.model import Order, OrderResponse
from gateway.model.item import AllowanceCharge, Price, TaxCategory
from gateway.model.order import Totals
from gateway.model.response import ResponseLine
from gateway.orders.amend import cancellation_of, change_of, offered, with_quantities
from gateway.rules.ours import check_alone
from tests.data import shared
from tests.exchange.desk import dialects
from tests.orders.samples import NOW, kronor, order_line, sample_order
from tests.rules.packages import loaded

FREIGHT = AllowanceCharge(
    charge=True, amount=kronor("16.00"), reason="Frakt", tax=TaxCategory(id="S", percent=Decimal(25))
)


def taxed(lines: int = 3) -> Order:
    """An order with freight, tax and every total: 20 per piece, 25 per cent."""
    made = sample_order(lines=lines)
    tax = TaxCategory(id="S", percent=Decimal(25))
    told = tuple(replace(line, item=replace(line.item, tax=tax)) for line in made.lines)
    net = sum((line.amount.value for line in told if line.amount), Decimal(0))
    base = net + 16
    totals = Totals(
        lines=kronor(str(net)),
        charges=kronor("16.00"),
        tax_exclusive=kronor(str(base)),
        tax_inclusive=kronor(str(base * Decimal("1.25"))),
        payable=kronor(str(base * Decimal("1.25"))),
    )
    tax_amount = kronor(str(base / 4))
    return replace(made, lines=told, allowances=(FREIGHT,), totals=totals, tax_amount=tax_amount)


def response(*lines: ResponseLine) -> OrderResponse:
    order = taxed()
    return OrderResponse(
        number="OS-1",
        issued=date(2026, 3, 2),
        code="CA",
        order=order.number,
        seller=order.seller,
        buyer=order.buyer,
        lines=lines,
    )


def said(line: str, quantity: str, status: str = "3", price: str | None = None) -> ResponseLine:
    source = order_line(int(line))
    return ResponseLine(
        id=f"{line}-{quantity}",
        order_line=line,
        status=status,
        item=source.item,
        quantity=replace(source.quantity, value=Decimal(quantity)),
        price=Price(amount=kronor(price)) if price else None,
    )


def test_every_line_says_what_becomes_of_it() -> None:
    order = taxed()
    wanted = with_quantities(order, {"1": Decimal(0), "2": Decimal(5)})
    wanted = replace(wanted, lines=(*wanted.lines, replace(order_line(4), id="9")))
    change = change_of(order, wanted, "26-000001-C1", 1, NOW)
    assert [(line.id, line.status) for line in change.lines] == [("2", "3"), ("3", "4"), ("9", "1"), ("1", "2")]


QUANTITIES = st.decimals(min_value=0, max_value=1000, places=2)


@given(st.dictionaries(st.sampled_from(["1", "2"]), QUANTITIES))
def test_other_quantities_add_up(quantities: dict[str, Decimal]) -> None:
    assert check_alone(with_quantities(taxed(), quantities)) == ()


@pytest.mark.parametrize(
    ("quantities", "why"),
    [
        ({"7": Decimal(1)}, "has no line 7"),
        ({"1": Decimal(-1)}, "from 0 up"),
        ({"1": Decimal("NaN")}, "from 0 up"),
        ({"1": Decimal(0), "2": Decimal(0), "3": Decimal(0)}, "cancel it instead"),
    ],
)
def test_quantities_that_cannot_be(quantities: dict[str, Decimal], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        with_quantities(taxed(), quantities)


def test_an_offer_is_the_order_as_they_would_have_it() -> None:
    order = taxed()
    offer = offered(
        order, response(said("1", "1", "7"), said("2", "0.5"), said("2", "1"), said("3", "3", price="21.00"))
    )
    assert [(line.id, line.quantity.value) for line in offer.lines] == [("2", Decimal("1.5")), ("3", Decimal(3))]
    assert [line.amount.value for line in offer.lines if line.amount] == [Decimal("30.00"), Decimal("63.00")]
    assert check_alone(offer) == ()


@given(st.dictionaries(st.sampled_from(["1", "2", "3"]), QUANTITIES.filter(bool)))
def test_an_offer_adds_up(quantities: dict[str, Decimal]) -> None:
    lines = [said(line, str(quantity)) for line, quantity in quantities.items()]
    assert check_alone(offered(taxed(), response(*lines))) == ()


@pytest.mark.parametrize("quantities", [{"1": "7"}, {"1": "0", "2": "2.5"}])
def test_a_change_obeys_the_official_rules(quantities: dict[str, str]) -> None:
    order = replace(taxed(), valid_until=date(2026, 4, 1))
    wanted = with_quantities(order, {line: Decimal(value) for line, value in quantities.items()})
    raw = dialects()["peppol-advanced"].write(change_of(order, wanted, "26-000001-C1", 1, NOW))
    rules = loaded(shared("peppol-2026.5/schematron") / "PEPPOLBIS-T114.sch")
    assert [str(finding) for finding in rules.judge(raw)] == []


def test_a_cancellation_obeys_the_official_rules() -> None:
    raw = dialects()["peppol-advanced"].write(cancellation_of(taxed(), "26-000001-X1", "Behövs inte", NOW))
    rules = loaded(shared("peppol-2026.5/schematron") / "PEPPOLBIS-T115.sch")
    assert [str(finding) for finding in rules.judge(raw)] == []
