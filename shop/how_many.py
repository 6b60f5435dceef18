"""How many somebody wants, as people write it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from shop.basket import MOST
from web.languages import N_

SAY_HOW_MANY: Final = N_("Write how many you want: a number above 0 and at most 99,999, with up to three decimals.")
_STEP: Final = Decimal("0.001")


def number(text: str) -> Decimal | None:
    """A number of at most `MOST`, with comma or point, not below 0; None where it is none, or has more decimals."""
    try:
        value = Decimal(text.strip().replace(",", ".").replace("\xa0", "").replace(" ", ""))
    except InvalidOperation:
        return None
    if not value.is_finite() or value < 0 or value > MOST or value != value.quantize(_STEP):
        return None
    return value.quantize(_STEP)


def how_many(text: str) -> Decimal | None:
    """The same, but at least a little."""
    return number(text) or None
