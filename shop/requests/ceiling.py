"""What a ceiling allows. Pure: kronor without VAT, rounded to öre as the order will have them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

ORE = Decimal("0.01")
HIGHEST = Decimal(100_000_000)
"""No single thing that anybody asks for here costs a hundred million."""


def cost(price: Decimal, quantity: Decimal) -> Decimal:
    """What so many cost."""
    return (price * quantity).quantize(ORE, ROUND_HALF_UP)


def left(ceiling: Decimal, spent: Decimal) -> Decimal:
    """What may still be bought; never below nothing."""
    return max(Decimal(0), ceiling - spent)


def fits(ceiling: Decimal, spent: Decimal, amount: Decimal) -> bool:
    """Whether the amount may be bought beside what is spent already."""
    return spent + amount <= ceiling


def net_of_gross(gross: Decimal, rate: Decimal) -> Decimal:
    """Without VAT, of an amount that a receipt says with VAT; `rate` in per cent."""
    return (gross * 100 / (100 + rate)).quantize(ORE, ROUND_HALF_UP)
