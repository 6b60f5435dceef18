"""Messages per day of one supplier: how many went out, came in and failed, and the bars that show it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec
import sqlalchemy as sa

from gateway.exchange.allowed import DEAD
from gateway.exchange.tables import messages
from web.figures import LOCAL

DAYS = 14
_HEIGHT, _STEP, _BAR, _BASE = 120, 44, 11, 130
KINDS = ("out", "in", "failed")


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the calendar here; `failed` are those of the day that wait for a person today."""

    day: date
    out: int = 0
    came: int = 0
    failed: int = 0

    @property
    def counts(self) -> tuple[int, int, int]:
        """In the order of `KINDS`."""
        return self.out, self.came, self.failed


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A rectangle of the chart."""

    kind: str
    x: int
    y: float
    width: int
    height: float


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the template draws: bars, the day's name under each group, and the highest count."""

    bars: tuple[Bar, ...]
    places: tuple[tuple[int, Day], ...]
    highest: int
    width: int
    height: int
    base: int


def of_supplier(conn: sa.Connection, supplier_id: str, now: datetime) -> list[Day]:
    """The last fourteen days, today included, oldest first; days without messages too."""
    first = now.astimezone(LOCAL).date() - timedelta(days=DAYS - 1)
    since = datetime.combine(first, datetime.min.time(), LOCAL)
    day = sa.cast(sa.func.timezone(LOCAL.key, messages.c.created_at), sa.Date)
    dead = messages.c.state.in_([state.value for state in DEAD])
    counted = sa.select(
        day.label("day"),
        sa.func.count().filter(messages.c.direction == "out").label("out"),
        sa.func.count().filter(messages.c.direction == "in").label("came"),
        sa.func.count().filter(dead).label("failed"),
    )
    mine = (messages.c.supplier_id == supplier_id) & (messages.c.created_at >= since)
    found = {row.day: Day(**row._mapping) for row in conn.execute(counted.where(mine).group_by(day))}
    days = (first + timedelta(days=number) for number in range(DAYS))
    return [found.get(one, Day(day=one)) for one in days]


def chart(days: list[Day]) -> Chart:
    """Three bars for each day, the highest as high as the chart."""
    highest = max((count for day in days for count in day.counts), default=0)
    bars, places = [], []
    for number, day in enumerate(days):
        left = number * _STEP + 4
        places.append((left + 18, day))
        for place, (kind, count) in enumerate(zip(KINDS, day.counts, strict=True)):
            height = round(_HEIGHT * count / highest, 1) if highest else 0.0
            if height:
                bars.append(Bar(kind=kind, x=left + place * 12, y=_BASE - height, width=_BAR, height=height))
    width = len(days) * _STEP
    return Chart(bars=tuple(bars), places=tuple(places), highest=highest, width=width, height=_BASE + 24, base=_BASE)
