"""GS1-128 for element strings that are digits only. Pure.

Sources: GS1 General Specifications 5.4 (GS1-128), 5.4.3.1 (start with FNC1), 7.9 (check digit). Element strings here
have an even number of digits, so that code set C alone holds them: two digits to a symbol, and neither an SSCC nor a
GLN needs a separator behind it.
"""

from __future__ import annotations

from web.code128 import PATTERNS, QUIET, closed, drawn

__all__ = ["QUIET", "bars", "modules"]
_START_C, _FNC1 = 105, 102


def modules(digits: str) -> str:
    """`1` for a dark and `0` for a light module, without the quiet zones. Raises ValueError for other than pairs."""
    widths = (int(width) for value in _values(digits) for width in PATTERNS[value])
    return "".join("10"[place % 2] * width for place, width in enumerate(widths))


def bars(digits: str) -> list[tuple[int, int]]:
    """The dark bars as (first module, how many modules wide)."""
    return list(drawn(_values(digits)))


def _values(digits: str) -> tuple[int, ...]:
    if not (digits.isascii() and digits.isdigit()) or len(digits) % 2:
        raise ValueError(f"{digits!r} is not an even number of digits")
    return closed((_START_C, _FNC1, *(int(digits[place : place + 2]) for place in range(0, len(digits), 2))))
