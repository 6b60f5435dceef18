"""GS1-128 as the modules of its bars, for element strings that are digits only. Pure.

Sources: GS1 General Specifications 5.4 (GS1-128), 5.4.3.1 (start with FNC1), 7.9 (check digit); table of Code 128 from
python-barcode. Element strings here have an even number of digits, so that code set C alone holds them: two digits to a
symbol, and neither an SSCC nor a GLN needs a separator behind it.
"""

from __future__ import annotations

from typing import Final

from barcode.charsets import code128

QUIET: Final = 10
"""Modules that stay white on both sides."""
_START_C, _FNC1 = 105, 102


def modules(digits: str) -> str:
    """`1` for a dark and `0` for a light module, without the quiet zones. Raises ValueError for other than pairs."""
    if not (digits.isascii() and digits.isdigit()) or len(digits) % 2:
        raise ValueError(f"{digits!r} is not an even number of digits")
    values = [_START_C, _FNC1, *(int(digits[place : place + 2]) for place in range(0, len(digits), 2))]
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return "".join(code128.CODES[value] for value in (*values, check)) + code128.STOP + "11"


def bars(digits: str) -> list[tuple[int, int]]:
    """The dark bars as (first module, how many modules wide)."""
    found: list[tuple[int, int]] = []
    row = modules(digits)
    for place, module in enumerate(row):
        if module == "1" and found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif module == "1":
            found.append((place, 1))
    return found
