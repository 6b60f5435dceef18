"""What stands on one label. Pure data.

Source: GS1 Sweden, samordnad varudistribution: the SSCC alone where a despatch advice tells the rest, else the SSCC and
the GLN of the unit that gets the goods.
"""

from __future__ import annotations

from datetime import date

import msgspec


class Sticker(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`sscc` is 18 digits; `gln` the unit's, only where no despatch advice exists; `route` the run and the stop.

    `number` of `of` counts the order's parcels; 0 where nobody knows.
    """

    sscc: str
    unit: str
    lane: str = ""
    route: str = ""
    day: date | None = None
    order: str = ""
    supplier: str = ""
    hub: str = ""
    gln: str | None = None
    number: int = 0
    of: int = 0


def element_strings(sticker: Sticker) -> list[str]:
    """The bar codes from top to bottom, as (application identifier and) digits; the SSCC is the lowest."""
    gln = [f"413{sticker.gln}"] if sticker.gln else []
    return [*gln, f"00{sticker.sscc}"]


def readable(digits: str) -> str:
    """What stands under the bars: `(00) 3 7350001 234567890 5`."""
    if digits.startswith("00"):
        number = digits[2:]
        return f"(00) {number[0]} {number[1:8]} {number[8:17]} {number[17]}"
    return f"({digits[:3]}) {digits[3:]}"
