"""The comparison week by week as pictures, and as the rows of the tables under them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from hub.saving.compare import Comparison
from web import charts
from web.charts import Chart
from web.figures import Figures
from web.languages import N_, Words

Weeks = Mapping[date, Comparison]
"""By the week's Monday."""

COLUMNS: Final = (
    N_("Parcels"),
    N_("Suppliers at units' doors"),
    N_("Our stops"),
    N_("Fewer at the doors"),
    N_("Kilometres by themselves"),
    N_("Kilometres with the hub"),
    N_("Fewer kilometres"),
    N_("CO2e by themselves, kg"),
    N_("CO2e with the hub, kg"),
    N_("Less CO2e"),
    N_("Vans' room used"),
    N_("Our vans on electricity or biofuel"),
)
"""Headings of the figures that tables show of a comparison."""
_FULL = Decimal(100)


UNDER: Final = {"doors": (0, 1, 2, 3), "kilometres": (4, 5, 6), "emissions": (7, 8, 9), "vans": (10, 11)}
"""Which of the columns stand in the table under each picture."""
OF_A_YEAR: Final = (3, 6, 9, 10, 11)


def whole(number: Decimal) -> Decimal:
    """Without decimals."""
    return number.quantize(Decimal(1), ROUND_HALF_UP) + 0


def values(one: Comparison) -> tuple[Decimal | int | None, ...]:
    """What stands under `COLUMNS`: counts, kilometres, kilograms, and per cent where None is a dash."""
    return (
        one.parcels, one.alone.doors, one.ours.doors, one.doors_saved,
        whole(one.alone.km), whole(one.ours.km), one.km_saved,
        whole(one.alone.co2e), whole(one.ours.co2e), one.co2e_saved,
        one.fill, one.run_sustainable,
    )  # fmt: skip


_PERCENT: Final = {3, 6, 9, 10, 11}


def cells(figures: Figures, one: Comparison) -> list[str]:
    """The same as people read it."""
    return [_cell(figures, value, place in _PERCENT) for place, value in enumerate(values(one))]


def _cell(figures: Figures, value: Decimal | int | None, percent: bool) -> str:
    if value is None:
        return "–"
    return figures.percent(Decimal(value)).replace(" ", "\xa0") if percent else figures.number(value)


def drawn(weeks: Weeks, words: Words, figures: Figures) -> tuple[Chart, ...]:
    """Doors, kilometres, CO2e, and how full and how clean the vans drove."""
    labels = [str(figures.week(monday)) for monday in weeks]
    some = list(weeks.values())
    return (
        _doors(labels, some, words, figures),
        _kilometres(labels, some, words, figures),
        _emissions(labels, some, words, figures),
        _vans(labels, some, words, figures),
    )


def _doors(labels: Sequence[str], some: Sequence[Comparison], words: Words, figures: Figures) -> Chart:
    say = words.say
    return charts.lines(
        "doors",
        say(N_("Vehicles at units' doors")),
        say(N_("A week, by week number. The distance between the lines is what units are spared.")),
        labels,
        [[Decimal(one.alone.doors) for one in some], [Decimal(one.ours.doors) for one in some]],
        [say(_ALONE), say(N_("With the hub: our stops"))],
        figures.number,
    )


_ALONE: Final = N_("Each supplier by itself")


def _kilometres(labels: Sequence[str], some: Sequence[Comparison], words: Words, figures: Figures) -> Chart:
    say = words.say
    run_km = [sum(one.run_km.values(), Decimal(0)) for one in some]
    return charts.lines(
        "kilometres",
        say(N_("Kilometres")),
        say(N_("A week, by week number. With the hub, suppliers' driving to the hub is counted too.")),
        labels,
        [[one.alone.km for one in some], [one.ours.km for one in some], run_km],
        [say(_ALONE), say(N_("With the hub, all in all")), say(N_("Our vans among that"))],
        _short(figures),
    )


def _emissions(labels: Sequence[str], some: Sequence[Comparison], words: Words, figures: Figures) -> Chart:
    say = words.say
    return charts.lines(
        "emissions",
        say(N_("CO2e, kilograms")),
        say(N_("A week, by week number: kilometres times what a vehicle burns times what the fuel gives off.")),
        labels,
        [[one.alone.co2e for one in some], [one.ours.co2e for one in some]],
        [say(_ALONE), say(N_("With the hub, all in all"))],
        _short(figures),
    )


def _vans(labels: Sequence[str], some: Sequence[Comparison], words: Words, figures: Figures) -> Chart:
    say = words.say
    return charts.lines(
        "vans",
        say(N_("How full and how clean our vans drive")),
        say(N_("Per cent: parcels loaded of what the vans take, and kilometres on electricity or biofuel.")),
        labels,
        [[one.fill for one in some], [one.run_sustainable for one in some]],
        [say(N_("Vans' room used")), say(N_("On electricity or biofuel"))],
        lambda value: figures.percent(value.normalize() + 0),
        Decimal(0),
        _FULL,
    )


def _short(figures: Figures) -> object:
    """Numbers of a scale without needless decimals."""
    return lambda value: figures.number(value.quantize(Decimal("0.1")).normalize() + 0)
