"""Did what the shop sold come back as it left? Article, price, unit, and the description to the byte. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from gateway.model import Order, OrderChange
from gateway.model.order import OrderLine
from gateway.sandbox.shopfront.ledger import Ledger, Sold

_DETAIL = re.compile(r"<ItemDetail[\s>].*?</ItemDetail\s*>", re.DOTALL)
_NUMBERED = re.compile(r"&#(?:(\d+)|x([0-9A-Fa-f]+));")


def complaints(asked: Order | OrderChange, raw: bytes, shop: str, ledger: Ledger) -> Iterator[str]:
    """What is wrong with each line of an article that the shop has sold. `raw` is the document as it came.

    How an å is spelt (as itself or by its number) is the encoding's business, and no difference.
    """
    found = _DETAIL.findall(raw.decode("utf-8", "replace"))
    if len(found) != len(asked.lines):
        found = [""] * len(asked.lines)
    for line, markup in zip(asked.lines, found, strict=True):
        part, auxiliary = line.item.seller_id or "", line.item.seller_id_extension or ""
        sold = ledger.of(shop, part, auxiliary)
        if sold:
            yield from _wrong(line, markup, sold)
        elif ledger.has_sold(shop, part):
            yield f"line {line.id}: {part} was sold, and never with the auxiliary id {auxiliary!r}"


def _wrong(line: OrderLine, markup: str, sold: list[Sold]) -> Iterator[str]:
    price = line.price
    assert price is not None
    base = price.base_quantity.value if price.base_quantity is not None else Decimal(1)
    asked = Fraction(price.amount.value) / Fraction(base)
    if all((asked, price.amount.currency) != (Fraction(one.price) / Fraction(one.basis), one.currency) for one in sold):
        was = f"{sold[-1].price} {sold[-1].currency} per {sold[-1].basis}"
        yield f"line {line.id}: {line.item.seller_id} is ordered at {price.amount.value} per {base}, sold at {was}"
    if line.quantity.unit not in {one.unit for one in sold}:
        yield f"line {line.id}: {line.item.seller_id} is ordered by {line.quantity.unit}, sold by {sold[-1].unit}"
    described = {_spelt(one.markup) for one in sold}
    if "" not in described and _spelt(markup) not in described:
        yield f"line {line.id}: the ItemDetail of {line.item.seller_id} is not the one that was sold"


def _spelt(markup: str) -> str:
    return _NUMBERED.sub(lambda found: chr(int(found[1]) if found[1] else int(found[2], 16)), markup)
