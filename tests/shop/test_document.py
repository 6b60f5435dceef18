"""The canonical order adds up for every basket, as the official rules demand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identifiers import Gln, OrgNumber, ParticipantId
from gateway.model import Order
from gateway.settings import EXAMPLE
from gateway.suppliers.supplier import Supplier
from shop.articles import Article
from shop.document import Terms, Wanted, build_order, sums
from shop.places import invent
from web.figures import LOCAL

NOW = datetime(2026, 11, 20, 9, 12, 33, 5, tzinfo=LOCAL)
UNIT = next(invent(1))
SUPPLIER = Supplier(
    id="provbolaget",
    name="Provbolaget i Exempelstad AB",
    org_number=OrgNumber("5500000004"),
    transport="access_point",
    participant=ParticipantId("0007:5500000004"),
    gln=Gln("7350001000022"),
)
ORE = Decimal("0.01")


def article(price: str = "64.90", vat: str = "25", **more: object) -> Article:
    facts = {
        "id": 1,
        "supplier_id": SUPPLIER.id,
        "seller_id": "77-1203",
        "gtin": "7350001000022",
        "name": "Undersökningshandske nitril, puderfri, M",
        "description": "",
        "unit": "XBX",
        "content": Decimal(100),
        "content_unit": "C62",
        "price": Decimal(price),
        "currency": "SEK",
        "vat": Decimal(vat),
        "contract": "2024-118",
        "category": "hygiene",
        "lead_days": 2,
        "active": True,
    }
    return Article(**{**facts, **more})


def order_of(*wanted: Wanted, terms: Terms | None = None) -> Order:
    terms = terms or Terms(
        customer_reference="4120 Kim Exempel", accounting_cost="4120-407-6460", wanted=date(2026, 11, 24)
    )
    return build_order("26-000001", NOW, EXAMPLE, SUPPLIER, UNIT, "Kim Exempel", wanted, terms)


lines = st.lists(
    st.builds(
        Wanted,
        article=st.builds(
            lambda price, vat: article(str(price), vat),
            st.decimals(min_value=0, max_value=100_000, places=4),
            st.sampled_from(["25", "12", "6", "0", "25.00"]),
        ),
        quantity=st.decimals(min_value="0.001", max_value=99_999, places=3),
    ),
    min_size=1,
    max_size=12,
)


@given(lines)
def test_sums_are_exact(wanted: list[Wanted]) -> None:
    order = order_of(*wanted)
    totals = order.totals
    assert totals is not None
    assert order.tax_amount is not None
    assert totals.lines.value == sum(line.amount.value for line in order.lines), "PEPPOL-T01-R008"
    assert totals.tax_exclusive.value == totals.lines.value, "PEPPOL-T01-R011"
    assert totals.tax_inclusive.value == totals.tax_exclusive.value + order.tax_amount.value, "PEPPOL-T01-R017"
    assert totals.payable == totals.tax_inclusive, "PEPPOL-T01-R016"
    for line, asked in zip(order.lines, wanted, strict=True):
        exact = asked.quantity * asked.article.price
        assert abs(line.amount.value - exact) <= Decimal("0.005"), "PEPPOL-T01-R024"
        assert line.item.tax.id == ("S" if line.item.tax.percent > 0 else "Z"), "PEPPOL-T01-R030"
    amounts = [totals.lines, totals.payable, order.tax_amount, *(line.amount for line in order.lines)]
    assert all(amount.value == amount.value.quantize(ORE) for amount in amounts), "PEPPOL-T01-R028"


@given(lines)
def test_numbers_are_written_without_powers_of_ten(wanted: list[Wanted]) -> None:
    order = order_of(*wanted)
    for line in order.lines:
        for number in (line.item.tax.percent, line.price.amount.value, line.amount.value):
            assert "E" not in str(number)


def test_vat_is_rounded_once_for_each_rate() -> None:
    wanted = [Wanted(article=article("0.10"), quantity=Decimal(1)) for _ in range(3)]
    assert sums(wanted).tax == Decimal("0.08"), "25 % of 0,30 is 0,075; three times 0,03 would be 0,09"
    mixed = [*wanted, Wanted(article=article("10.00", "6"), quantity=Decimal(3))]
    assert sums(mixed).tax == Decimal("0.08") + Decimal("1.80")


def test_the_order_names_hub_unit_and_everybody() -> None:
    order = order_of(Wanted(article=article(), quantity=Decimal(2)))
    assert order.kind == "402"
    assert order.profile == "urn:fdc:peppol.eu:poacc:bis:ordering:3"
    assert order.issued == date(2026, 11, 20)
    assert order.issued_time.isoformat() == "09:12:33"
    assert order.delivery.consignee.id.value == EXAMPLE.hub.gln
    assert order.delivery.consignee.address.country == "SE"
    assert order.delivery.recipient.name == "Förskolan Björken"
    assert order.delivery.recipient.ids[0].scheme == "0088"
    assert order.delivery.requested.end_date == date(2026, 11, 24)
    assert order.originator.contact.name == "Kim Exempel"
    assert order.seller.endpoint.value == "5500000004"
    assert order.seller.address.country == "SE"
    assert order.invoicee.taxes[0].company_id.value == "SE212000999401"
    assert order.contract == "2024-118"
    assert order.lines[0].amount.value == Decimal("129.80")


def test_different_contracts_leave_the_orders_contract_open() -> None:
    first, second = article(), article(contract="2025-001")
    order = order_of(Wanted(article=first, quantity=Decimal(1)), Wanted(article=second, quantity=Decimal(1)))
    assert order.contract is None


def test_one_currency_only() -> None:
    euro = Wanted(article=article(currency="EUR"), quantity=Decimal(1))
    with pytest.raises(ValueError, match="EUR, SEK"):
        order_of(Wanted(article=article(), quantity=Decimal(1)), euro)
    with pytest.raises(ValueError, match="none"):
        order_of()
