"""Invented units for the demo: names that a municipality's operations could have, on a street that is on no map."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gateway.identifiers import Gln, gs1_check_digit
from shop.units import Unit

_NAMES = (
    "Björken", "Tallen", "Granen", "Linden", "Rönnen", "Eken", "Asken", "Hasseln", "Lärkan", "Svalan",
    "Trasten", "Bofinken", "Ugglan", "Räven", "Haren", "Igelkotten", "Blåklockan", "Vitsippan", "Prästkragen",
    "Smultronet", "Blåbäret", "Hallonet", "Lingonet", "Ängen", "Hagen",
    "Lunden", "Gläntan", "Kullen", "Backen", "Bäcken",
)  # fmt: skip
WHOLE = "kommunen"
DEPARTMENTS = {
    WHOLE: "Hela kommunen",
    "utbildning": "Utbildningsförvaltningen",
    "aldre": "Äldreförvaltningen",
    "omsorg": "Omsorgsförvaltningen",
    "kultur": "Kultur- och fritidsförvaltningen",
    "stab": "Kommunledningskontoret",
    "maltid": "Måltidsservice",
}
# kind of unit: how it is named, its limit without approval, its first cost centre, its department
_KINDS = (
    ("Förskolan {}", 5_000, 4100, "utbildning"),
    ("{} skola", 10_000, 4300, "utbildning"),
    ("Äldreboendet {}", 10_000, 5100, "aldre"),
    ("Hemtjänsten {}", 5_000, 5400, "aldre"),
    ("Gruppbostaden {}", 5_000, 5600, "omsorg"),
    ("Daglig verksamhet {}", 5_000, 5700, "omsorg"),
    ("Fritidsgården {}", 3_000, 6100, "kultur"),
    ("Biblioteket {}", 3_000, 6200, "kultur"),
    ("Kontoret {}", 20_000, 1000, "stab"),
    ("Köket {}", 20_000, 4700, "maltid"),
)
_WEEKDAYS = ((2, 4), (1, 3), (3, 5), (2,), (1, 4), (4,))


def invent(n: int) -> Iterator[Unit]:
    """`n` units (at most 9,999), the same every time. Those of one cost centre differ in name."""
    for place in range(n):
        pattern, limit, centre, department = _KINDS[place % len(_KINDS)]
        turn, name = divmod(place, len(_KINDS))[0], _NAMES[place // len(_KINDS) % len(_NAMES)]
        round_ = turn // len(_NAMES)
        digits = f"7350001{10_000 + place:05d}"
        yield Unit(
            id=f"unit-{place + 1:04d}",
            name=pattern.format(name) + (f" {round_ + 1}" if round_ else ""),
            gln=Gln(f"{digits}{gs1_check_digit(digits)}"),
            street=f"{name.removesuffix('en').removesuffix('et')}stigen {place % 40 + 1}",
            postal_code=f"123 {50 + place % 40}",
            city="Exempelstad",
            weekdays=_WEEKDAYS[place % len(_WEEKDAYS)],
            approval_limit=Decimal(limit),
            customer_reference=f"{centre + turn % 100} Kim Exempel",
            accounting_cost=f"{centre + turn % 100}-{400 + place % 60}-6460",
            department_id=department,
        )
