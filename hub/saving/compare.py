"""Two sides of the same goods on the same days: our runs, and every supplier for itself. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from decimal import Decimal
from typing import TypeVar

import msgspec

from hub.saving.assumptions import SUSTAINABLE, Chosen, grams, supplier_grams, value
from hub.saving.days import Day

ZERO = Decimal(0)
_TENTH = Decimal("0.1")
Key = TypeVar("Key", bound=Hashable)


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One way of driving: vehicles at units' doors, all drives with those to the hub, kilometres, kg of CO2e."""

    doors: int
    drives: int
    km: Decimal
    co2e: Decimal
    sustainable: Decimal | None
    """Per cent of its kilometres on electricity or biofuel; None where nothing was driven."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """`ours` holds the suppliers' driving to the hub too: `hub_km` of its kilometres, `arrivals` of its drives."""

    alone: Side
    ours: Side
    parcels: int
    runs: int
    hub_km: Decimal
    arrivals: int
    run_km: dict[str, Decimal]
    fill: Decimal | None
    """Per cent of the vans' room that was loaded when they left."""
    run_sustainable: Decimal | None
    """Per cent of our own vans' kilometres on electricity or biofuel."""
    left_out: int

    @property
    def doors_saved(self) -> Decimal | None:
        """Per cent fewer vehicles at units' doors."""
        return _saved(Decimal(self.alone.doors), Decimal(self.ours.doors))

    @property
    def km_saved(self) -> Decimal | None:
        """Per cent fewer kilometres, below 0 where they are more."""
        return _saved(self.alone.km, self.ours.km)

    @property
    def co2e_saved(self) -> Decimal | None:
        """Per cent less CO2e."""
        return _saved(self.alone.co2e, self.ours.co2e)


def compare(days: Iterable[Day], chosen: Chosen) -> Comparison:
    """The days added up, under these assumptions."""
    some = list(days)
    suppliers = _suppliers(some, chosen)
    hub_km, alone_km = suppliers.hub_km, suppliers.door_km
    run_km: dict[str, Decimal] = {}
    for day in some:
        for fuel, way in day.km.items():
            run_km[fuel] = run_km.get(fuel, ZERO) + way
    doors, arrivals, stops = suppliers.doors, suppliers.arrivals, sum(day.stops for day in some)
    run_grams = sum((way * grams(chosen, fuel) for fuel, way in run_km.items()), ZERO)
    own, total = sum((run_km.get(fuel, ZERO) for fuel in SUSTAINABLE), ZERO), sum(run_km.values(), ZERO)
    electric = value(chosen, "supplier_electric")
    return Comparison(
        alone=Side(
            doors=doors,
            drives=doors,
            km=_tenth(alone_km),
            co2e=_tenth(alone_km * supplier_grams(chosen) / 1000),
            sustainable=electric if alone_km else None,
        ),
        ours=Side(
            doors=stops,
            drives=stops + arrivals,
            km=_tenth(total + hub_km),
            co2e=_tenth((run_grams + hub_km * supplier_grams(chosen)) / 1000),
            sustainable=share(own + hub_km * electric / 100, total + hub_km),
        ),
        parcels=sum(day.parcels for day in some),
        runs=sum(day.runs for day in some),
        hub_km=_tenth(hub_km),
        arrivals=arrivals,
        run_km=run_km,
        fill=share(Decimal(sum(day.loaded for day in some)), Decimal(sum(day.room for day in some))),
        run_sustainable=share(own, total),
        left_out=sum(day.left_out for day in some),
    )


def grouped(days: Iterable[Day], by: Callable[[Day], Key], chosen: Chosen) -> dict[Key, Comparison]:
    """A comparison for each group, in the order in which the groups come."""
    found: dict[Key, list[Day]] = {}
    for day in days:
        found.setdefault(by(day), []).append(day)
    return {key: compare(some, chosen) for key, some in found.items()}


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    """Per cent with one decimal; None of nothing."""
    return (100 * part / whole).quantize(_TENTH) if whole else None


class _Suppliers(msgspec.Struct, frozen=True, kw_only=True):
    """Suppliers' vehicles and kilometres, to units' doors and to the hub."""

    doors: int
    door_km: Decimal
    arrivals: int
    hub_km: Decimal


def _suppliers(days: list[Day], chosen: Chosen) -> _Suppliers:
    """What suppliers drive themselves, and what carriers drive of it: each comes once a day where it has goods for."""
    carried, each = value(chosen, "carriers") / 100, value(chosen, "carrier_km")
    own, rounds = 1 - carried, value(chosen, "rounds") / 100
    count = int(value(chosen, "carrier_count"))
    by_carrier = sum((_shared(carried * day.doors, day.stops, count) for day in days), ZERO)
    to_hub = sum((_shared(carried * day.arrivals, 1, count) for day in days), ZERO)
    shortest, straight = sum((day.round_km for day in days), ZERO), sum((day.straight_km for day in days), ZERO)
    return _Suppliers(
        doors=round(own * sum(day.doors for day in days) + by_carrier),
        door_km=own * (rounds * shortest + (1 - rounds) * straight) + each * by_carrier,
        arrivals=round(own * sum(day.arrivals for day in days) + to_hub),
        hub_km=own * sum((day.hub_km for day in days), ZERO) + each * to_hub,
    )


def _shared(goods: Decimal, addresses: int, carriers: int) -> Decimal:
    """How many calls carriers make with so many suppliers' goods, spread evenly over addresses and carriers.

    With k suppliers' goods for an address, n carriers come n (1 - (1 - 1/n)^k) times in the mean.
    """
    if not goods or not addresses or not carriers:
        return goods
    nobody = 1 - 1 / carriers
    return min(goods, Decimal(addresses * carriers * (1 - nobody ** float(goods / addresses))))


def _saved(alone: Decimal, ours: Decimal) -> Decimal | None:
    return share(alone - ours, alone)


def _tenth(number: Decimal) -> Decimal:
    return number.quantize(_TENTH)
