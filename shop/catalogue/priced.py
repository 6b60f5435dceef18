"""What a catalogue line costs in the unit that is ordered, from how many on, and how much one such unit holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Final

from gateway.model.catalogue import CatalogueLine, PriceTier
from shop.measures import plain, price_decimals

Told = Callable[[str, str, str], None]
"""Told of a rule, a term and a sentence."""
FINEST: Final = Decimal("0.0001")
MOST_PRICE: Final = Decimal(1_000_000_000)
MOST_QUANTITY: Final = Decimal(99_999)
MEASURES: Final = frozenset({"KGM", "GRM", "LTR", "MLT", "CLT", "MTR", "CMT", "MTK", "MTQ", "C62", "PR", "HUR"})
"""Units that prices are compared by; an article that is ordered in one of these holds one."""
_ONE: Final = Decimal(1)
Tier = tuple[Decimal, Decimal]
"""From how many units on, and the price of one."""


def priced(line: CatalogueLine, unit: str, currency: str, bad: Told) -> list[Tier]:
    """The prices of one unit, rising by quantity; the first is from the least on. Empty: `bad` was told why."""
    found: dict[Decimal, Decimal] = {}
    asked = [tier for tier in line.prices if tier.amount is not None]
    if not asked:
        bad("price-missing", "prices.amount.value", "there is no price; write what one unit costs without VAT")
    for tier in asked:
        price = _price(tier, line, unit, currency, bad)
        if price is None:
            return []
        least = tier.minimum.value if tier.minimum is not None else Decimal(0)
        if found.setdefault(least, price) != price:
            bad("price-twice", "prices.amount.value", f"says two prices from {least:f} {unit} on; leave one")
            return []
    return _rising(sorted(found.items()), bad)


def _rising(tiers: list[Tier], bad: Told) -> list[Tier]:
    for (_, dear), (least, price) in pairwise(tiers):
        if price > dear:
            bad("tier-dearer", "prices.minimum.value", f"from {least:f} on one costs more ({price:f}) than before")
            return []
    return tiers


def _price(tier: PriceTier, line: CatalogueLine, unit: str, currency: str, bad: Told) -> Decimal | None:
    amount = tier.amount
    assert amount is not None
    if amount.currency != currency:
        message = f"is in {amount.currency or 'no currency'}, and the contract's prices are in {currency}"
        return bad("price-currency", "prices.amount.currency", message)
    if not 0 < amount.value < MOST_PRICE:
        return bad("price-range", "prices.amount.value", f"{amount.value:f} is not a price; it is above 0")
    factor = _factor(tier, line, unit, bad)
    if factor is None:
        return None
    price = (amount.value * factor).quantize(FINEST, ROUND_HALF_UP)
    if not 0 < price < MOST_PRICE:
        return bad("price-range", "prices.amount.value", f"comes to {price:f} for one {unit}")
    return price


def _factor(tier: PriceTier, line: CatalogueLine, unit: str, bad: Told) -> Decimal | None:
    """By what the amount becomes the price of one unit."""
    base = tier.base_quantity
    if tier.unit_factor is not None and tier.unit_factor <= 0:
        return bad("price-unit", "prices.unit_factor", f"{tier.unit_factor:f} is not above 0")
    many = base.value if base is not None and base.value is not None else _ONE
    if many <= 0:
        return bad("price-unit", "prices.base_quantity.value", f"the price is for {many:f}, which is not above 0")
    factor = tier.unit_factor or _ONE
    if base is None or base.unit in {None, "", unit} or tier.unit_factor is not None:
        return factor if many == 1 else factor / many
    holds, measure = content(line, unit)
    if holds is not None and _piece(measure) == _piece(base.unit):
        return holds / many
    message = f"the price is for {base.unit}, the article is ordered in {unit}, and nothing says how many these are"
    return bad("price-unit", "prices.base_quantity.unit", message)


def content(line: CatalogueLine, unit: str) -> tuple[Decimal | None, str | None]:
    """How much one unit holds, and of what: the consumable units in it times what each holds."""
    packs, each = line.item.pack_size, line.content
    if each is not None and each.value and each.value > 0:
        holds = each.value if packs is None or packs <= 0 else each.value * packs
        return holds.quantize(FINEST, ROUND_HALF_UP), each.unit or "C62"
    if packs is not None and packs > 0:
        return packs, "C62"
    return (_ONE, unit) if unit in MEASURES else (None, None)


def steps(line: CatalogueLine, unit: str, bad: Told) -> tuple[Decimal | None, Decimal | None]:
    """The fewest that may be ordered and the step, None where nothing bounds it."""
    least = line.minimum.value if line.minimum is not None else None
    if line.minimum is not None and least is not None and line.minimum.unit not in {None, "", unit}:
        holds, measure = content(line, unit)
        if holds and _piece(measure) == _piece(line.minimum.unit):
            least = (least / holds).to_integral_value(ROUND_CEILING)
        else:
            bad("minimum-unit", "minimum.unit", f"is in {line.minimum.unit}, and the article is ordered in {unit}")
    for rule, value in (("minimum", least), ("multiple", line.multiple)):
        if value is not None and not 0 <= value <= MOST_QUANTITY:
            bad(f"{rule}-range", rule, f"{value:f} is not between 0 and {MOST_QUANTITY}")
    return _kept(least), _kept(line.multiple)


def _piece(unit: str | None) -> str | None:
    """Recommendation 20 has three codes for one piece."""
    return "C62" if unit in {"EA", "H87", "PCE"} else unit


def _kept(value: Decimal | None) -> Decimal | None:
    return value if value is not None and value > 0 and value != 1 else None


def later(tiers: Sequence[Tier]) -> list[dict[str, str]]:
    """The tiers after the first, as an article keeps them."""
    return [{"from": f"{plain(least):f}", "price": f"{price_decimals(price):f}"} for least, price in tiers[1:]]
