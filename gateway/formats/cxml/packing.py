"""Logistic units ↔ the Packaging of each item: a unit stands with every line that is in it, and names what it is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from gateway.model.cxml_answers import CxmlPackage
from gateway.model.despatch import LogisticUnit
from gateway.model.party import Identifier

_SSCC = "SSCC"
_CODE = "parcel"


def renumbered(unit: LogisticUnit, numbers: Mapping[str, str]) -> LogisticUnit:
    """The unit and all in it with the lines under their new numbers."""
    lines = tuple(numbers.get(line, line) for line in unit.lines)
    goods = tuple(replace(one, line=numbers.get(one.line, one.line)) for one in unit.goods)
    inner = tuple(renumbered(one, numbers) for one in unit.units)
    return replace(unit, lines=lines, goods=goods, units=inner)


def to_wire(units: Sequence[LogisticUnit], line: str, inside: str | None = None) -> Iterator[CxmlPackage]:
    """The packages of one line, those on a pallet after it."""
    for unit in units:
        sscc = unit.id.value if unit.id is not None else None
        if line in unit.lines:
            level = "inner" if inside else "outer"
            yield CxmlPackage(code=_CODE, level=level, kind=unit.type_code, sscc=sscc, inside=inside)
        yield from to_wire(unit.units, line, sscc)


def from_wire(packed: Sequence[tuple[str, Sequence[CxmlPackage]]]) -> tuple[LogisticUnit, ...]:
    """Units in the order in which lines first name them; one without an SSCC is one of its own."""
    lines: dict[str, list[str]] = {}
    kinds: dict[str, str | None] = {}
    above: dict[str, str | None] = {}
    alone: list[LogisticUnit] = []
    for line, packages in packed:
        for one in packages:
            if one.sscc is None:
                if one.kind is not None:
                    alone.append(LogisticUnit(type_code=one.kind, lines=(line,)))
                continue
            if one.inside is not None and one.inside != one.sscc:
                lines.setdefault(one.inside, [])
            lines.setdefault(one.sscc, []).append(line)
            kinds[one.sscc] = kinds.get(one.sscc) or one.kind
            above[one.sscc] = one.inside or above.get(one.sscc)
    known = set(lines)
    roots = [sscc for sscc in lines if above.get(sscc) not in known or above.get(sscc) == sscc]
    made = tuple(_unit(sscc, lines, kinds, above, frozenset()) for sscc in roots)
    return (*made, *alone)


def _unit(
    sscc: str,
    lines: Mapping[str, Sequence[str]],
    kinds: Mapping[str, str | None],
    above: Mapping[str, str | None],
    seen: frozenset[str],
) -> LogisticUnit:
    """A unit with what stands on it. One that would stand on itself is cut off there."""
    inner = [one for one, parent in above.items() if parent == sscc and one not in seen and one != sscc]
    return LogisticUnit(
        id=Identifier(value=sscc, scheme=_SSCC),
        type_code=kinds.get(sscc),
        lines=tuple(dict.fromkeys(lines[sscc])),
        units=tuple(_unit(one, lines, kinds, above, seen | {sscc}) for one in inner),
    )
