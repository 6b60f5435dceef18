"""What a table cannot say: on the wire, the packing tree of a despatch advice is repeated line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from gateway.model.despatch import DespatchAdvice, LogisticUnit

Asides = Sequence[tuple[Any, tuple[LogisticUnit, ...]]]


def split_packing(advice: DespatchAdvice, bad: Callable[[str, str], None]) -> dict[str, list[LogisticUnit]]:
    """Despatch line id → the units it is packed in, each bare of what only the tree knows."""
    by_line: dict[str, list[LogisticUnit]] = {}
    known = {line.id for line in advice.lines}
    for index, unit in enumerate(advice.packing):
        if unit.units:
            bad(f"packing[{index}].units", "a unit inside a unit cannot be said; one level of packing is carried")
        if unit.goods:
            bad(f"packing[{index}].goods", "how much of a line is packed in a unit cannot be said, only that it is")
        for line in unit.lines:
            if line not in known:
                bad(f"packing[{index}].lines", f"names the despatch line {line!r}, which is not in the document")
            by_line.setdefault(line, []).append(msgspec.structs.replace(unit, lines=(), units=()))
    asides = [(line, tuple(by_line.get(line.id, ()))) for line in advice.lines]
    if not any(unit.units or unit.goods for unit in advice.packing) and merge_packing(asides) != advice.packing:
        bad(
            "packing",
            "names its units or their lines in an order, or twice, as the lines of the document cannot repeat it",
        )
    return by_line


def merge_packing(asides: Asides) -> tuple[LogisticUnit, ...]:
    """The units in the order in which lines first name them; equal ones on several lines are one unit."""
    lines: dict[LogisticUnit, list[str]] = {}
    for line, units in asides:
        for unit in units:
            lines.setdefault(unit, []).append(line.id)
    return tuple(msgspec.structs.replace(unit, lines=tuple(ids)) for unit, ids in lines.items())


SPLITTERS: dict[str, Callable[[Any, Callable[[str, str], None]], dict[str, list[LogisticUnit]]]] = {
    "packing": split_packing
}
MERGERS: dict[str, Callable[[Asides], tuple[LogisticUnit, ...]]] = {"packing": merge_packing}
