"""Code 128, set B, as the widths of bars for a drawing of ours. Pure. Source: ISO/IEC 15417, table 1 and annex A."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

# Bar, space, bar, space, bar, space in modules, by value; the last one is the stop sign with its closing bar.
_TABLE: Final = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221"
    "223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321"
    "112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131"
    "311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114"
    "122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141"
    "214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232"
)
PATTERNS: Final = (*(_TABLE[at : at + 6] for at in range(0, len(_TABLE), 6)), "2331112")
START_B, STOP = 104, 106
QUIET: Final = 10
"""Modules of white before and after."""


def values_of(text: str) -> tuple[int, ...]:
    """Start, signs, check value and stop; raises ValueError for what set B cannot say."""
    if not text or not all(" " <= sign <= "~" for sign in text):
        raise ValueError(f"Code 128 set B says ASCII from space to tilde, not {text!r}")
    signs = [ord(sign) - 32 for sign in text]
    check = (START_B + sum(place * value for place, value in enumerate(signs, 1))) % 103
    return (START_B, *signs, check, STOP)


def bars(text: str) -> Iterator[tuple[int, int]]:
    """Where each black bar begins and how wide it is, in modules, the quiet zone counted."""
    at = QUIET
    for value in values_of(text):
        for place, width in enumerate(map(int, PATTERNS[value])):
            if place % 2 == 0:
                yield at, width
            at += width


def width_of(text: str) -> int:
    """The whole drawing in modules, both quiet zones counted."""
    return 2 * QUIET + sum(sum(map(int, PATTERNS[value])) for value in values_of(text))
