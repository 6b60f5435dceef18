"""The cart as it leaves: its lines, and what the faults of the shop's system make of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from msgspec.structs import replace

from gateway.sandbox.shopfront.quirks import Quirk
from gateway.sandbox.shopfront.shop import Position, Shop, position
from gateway.sandbox.shopfront.visits import Visit

MANY = 5000
_TOO_MUCH = Decimal("10.00")
_LONG = 4000
_WORDS = "Levereras på pall, märkt med beställarens referens; tål inte frost. "
_BAD_UNITS = ("EACH", "100/BX")


def shown(shop: Shop, visit: Visit) -> list[Position]:
    """What the person sees in the cart."""
    found = ((shop.article(part), auxiliary, quantity) for (part, auxiliary), quantity in visit.cart.items())
    return [position(goods, auxiliary, quantity) for goods, auxiliary, quantity in found if goods is not None]


def leaving(shop: Shop, visit: Visit) -> list[Position]:
    """What goes on the wire."""
    lines = shown(shop, visit)
    quirks = visit.quirks
    if Quirk.EMPTY_CART in quirks:
        return []
    if Quirk.MANY_LINES in quirks:
        lines = _many(lines or [position(shop.goods[0], "", Decimal(1))])
    if Quirk.LONG_DESCRIPTION in quirks and lines:
        lines[0] = replace(lines[0], text=(_WORDS * (_LONG // len(_WORDS) + 1))[:_LONG])
    if Quirk.DOTTED_UNSPSC in quirks:
        lines = [replace(line, unspsc=_dotted(line.unspsc)) for line in lines]
    if Quirk.UNMAPPED_UNITS in quirks:
        lines = [replace(line, unit=_BAD_UNITS[place % 2]) for place, line in enumerate(lines)]
    if Quirk.MIXED_CURRENCIES in quirks and lines:
        lines[-1] = replace(lines[-1], currency="EUR")
    return lines


def total(lines: Iterable[Position], quirks: frozenset[Quirk]) -> Decimal:
    """The shop's own sum, whatever the currencies; not always right."""
    found = sum((line.sum for line in lines), Decimal("0.00"))
    return found + _TOO_MUCH if Quirk.WRONG_TOTAL in quirks else found


def _many(lines: list[Position]) -> list[Position]:
    """So many lines that a page would not show them all, each of an article of its own."""
    return [
        replace(lines[place % len(lines)], part=f"PM-{place + 1:05}", name=f"Massartikel {place + 1}")
        for place in range(MANY)
    ]


def _dotted(code: str) -> str:
    return ".".join(code[start : start + 2] for start in range(0, len(code), 2))
