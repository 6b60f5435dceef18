"""A year of an invented municipality of Uppsala's size: driven out by the hub, beside every supplier for itself."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from bench.figure import figure
from hub.road.fleet import Vehicle
from hub.road.invented import HUB, _facts, fleet
from hub.road.planning import Drive, Van, plan
from hub.saving.assumptions import ASSUMPTIONS
from hub.saving.bounds import bounds
from hub.saving.compare import Comparison, compare
from hub.saving.invented import Unit, goods, load_of, size_of
from hub.saving.played import SHORT, Played, play

_FIRST = date(2027, 1, 4)
_WEEKS = 52
_UNITS, _SUPPLIERS = 300, 1_200
_WEEKDAYS = ((2, 4), (1, 3), (3, 5), (2,), (1, 4), (4,))
"""As in the shop's invented units (`shop.places`)."""
_SAMPLES, _SAMPLE_SECONDS = 5, 8.0
"""Days that are planned again, and for how long at most: twice as long as the hub searches."""


def simulate_year(count: int = _UNITS, weeks: int = _WEEKS) -> dict[str, Any]:
    """The comparison over a year, how much hangs on the assumptions, and sample days searched for long."""
    began = time.perf_counter()
    units, vans = _units(count), [msgspec.convert(row, Vehicle).van for row in fleet()]
    suppliers = [f"supplier-{n:04}" for n in range(1, _SUPPLIERS + 1)]
    ordered = goods(units, suppliers, _FIRST, weeks)
    found = list(play(ordered, units, vans, HUB, ASSUMPTIONS["entry_km"].value))
    played = _played(found, time.perf_counter() - began, count)
    days = [one.day for one in found]
    other = {f"bound_{name}": _bound(one) for name, one in bounds(days).items()}
    return _figures(compare(days, {})) | other | {"checked": _checked(found, vans), "played": played}


def _units(count: int) -> list[Unit]:
    found = []
    for nth in range(count):
        unit_id = f"unit-{nth + 1:04}"
        load = load_of(_facts(nth, unit_id, _FIRST), unit_id, unit_id)
        found.append(Unit(load=load, weekdays=_WEEKDAYS[nth % len(_WEEKDAYS)], size=size_of(unit_id)))
    return found


def _figures(whole: Comparison) -> dict[str, Any]:
    what = "every supplier driving to every unit itself, same goods and days, one short round a supplier and day"
    ours, alone = whole.ours, whole.alone
    return {
        "doors": figure(ours.doors, "vehicles at units' doors", alone.doors, what),
        "drives": figure(ours.drives, "drives, suppliers' to the hub among them", alone.drives, what),
        "km": figure(float(ours.km), "km", float(alone.km), what) | {"to_the_hub": float(whole.hub_km)},
        "co2e_kg": figure(float(ours.co2e), "kg", float(alone.co2e), what),
        "sustainable_percent": figure(float(ours.sustainable or 0), "% of km", float(alone.sustainable or 0), what)
        | {"of_our_vans": float(whole.run_sustainable or 0)},
        "fill_percent": figure(float(whole.fill or 0), "% of the vans' room"),
        "saved_percent": {
            "doors": float(whole.doors_saved or 0),
            "km": float(whole.km_saved or 0),
            "co2e": float(whole.co2e_saved or 0),
        },
    }


def _bound(one: Comparison) -> dict[str, float]:
    return {
        "km_alone": float(one.alone.km),
        "km_ours": float(one.ours.km),
        "km_saved_percent": float(one.km_saved or 0),
        "co2e_saved_percent": float(one.co2e_saved or 0),
    }


def _checked(found: Sequence[Played], vans: Sequence[Van]) -> dict[str, Any]:
    """Kilometres of sample days as played, beside those of a long search over the same loads."""
    driven = [one for one in found if one.drives and not one.waited]
    samples = driven[len(driven) // (2 * _SAMPLES) :: max(1, len(driven) // _SAMPLES)][:_SAMPLES]
    days, ways = [], []
    for one in samples:
        long = plan(one.loads, vans, HUB, seconds=_SAMPLE_SECONDS)
        ways.append((_km(one.drives), _km(long.drives)))
        told = {"played_km": round(ways[-1][0], 1), "long_km": round(ways[-1][1], 1), "long_left": len(long.left)}
        days.append({"day": one.day.day.isoformat(), "stops": len(one.loads)} | told)
    what = f"km where PyVRP searches up to {_SAMPLE_SECONDS:g} s a day, same loads"
    short, long_ = sum(way[0] for way in ways), sum(way[1] for way in ways)
    return figure(short, f"km on sample days, PyVRP cut short after {SHORT:g} s", long_, what) | {"days": days}


def _km(drives: Iterable[Drive]) -> float:
    return sum(drive.km for drive in drives)


def _played(found: Sequence[Played], took: float, units: int) -> dict[str, Any]:
    days = [one.day for one in found if one.drives]
    runs, stops, parcels = (sum(getattr(day, name) for day in days) for name in ("runs", "stops", "parcels"))
    way = float(sum(sum(day.km.values(), Decimal(0)) for day in days))
    return {
        "units": units,
        "suppliers": _SUPPLIERS,
        "days": len(days),
        "runs": runs,
        "parcels": parcels,
        "parcels_that_waited": sum(one.waited for one in found),
        "parcels_a_stop": round(parcels / max(1, stops), 1),
        "stops_a_run": round(stops / max(1, runs), 1),
        "km_a_run": round(way / max(1, runs), 1),
        "seconds": round(took, 1),
    }
