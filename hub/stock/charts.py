"""Pictures as numbers: where marks stand. The templates draw them; the table under each says the same.

Across, everything is per cent of the width, so that it fits a phone; downwards it is pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from hub.stock.cover import Cover, there
from hub.stock.goods import Lot
from hub.stock.silence import Outcome

ROW, HEIGHT, TOP, BOTTOM = 46, 220, 22, 184
_AHEAD = 365


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A lying bar at `y`: its length, where its minimum stands, and its look."""

    y: int
    name: str
    width: float
    least: float
    tone: str
    figure: int


class Step(msgspec.Struct, frozen=True):
    """From a day on there is so much that may be used: where that stands in the picture."""

    day: date
    much: Decimal
    x: float
    y: float


class Stairs(msgspec.Struct, frozen=True):
    """How stock falls as lots expire, over a year; `least` is where the minimum stands, None without one."""

    steps: tuple[Step, ...]
    least: float | None


def covers(found: Sequence[tuple[str, Cover]], today: date) -> tuple[Bar, ...]:
    """Days of cover, as long as they are against the longest: twice its minimum is as far as a bar goes."""
    far = [min(one.days or 0, 2 * max(one.least, 1)) for _, one in found]
    most = max([*far, *(one.least for _, one in found)], default=1) or 1
    return tuple(
        Bar(
            y=place * ROW,
            name=name,
            width=round(100 * far[place] / most, 2),
            least=round(100 * one.least / most, 2),
            tone=one.tone(today),
            figure=one.days or 0,
        )
        for place, (name, one) in enumerate(found)
    )


def stairs(lots: Sequence[Lot], least: Decimal, today: date) -> Stairs:
    """The days on which something has expired, each with what is left."""
    last = today + timedelta(days=_AHEAD)
    ends = {lot.expires + timedelta(days=1) for lot in lots if lot.expires is not None and today <= lot.expires < last}
    much = [(day, there(lots, day)) for day in (today, *sorted(ends))]
    most = max([least, *(value for _, value in much)]) or Decimal(1)

    def height(value: Decimal) -> float:
        return round(BOTTOM - float(value / most) * (BOTTOM - TOP), 1)

    steps = tuple(Step(day, value, round(100 * (day - today).days / _AHEAD, 2), height(value)) for day, value in much)
    return Stairs(steps, height(least) if least > 0 else None)


def runs_out(found: Sequence[tuple[str, Outcome]], today: date) -> tuple[Bar, ...]:
    """How long each of the goods lasts of the time until the supplier's come again."""
    bars = []
    for place, (name, one) in enumerate(found):
        whole = max(1, (one.ends - today).days)
        lasts = (one.runs_out - today).days if one.runs_out else whole
        tone = "good" if one.runs_out is None else "bad"
        bars.append(
            Bar(y=place * ROW, name=name, width=round(100 * lasts / whole, 2), least=100, tone=tone, figure=lasts)
        )
    return tuple(bars)
