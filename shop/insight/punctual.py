"""How suppliers keep what they promise: the day at the hub against the promised day, short lines, answer times."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from shop.insight.asked import Asked
from shop.insight.tables import purchase_sums as s
from web.languages import N_

LATENESS: tuple[tuple[str, sa.Column[int]], ...] = (
    (N_("Early"), s.c.early),
    (N_("On the day"), s.c.on_day),
    (N_("1 day late"), s.c.late_1),
    (N_("2–3 days late"), s.c.late_3),
    (N_("4–7 days late"), s.c.late_7),
    (N_("More than a week late"), s.c.later),
)
"""Days from the promised day to the day at the hub, in words, and how many lines came so."""


class Kept(msgspec.Struct, frozen=True):
    """Lines that came and had a promised day, those of them in time, those that came short, and hours to an answer."""

    key: Any
    came: int
    in_time: int
    received: int
    short: int
    answered: int
    hours: Decimal | None

    @property
    def share(self) -> Decimal | None:
        return _share(self.in_time, self.came)

    @property
    def short_share(self) -> Decimal | None:
        return _share(self.short, self.received)


def _share(part: int, of: int) -> Decimal | None:
    return (Decimal(100) * part / of).quantize(Decimal("0.1")) if of else None


def _columns() -> list[sa.ColumnElement[Any]]:
    in_time = s.c.early + s.c.on_day
    late = s.c.late_1 + s.c.late_3 + s.c.late_7 + s.c.later
    hours = sa.func.sum(s.c.hours) / sa.func.nullif(sa.func.sum(s.c.answered), 0)
    counts = (in_time + late, in_time, s.c.received, s.c.short, s.c.answered)
    return [*(sa.func.sum(one) for one in counts), hours]


def by_supplier(conn: sa.Connection, asked: Asked) -> list[Kept]:
    """The suppliers with the most lines first."""
    wanted = sa.select(s.c.supplier_id, *_columns()).where(asked.where()).group_by(s.c.supplier_id)
    found = [Kept(*row) for row in conn.execute(wanted)]
    return sorted(found, key=lambda one: (-one.came, -one.received, one.key))


def by_month(conn: sa.Connection, asked: Asked) -> dict[Any, Kept]:
    """By the month in which the order was placed."""
    wanted = sa.select(s.c.month, *_columns()).where(asked.where()).group_by(s.c.month)
    return {row[0]: Kept(*row) for row in conn.execute(wanted)}


def whole(months: dict[Any, Kept]) -> Kept:
    """All months together; hours weighted by answers."""
    each = months.values()
    answered = sum(one.answered for one in each)
    hours = sum((one.hours * one.answered for one in each if one.hours is not None), Decimal(0))
    came, in_time = sum(one.came for one in each), sum(one.in_time for one in each)
    received, short = sum(one.received for one in each), sum(one.short for one in each)
    return Kept(None, came, in_time, received, short, answered, hours / answered if answered else None)


def lateness(conn: sa.Connection, asked: Asked) -> list[tuple[str, int]]:
    """How many lines came so late: pairs of message id and count, as `LATENESS` has them."""
    sums = (sa.func.coalesce(sa.func.sum(column), 0) for _, column in LATENESS)
    found = conn.execute(sa.select(*sums).where(asked.where())).one()
    return [(word, count) for (word, _), count in zip(LATENESS, found, strict=True)]
