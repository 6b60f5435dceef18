"""Amounts as Swedish letters write them. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

# UN/ECE Recommendation 20, and 21 with X. Short words without a plural, so that "1 %s" and "5 %s" are both right.
UNITS: Final = {
    **dict.fromkeys(("C62", "EA", "H87"), "st"),
    **{"PR": "par", "SET": "set", "KGM": "kg", "GRM": "g", "LTR": "l", "MLT": "ml", "MTR": "m", "MTK": "m²"},
    **{"HUR": "tim", "XPK": "fp", "XCT": "krt", "XCS": "låda", "XBX": "ask", "XBG": "säck", "XRO": "rulle"},
    **{"XBO": "flaska", "XCA": "dunk", "XPA": "paket", "XPX": "pall", "XJR": "burk", "XTU": "tub", "XPU": "tråg"},
}


def amount(value: Decimal, unit: str | None) -> str:
    """`2,5 kg`; a unit that has no short word stands as its code."""
    return f"{value.normalize():f}".replace(".", ",") + f" {UNITS.get(unit or '', unit or '')}".rstrip()
