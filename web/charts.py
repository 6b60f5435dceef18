"""Pictures as numbers: where each mark of a chart stands. The template draws them.

Across, everything is per cent of the width, so that the picture fits a phone and its words keep their size; downwards
it is pixels. A series is told by pattern and place as well as by colour; the table under the picture says the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import msgspec

TOP, BOTTOM, HEIGHT = 26, 206, 232
ROW, BAR = 46, 14
LOOKS = ("a", "b", "c", "d")
"""Solid, hatched, dotted, open."""
ZERO = Decimal(0)


class Mark(msgspec.Struct, frozen=True):
    """A rectangle or, without width and height, a point."""

    x: float
    y: float
    width: float = 0
    height: float = 0
    look: str = "a"


class Line(msgspec.Struct, frozen=True):
    """From one point to another."""

    x1: float
    y1: float
    x2: float
    y2: float
    look: str = "a"


class Text(msgspec.Struct, frozen=True):
    """A word at a point; `anchor` is SVG's text-anchor; a `spare` one is left out where it is narrow."""

    x: float
    y: float
    words: str
    anchor: str = "middle"
    strong: bool = False
    spare: bool = False


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A picture, its name and what it shows in a sentence; `legend` pairs looks with words."""

    name: str
    title: str
    about: str
    height: int = HEIGHT
    marks: tuple[Mark, ...] = ()
    lines: tuple[Line, ...] = ()
    points: tuple[Mark, ...] = ()
    texts: tuple[Text, ...] = ()
    grid: tuple[tuple[float, str], ...] = ()
    legend: tuple[tuple[str, str], ...] = ()


def nice_top(most: Decimal) -> Decimal:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `most`."""
    if most <= 0:
        return Decimal(1)
    step = Decimal(1).scaleb(most.adjusted())
    return next(step * times for times in (1, 2, Decimal("2.5"), 5, 10) if step * times >= most)


def columns(
    name: str,
    title: str,
    about: str,
    labels: Sequence[str],
    values: Sequence[Sequence[Decimal]],
    legend: Sequence[str],
    say: object,
) -> Chart:
    """Upright columns, one for each label, the series on top of each other; `say` writes a number of the scale."""
    top = nice_top(max((sum(parts, ZERO) for parts in values), default=ZERO))
    wide = 100 / max(1, len(labels))
    marks = []
    for place, parts in enumerate(values):
        y = float(BOTTOM)
        for look, part in zip(LOOKS, parts, strict=False):
            height = float(max(part, ZERO) / top) * (BOTTOM - TOP)
            y -= height
            if height > 0:
                marks.append(
                    Mark(round(wide * (place + 0.14), 3), round(y, 2), round(wide * 0.72, 3), round(height, 2), look)
                )
    return Chart(
        name=name,
        title=title,
        about=about,
        marks=tuple(marks),
        texts=tuple(_below(labels)),
        grid=_grid(ZERO, top, say),
        legend=tuple(zip(LOOKS, legend, strict=False)),
    )


def lines(
    name: str,
    title: str,
    about: str,
    labels: Sequence[str],
    series: Sequence[Sequence[Decimal | None]],
    legend: Sequence[str],
    say: object,
    low: Decimal | None = None,
    high: Decimal | None = None,
) -> Chart:
    """A line for each series, with a point where it has a value; a gap where it has none."""
    known = [value for values in series for value in values if value is not None]
    bottom = min([*known, low] if low is not None else [*known, ZERO], default=ZERO)
    top = max([*known, high] if high is not None else known, default=Decimal(1))
    top = top if low is not None and high is not None else nice_top(top)
    if top <= bottom:
        top = bottom + 1
    found: list[Line] = []
    points: list[Mark] = []
    for look, values in zip(LOOKS, series, strict=False):
        spots = [_spot(place, value, len(labels), bottom, top) for place, value in enumerate(values)]
        found += [Line(*a, *b, look) for a, b in pairwise(spots) if a and b]
        points += [Mark(*spot, look=look) for spot in spots if spot]
    return Chart(
        name=name, title=title, about=about, lines=tuple(found), points=tuple(points), texts=tuple(_below(labels)),
        grid=_grid(bottom, top, say), legend=tuple(zip(LOOKS, legend, strict=False)),
    )  # fmt: skip


def bars(
    name: str, title: str, about: str, rows: Sequence[tuple[str, str, Sequence[Decimal]]], legend: Sequence[str] = ()
) -> Chart:
    """Lying bars under each other: (word, figure in words, parts); the longest fills the width."""
    most = max((sum((max(part, ZERO) for part in parts), ZERO) for _, _, parts in rows), default=ZERO) or Decimal(1)
    marks: list[Mark] = []
    texts: list[Text] = []
    for place, (word, figure, parts) in enumerate(rows):
        y, x = place * ROW, 0.0
        texts += [Text(0, y + 16, word, "start"), Text(100, y + 16, figure, "end", strong=True)]
        for look, part in zip(LOOKS, parts, strict=False):
            wide = float(max(part, ZERO) / most) * 100
            if wide > 0:
                marks.append(Mark(round(x, 3), y + 22, round(wide, 3), BAR, look))
            x += wide
    return Chart(
        name=name, title=title, about=about, height=max(1, len(rows)) * ROW, marks=tuple(marks), texts=tuple(texts),
        legend=tuple(zip(LOOKS, legend, strict=False)),
    )  # fmt: skip


def _spot(place: int, value: Decimal | None, count: int, bottom: Decimal, top: Decimal) -> tuple[float, float] | None:
    if value is None:
        return None
    share = float((value - bottom) / (top - bottom))
    return round(100 * (place + 0.5) / max(1, count), 3), round(BOTTOM - share * (BOTTOM - TOP), 2)


def _below(labels: Sequence[str]) -> list[Text]:
    """Words under the columns, every second one where there are many."""
    every = 1 if len(labels) <= 12 else 2
    wide = 100 / max(1, len(labels))
    return [
        Text(round(wide * (place + 0.5), 3), BOTTOM + 18, word, spare=len(labels) > 6 and place // every % 2 == 1)
        for place, word in enumerate(labels)
        if place % every == 0
    ]


def _grid(bottom: Decimal, top: Decimal, say: object) -> tuple[tuple[float, str], ...]:
    """Five lines across, each with its number."""
    steps = [bottom + (top - bottom) * part / 4 for part in range(5)]
    return tuple(
        (BOTTOM - (BOTTOM - TOP) * place / 4, say(step) if callable(say) else "") for place, step in enumerate(steps)
    )
