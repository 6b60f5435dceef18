"""Orders for tests: a made-up municipality, a made-up supplier."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from gateway.model import Order
from gateway.model.item import Item, Price
from gateway.model.order import OrderDelivery, OrderLine, Totals
from gateway.model.party import Address, Amount, Identifier, Location, Party, Quantity

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
STREET = Address(street="Lagergatan 4", city="Exempelstad", postal_code="123 45", country="SE")


def kronor(value: str) -> Amount:
    return Amount(value=Decimal(value), currency="SEK")


def order_line(number: int, unit: str = "C62", article: str = "PA-100") -> OrderLine:
    return OrderLine(
        id=str(number),
        quantity=Quantity(value=Decimal(number), unit=unit),
        amount=kronor(f"{number * 20}.00"),
        item=Item(name="Kopieringspapper A4", seller_id=article),
        price=Price(amount=kronor("20.00")),
    )


def sample_order(number: str = "26-000001", lines: int = 2, unit: str = "C62") -> Order:
    made = tuple(order_line(place, unit) for place in range(1, lines + 1))
    total = kronor(f"{sum(place * 20 for place in range(1, lines + 1))}.00")
    return Order(
        number=number,
        issued=date(2026, 3, 2),
        currency="SEK",
        kind="402",
        profile="urn:fdc:peppol.eu:poacc:bis:ordering:3",
        customer_reference="Inköp 1234",
        buyer=Party(
            endpoint=Identifier(value="2120009994", scheme="0007"),
            name="Exempelstads kommun",
            legal_name="Exempelstads kommun",
        ),
        seller=Party(
            endpoint=Identifier(value="5599990008", scheme="0007"),
            name="Papperslagret i Exempelstad AB",
            address=STREET,
            legal_name="Papperslagret i Exempelstad AB",
        ),
        delivery=OrderDelivery(
            consignee=Location(
                id=Identifier(value="7350001000015", scheme="0088"), name="Exempelstads omlastningshubb", address=STREET
            ),
            recipient=Party(name="Förskolan Gläntan", ids=(Identifier(value="7350001000022", scheme="0088"),)),
        ),
        lines=made,
        totals=Totals(lines=total, payable=total),
    )
