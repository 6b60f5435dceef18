"""Code 128 as the widths of bars, for drawings of ours. Pure.

Source: ISO/IEC 15417, table 1 (from python-barcode) and annex A.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from barcode.charsets import code128


def _widths(modules: str) -> str:
    return "".join(str(len(list(run))) for _, run in groupby(modules))


PATTERNS: Final = (*map(_widths, code128.CODES), _widths(code128.STOP + "11"))
"""Bar, space, bar, space, bar, space in modules, by value; the last one is the stop sign with its closing bar."""
START_B, STOP = 104, 106
QUIET: Final = 10
"""Modules of white before and after."""


def closed(values: Sequence[int]) -> tuple[int, ...]:
    """A start sign and what follows it, with check value and stop."""
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return (*values, check, STOP)


def values_of(text: str) -> tuple[int, ...]:
    """Start, signs, check value and stop in set B; raises ValueError for what it cannot say."""
    if not text or not all(" " <= sign <= "~" for sign in text):
        raise ValueError(f"Code 128 set B says ASCII from space to tilde, not {text!r}")
    return closed((START_B, *(ord(sign) - 32 for sign in text)))


def drawn(values: Sequence[int], at: int = 0) -> Iterator[tuple[int, int]]:
    """Where each black bar begins and how wide it is, in modules; the first one at `at`."""
    for value in values:
        for place, width in enumerate(map(int, PATTERNS[value])):
            if place % 2 == 0:
                yield at, width
            at += width


def bars(text: str) -> Iterator[tuple[int, int]]:
    """The bars of a text in set B, the quiet zone counted."""
    return drawn(values_of(text), QUIET)


def width_of(text: str) -> int:
    """The whole drawing in modules, both quiet zones counted."""
    return 2 * QUIET + sum(sum(map(int, PATTERNS[value])) for value in values_of(text))
