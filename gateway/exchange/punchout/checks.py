"""What is looked at before a basket from a shop is anybody's: each remark says what, where and what to do. Pure.

A fatal remark about a line keeps it out of our basket; any other is told, and the person decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from gateway.findings import Finding, Place
from gateway.model.basket import BasketLine, PunchOutBasket
from gateway.model.item import Price
from gateway.transports.punchout import CxmlShop, OciShop, PeppolShop

Shop = CxmlShop | OciShop | PeppolShop
Key = tuple[str, str]
"""What a shop knows an article by: SupplierPartID and SupplierPartAuxiliaryID."""

MOST: Final = Decimal(99_999)
"""The same as our own basket's."""
_FINEST: Final = Decimal("0.001")
_DEAREST: Final = Decimal(10) ** 9
_LONGEST: Final = 1000
_UNIT: Final = re.compile(r"[A-Z0-9]{2,3}")
_ORE: Final = Decimal("0.01")
_UNSPSC: Final = frozenset({"TST", "UNSPSC"})


def examine(
    basket: PunchOutBasket, shop: Shop, contract: Mapping[str, Price], edited: Sequence[BasketLine] = ()
) -> tuple[Finding, ...]:
    """All remarks. `contract` has contract prices by the supplier's article numbers, `edited` the lines that the
    person went back to change."""
    remarks = [*_of_basket(basket, shop)]
    seen: Counter[Key] = Counter()
    before = {key_of(line) for line in edited}
    for place, line in enumerate(basket.lines):
        remarks += _of_line(place, line, shop, contract)
        remarks += _twice(place, line, seen)
        remarks += _renamed(place, line, before)
    return tuple(remarks)


def key_of(line: BasketLine) -> Key:
    """What the shop knows the article of a line by."""
    return line.item.seller_id or "", line.item.seller_id_extension or ""


def dropped(remarks: Iterable[Finding]) -> frozenset[int]:
    """The places, from 0, of the lines that are kept out."""
    places = (line_of(remark) for remark in remarks if remark.fatal)
    return frozenset(place for place in places if place is not None)


def line_of(remark: Finding) -> int | None:
    """The place, from 0, of the line that a remark is about; None where it is about the whole."""
    found = re.match(r"lines\[(\d+)\]", remark.place.path)
    return int(found[1]) if found else None


def unit_price(line: BasketLine) -> Decimal:
    """The price of one unit, exact as far as it has an end."""
    return line.price.value / (line.base_quantity.value if line.base_quantity is not None else Decimal(1))


def _of_basket(basket: PunchOutBasket, shop: Shop) -> Iterator[Finding]:
    lines = basket.lines
    for place in range(shop.most_lines, len(lines)):
        yield _no("punchout-many", f"the basket has {len(lines)} lines, and {shop.most_lines} are taken", place)
    total = basket.total
    if total is None or any(line.price.currency != total.currency or not _counts(line) for line in lines):
        return
    amounts = [(line.quantity.value * unit_price(line)).quantize(_ORE) for line in lines]
    extras = [one.value if one is not None else Decimal(0) for one in (basket.shipping, basket.tax)]
    found, (shipping, tax) = sum(amounts, Decimal(0)), extras
    slack = _ORE / 2 * (len(lines) + 1)
    sums = {found, found + shipping, found + tax, found + shipping + tax}
    if all(abs(total.value - one) > slack for one in sums):
        why = f"the shop says that the basket costs {_plain(total.value)} {total.currency}, and its lines make"
        yield _finding("punchout-total", f"{why} {_plain(found)}", None)


def _counts(line: BasketLine) -> bool:
    return line.base_quantity is None or line.base_quantity.value > 0


def _of_line(place: int, line: BasketLine, shop: Shop, contract: Mapping[str, Price]) -> Iterator[Finding]:
    found = [remark for check in _CHECKS for remark in check(place, line, shop)]
    yield from found
    if not any(remark.fatal for remark in found):
        yield from _dearer(place, line, shop, contract.get(line.item.seller_id or ""))


def _article(place: int, line: BasketLine, shop: Shop) -> Iterator[Finding]:
    number = line.item.seller_id or ""
    if not number.strip() or len(number) > _LONGEST:
        yield _no("punchout-article", "the line has no article number that can be ordered by", place)


def _quantity(place: int, line: BasketLine, shop: Shop) -> Iterator[Finding]:
    value = line.quantity.value
    if not value.is_finite() or value <= 0:
        yield _no("punchout-quantity", f"the quantity is {value}, and nothing can be ordered of that", place)
    elif value > MOST:
        yield _no("punchout-quantity", f"the quantity is {_plain(value)}, and at most {MOST} can be ordered", place)
    elif value != value.quantize(_FINEST):
        yield _no("punchout-quantity", f"the quantity is {value}, and three decimals can be ordered", place)


def _unit(place: int, line: BasketLine, shop: Shop) -> Iterator[Finding]:
    unit = line.quantity.unit
    if unit is None or not _UNIT.fullmatch(unit):
        yield _no("punchout-unit", f"the unit is {unit or 'missing'}, which is no UN/ECE code", place)


def _price(place: int, line: BasketLine, shop: Shop) -> Iterator[Finding]:
    value, base = line.price.value, line.base_quantity
    if line.price.currency != shop.currency:
        yield _no("punchout-currency", f"the price is in {line.price.currency}, and {shop.currency} is agreed", place)
    if not value.is_finite() or value < 0 or value >= _DEAREST:
        yield _no("punchout-price", f"the price is {value}, which is no price", place)
    if base is not None and not (base.value.is_finite() and base.value > 0):
        yield _no("punchout-price", f"the price is for {base.value} units, which is no price", place)
    elif base is not None and base.unit not in {None, line.quantity.unit}:
        why = f"the price is for {base.unit}, and {line.quantity.unit} is ordered"
        yield _no("punchout-price", why, place)
    elif value == 0:
        yield _finding("punchout-free", "the article costs nothing", place)


def _blocked(place: int, line: BasketLine, shop: Shop) -> Iterator[Finding]:
    """A code that does not say its list is taken for one of UNSPSC: most are, and what is blocked shall not slip by."""
    codes = [one.code or "" for one in line.item.classifications if (one.list or "TST").upper() in _UNSPSC]
    for code in codes:
        if any(code.startswith(begin) for begin in shop.blocked if begin):
            yield _no("punchout-blocked", f"goods of the kind {code} (UNSPSC) may not be bought in this shop", place)
            return


def _dearer(place: int, line: BasketLine, shop: Shop, agreed: Price | None) -> Iterator[Finding]:
    if agreed is None or agreed.amount.currency != line.price.currency:
        return
    base = agreed.base_quantity
    if base is not None and base.unit not in {None, line.quantity.unit}:
        return
    contract = agreed.amount.value / (base.value if base is not None else Decimal(1))
    asked = unit_price(line)
    if asked > contract * (1 + Decimal(str(shop.tolerance)) / 100):
        why = f"one costs {_plain(asked)} {line.price.currency}, and the contract says {_plain(contract)}"
        yield _finding("punchout-contract-price", why, place)


def _twice(place: int, line: BasketLine, seen: Counter[Key]) -> Iterator[Finding]:
    key = key_of(line)
    seen[key] += 1
    if seen[key] > 1:
        yield _finding("punchout-twice", f"article {key[0]} stands in the basket more than once", place)


def _renamed(place: int, line: BasketLine, before: set[Key]) -> Iterator[Finding]:
    """Shops that give a configured article a new id on every edit leave the old line lying beside the new one."""
    number, extension = key_of(line)
    if before and (number, extension) not in before and any(number == one for one, _ in before):
        yield _finding("punchout-renamed", f"article {number} came back under another id of the shop's own", place)


_CHECKS: tuple[Callable[[int, BasketLine, Shop], Iterator[Finding]], ...] = (
    _article,
    _quantity,
    _unit,
    _price,
    _blocked,
)


def _no(rule: str, message: str, place: int) -> Finding:
    """A remark that keeps a line out."""
    return Finding(rule=rule, message=message, place=Place(path=f"lines[{place}]"))


def _finding(rule: str, message: str, place: int | None) -> Finding:
    """A remark that a person decides about."""
    path = f"lines[{place}]" if place is not None else "total"
    return Finding(rule=rule, message=message, place=Place(path=path), fatal=False)


def _plain(value: Decimal) -> str:
    text = f"{value.quantize(Decimal('0.0001')):f}"
    return text.rstrip("0").rstrip(".")
