"""What the comparison takes for granted, each with its value, its bounds and where it comes from. Pure.

Sources: Energimyndigheten, "Växthusgasutsläpp" by fuel over its life cycle (table for deliveries of 2016); IVL,
"Emissionsfaktor för nordisk elmix år 2021–2023". What a vehicle burns is our own estimate, to be replaced by the
fleet's own figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import msgspec

from web.languages import N_

_OURS: Final = N_("Our estimate: replace it with your own figures.")
_FUELS: Final = N_("Energimyndigheten, greenhouse gases by fuel over its life cycle, deliveries of 2016.")


class Assumption(msgspec.Struct, frozen=True, kw_only=True):
    """`words`, `unit` and `source` are message ids. A value lies from `low` to `high`, both included."""

    name: str
    words: str
    value: Decimal
    unit: str
    low: Decimal = Decimal(0)
    high: Decimal
    source: str = _OURS


def _assumption(name: str, words: str, value: str, unit: str, high: int, source: str = _OURS) -> Assumption:
    return Assumption(name=name, words=words, value=Decimal(value), unit=unit, high=Decimal(high), source=source)


ASSUMPTIONS: Final[dict[str, Assumption]] = {
    one.name: one
    for one in (
        _assumption(
            "entry_km",
            N_("From the hub to where a supplier's round begins"),
            "10",
            N_("km"),
            200,
            N_("Our estimate: a terminal at the edge of the town, in a direction of the supplier's own."),
        ),
        _assumption(
            "rounds",
            N_("Suppliers take all their units of a day on one round"),
            "100",
            N_("per cent"),
            100,
            N_("Cautious: 100 is the shortest that suppliers could drive, 0 is there and back to each unit."),
        ),
        _assumption(
            "carriers",
            N_("Suppliers' goods that come with a carrier who drives others' goods too"),
            "0",
            N_("per cent"),
            100,
            N_("0 is every supplier driving itself. Raise it to see what remains."),
        ),
        _assumption("carrier_count", N_("Such carriers, each once a day at an address"), "4", N_("carriers"), 50),
        _assumption("carrier_km", N_("Such a carrier's kilometres for each address"), "2.5", N_("km"), 100),
        _assumption("supplier_electric", N_("Suppliers' kilometres on electricity"), "10", N_("per cent"), 100),
        _assumption("litres", N_("A van on diesel or HVO, for 100 km"), "12", N_("litres"), 60),
        _assumption("gas", N_("A van on biogas, for 100 km"), "9", N_("kg"), 60),
        _assumption("kwh", N_("An electric van, for 100 km"), "35", N_("kWh"), 200),
        _assumption("diesel_g", N_("Diesel, CO2e"), "2853", N_("g a litre"), 5000, _FUELS),
        _assumption("hvo_g", N_("HVO, CO2e"), "476", N_("g a litre"), 5000, _FUELS),
        _assumption("biogas_g", N_("Biogas, CO2e"), "997", N_("g a kg"), 5000, _FUELS),
        _assumption(
            "electric_g",
            N_("Electricity, CO2e"),
            "59",
            N_("g a kWh"),
            2000,
            N_("IVL, Nordic electricity with imports and exports, mean of 2021 to 2023."),
        ),
    )
}
"""By name, in the order in which the page shows them."""

Chosen = Mapping[str, Decimal]
"""Values by name; what is missing has its default."""
SUSTAINABLE: Final = ("electric", "biogas", "hvo")
"""Fuels of `vehicles.fuel` that count as electric or biofuel."""


def value(chosen: Chosen, name: str) -> Decimal:
    """The value in force."""
    return chosen.get(name, ASSUMPTIONS[name].value)


def grams(chosen: Chosen, fuel: str) -> Decimal:
    """CO2e in grams a kilometre on that fuel; what is no known fuel counts as diesel."""
    burnt, each = {
        "electric": ("kwh", "electric_g"),
        "biogas": ("gas", "biogas_g"),
        "hvo": ("litres", "hvo_g"),
    }.get(fuel, ("litres", "diesel_g"))
    return value(chosen, burnt) / 100 * value(chosen, each)


def supplier_grams(chosen: Chosen) -> Decimal:
    """CO2e in grams of a supplier's kilometre: its mix of electricity and diesel."""
    share = value(chosen, "supplier_electric") / 100
    return share * grams(chosen, "electric") + (1 - share) * grams(chosen, "diesel")


def read(name: str, said: str) -> Decimal:
    """What somebody typed for it, with a decimal comma or point. Raises ValueError for what lies out of bounds."""
    known = ASSUMPTIONS[name]
    text = "".join(said.split()).replace("\u2212", "-").replace(",", ".")
    if not text or len(text) > 12 or not set(text) <= set("0123456789.-"):
        raise ValueError(f"{name} must be a number from {known.low} to {known.high}, found {said[:40]!r}")
    try:
        found = Decimal(text)
    except ArithmeticError:
        raise ValueError(f"{name} must be a number, found {said[:40]!r}") from None
    if not known.low <= found <= known.high:
        raise ValueError(f"{name} must lie from {known.low} to {known.high}, found {found}")
    return found.quantize(Decimal("0.001")).normalize() + 0
