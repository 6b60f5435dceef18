"""What the shop places can be written in every dialect, and as T01 it obeys the official rules."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import etree

from gateway.formats import load_dialects
from gateway.model import Order
from gateway.settings import load_settings, mapping_texts
from shop.document import Terms, Wanted
from tests.data import shared
from tests.rules.packages import loaded
from tests.shop.test_document import article, order_of

DIALECTS = load_dialects(mapping_texts(load_settings({})))
BARE = Terms(customer_reference="4120")
FULL = Terms(customer_reference="4120 Kim", accounting_cost="4120-407-6460", note="Lämna vid grinden")


def orders() -> list[Order]:
    several = [
        Wanted(article=article("0.0125", "25"), quantity=Decimal(1000)),
        Wanted(article=article("64.90", "6", unit="KGM", content=None, content_unit=None), quantity=Decimal("2.5")),
        Wanted(article=article("12.345", "12", gtin=None), quantity=Decimal(3)),
        Wanted(article=article("10", "0", unit="XCT"), quantity=Decimal(10)),
    ]
    return [order_of(several[0], terms=BARE), order_of(*several, terms=FULL), order_of(*several)]


@pytest.mark.parametrize("place", range(3))
def test_t01_obeys_schema_and_schematron(place: int) -> None:
    raw = DIALECTS["peppol"].write(orders()[place])
    schema = etree.XMLSchema(etree.parse(shared("ubl-2.1/maindoc/UBL-Order-2.1.xsd")))
    assert schema.validate(etree.fromstring(raw)), schema.error_log
    rules = loaded(shared("peppol-2026.5/schematron") / "PEPPOLBIS-T01.sch")
    assert [str(finding) for finding in rules.judge(raw) if finding.fatal] == []


@pytest.mark.parametrize("dialect", sorted(name for name, one in DIALECTS.items() if "Order" in one.documents))
def test_every_dialect_can_say_it(dialect: str) -> None:
    for order in orders():
        raw = DIALECTS[dialect].write(order)
        read = DIALECTS[dialect].read(raw, "here", "Order").document
        assert isinstance(read, Order)
        assert read.number == order.number
        assert [line.quantity for line in read.lines] == [line.quantity for line in order.lines]
        assert read.delivery.recipient.ids == order.delivery.recipient.ids
