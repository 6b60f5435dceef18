"""Prices and quantities as the shop shows them."""

from __future__ import annotations

from decimal import Decimal


def base_price(price: Decimal, content: Decimal | None) -> Decimal | None:
    """The price per base unit (jämförpris) in öre, below ten öre with four decimals; None where content is unknown."""
    if content is None or content <= 0:
        return None
    each = price / content
    return each.quantize(Decimal("0.01") if each >= Decimal("0.1") else Decimal("0.0001"))


def plain(value: Decimal) -> Decimal:
    """The same number without idle zeros and never in powers of ten: 10.000 is 10, 2.50 is 2.5."""
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()


def price_decimals(value: Decimal) -> Decimal:
    """A price with two decimals, or as many as it needs."""
    short = value.quantize(Decimal("0.01"))
    return short if short == value else value.normalize()
