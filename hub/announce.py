"""What a despatch advice promises the dock: its packing tree as a flat list of parcels. Pure.

Source: PEPPOL-T16, where a transport handling unit carries the SSCC and names the lines packed in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from gateway.identifiers import Sscc
from gateway.model import DespatchAdvice
from gateway.model.despatch import DespatchLine, LogisticUnit
from hub.parcel import Content


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel of one order. `sscc` is as announced, also with a wrong check digit: it stands so on the label."""

    key: str
    position: int
    contents: tuple[Content, ...]
    sscc: str | None = None
    within: str | None = None
    pallet: bool = False


class _Packed(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    sscc: str | None
    within: str | None
    lines: tuple[str, ...]


def announced(advice: DespatchAdvice, order_number: str, supplier_id: str) -> tuple[Announced, ...]:
    """The parcels of `advice` that hold goods of this order, pallets before what stands on them.

    Lines that no logistic unit names share one parcel that is known by the advice's number. Nothing sent gives nothing.
    """
    fallback = advice_key(supplier_id, advice.number)
    lines = {line.id: line for line in advice.lines if line.order in (None, order_number) and line.delivered.value > 0}
    packed = _first_of_each(_flatten(advice.packing, None, fallback))
    if packed and not any(unit.lines for unit in packed):
        packed = _everything_everywhere(packed, advice)
    mine = _concerning(packed, lines)
    named = {name for unit in packed for name in unit.lines}
    loose = tuple(name for name in lines if name not in named)
    if loose:
        mine.append(_Packed(key=fallback, sscc=None, within=None, lines=loose))
    shared = Counter(name for unit in mine for name in set(unit.lines))
    under = {unit.within for unit in mine}
    made = (_as_announced(unit, place, lines, shared) for place, unit in enumerate(mine, start=1))
    return tuple(msgspec.structs.replace(one, pallet=one.key in under) for one in made)


def advice_key(supplier_id: str, number: str) -> str:
    """The key of goods without an SSCC: two suppliers may both have an advice 1001."""
    return f"advice:{supplier_id}:{number}"


def order_key(number: str) -> str:
    """The key of goods that came without a despatch advice."""
    return f"order:{number}"


def _flatten(units: tuple[LogisticUnit, ...], within: str | None, fallback: str) -> Iterator[_Packed]:
    for place, unit in enumerate(units, start=1):
        sscc = _sscc(unit)
        name = unit.id.value if unit.id else f"{(within or '').removeprefix(fallback)}/{place}"
        key = sscc or f"{fallback}:{name}"
        yield _Packed(key=key, sscc=sscc, within=within, lines=unit.packed)
        yield from _flatten(unit.units, key, fallback)


def _sscc(unit: LogisticUnit) -> str | None:
    """18 digits count as an SSCC whatever their check digit; other names are the supplier's own."""
    if unit.id is None:
        return None
    digits = Sscc.plain(unit.id.value)
    return digits if len(digits) == 18 and digits.isascii() and digits.isdigit() else None


def _first_of_each(units: Iterator[_Packed]) -> list[_Packed]:
    """A unit that is named twice in the tree is one parcel with the lines of both."""
    merged: dict[str, _Packed] = {}
    for unit in units:
        known = merged.get(unit.key)
        lines = dict.fromkeys((*known.lines, *unit.lines)) if known else unit.lines
        merged[unit.key] = msgspec.structs.replace(known or unit, lines=tuple(lines))
    return list(merged.values())


def _everything_everywhere(packed: list[_Packed], advice: DespatchAdvice) -> list[_Packed]:
    """Where the supplier never says what is packed in what, every parcel may hold any line."""
    pallets = {unit.within for unit in packed}
    lines = tuple(line.id for line in advice.lines)
    return [unit if unit.key in pallets else msgspec.structs.replace(unit, lines=lines) for unit in packed]


def _concerning(packed: list[_Packed], lines: dict[str, DespatchLine]) -> list[_Packed]:
    """The units that hold a line of this order, and the pallets that those stand on."""
    by_key = {unit.key: unit for unit in packed}
    kept: set[str] = set()
    for unit in packed:
        above: _Packed | None = unit if any(name in lines for name in unit.lines) else None
        while above and above.key not in kept:
            kept.add(above.key)
            above = by_key.get(above.within or "")
    return [unit for unit in packed if unit.key in kept]


def _as_announced(unit: _Packed, place: int, lines: dict[str, DespatchLine], shared: Counter[str]) -> Announced:
    contents = tuple(_content(lines[name], shared[name]) for name in unit.lines if name in lines)
    return Announced(key=unit.key, position=place, contents=contents, sscc=unit.sscc, within=unit.within)


def _content(line: DespatchLine, parcels: int) -> Content:
    return Content(
        line=line.order_line,
        name=line.item.name or line.item.description or line.item.seller_id or line.order_line,
        quantity=line.delivered.value,
        unit=line.delivered.unit,
        article=line.item.seller_id,
        gtin=line.item.standard_id.value if line.item.standard_id else None,
        parcels=parcels,
    )
