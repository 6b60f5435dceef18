"""The total that a cXML basket or order says of itself, and what its lines come to."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec
from lxml import etree

from gateway.formats.values import read_decimal

_HEADERS: Final = {"OrderRequest": "OrderRequestHeader", "PunchOutOrderMessage": "PunchOutOrderMessageHeader"}
_LINES: Final = ("ItemOut", "ItemIn")
_SLACK: Final = Decimal("0.02")  # a line, for what was rounded


class Sum(msgspec.Struct, frozen=True):
    """`total` as it stands in `element`, and the sum of the `count` lines."""

    total: Decimal
    lines: Decimal
    count: int
    element: etree._Element

    @property
    def agrees(self) -> bool:
        return abs(self.total - self.lines) <= _SLACK * self.count


def total_of(body: etree._Element) -> Sum | None:
    """None where it says no total, takes something off it, has lines in several levels, or a number that is none."""
    header = body.find(_HEADERS.get(str(body.tag), "-"))
    money = header.find("Total/Money") if header is not None else None
    lines = list(body.iterchildren(*_LINES))
    if header is None or money is None or not lines or header.find("Total/Modifications") is not None:
        return None
    if any(line.get("parentLineNumber") or line.get("itemType") for line in lines):
        return None
    try:
        amount = sum((_amount(line) for line in lines), Decimal(0))
        return Sum(read_decimal(money.text or ""), amount, len(lines), money)
    except (ValueError, ArithmeticError):
        return None


def _amount(line: etree._Element) -> Decimal:
    """The price is for one unit, or for a base quantity in units of its own. Raises ValueError."""
    if line.find("ItemDetail/UnitPrice/Modifications") is not None:
        raise ValueError("a price from which something is taken")
    price = read_decimal(line.findtext("ItemDetail/UnitPrice/Money", ""))
    count = read_decimal(line.get("quantity", ""))
    basis = line.find("ItemDetail/PriceBasisQuantity")
    if basis is not None:
        count *= read_decimal(basis.get("conversionFactor", "1")) / read_decimal(basis.get("quantity", "1"))
    return count * price
