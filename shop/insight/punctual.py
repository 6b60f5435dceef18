"""How suppliers keep what they promise: the day at the hub against the promised day, short lines, answer times."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from shop.insight.asked import Asked
from shop.insight.tables import purchases as p
from web.languages import N_

# Days late at the hub, from and to; below 0 is early.
LATENESS: tuple[tuple[str, int | None, int | None], ...] = (
    (N_("Early"), None, -1),
    (N_("On the day"), 0, 0),
    (N_("1 day late"), 1, 1),
    (N_("2–3 days late"), 2, 3),
    (N_("4–7 days late"), 4, 7),
    (N_("More than a week late"), 8, None),
)
_LATE = p.c.at_hub - p.c.promised


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
    came = p.c.at_hub.is_not(None) & p.c.promised.is_not(None)
    wait = sa.extract("epoch", p.c.answered_at - p.c.sent_at) / 3600
    answered = p.c.answered_at >= p.c.sent_at
    expected = sa.func.coalesce(p.c.confirmed, p.c.ordered)
    return [
        sa.func.count().filter(came),
        sa.func.count().filter(came, p.c.at_hub <= p.c.promised),
        sa.func.count(p.c.received),
        sa.func.count().filter(p.c.received < expected),
        sa.func.count().filter(answered),
        sa.func.avg(wait).filter(answered),
    ]


def by_supplier(conn: sa.Connection, asked: Asked) -> list[Kept]:
    """The suppliers with the most lines first."""
    wanted = sa.select(p.c.supplier_id, *_columns()).where(asked.where(p)).group_by(p.c.supplier_id)
    found = [Kept(*row) for row in conn.execute(wanted)]
    return sorted(found, key=lambda one: (-one.came, -one.received, one.key))


def by_month(conn: sa.Connection, asked: Asked) -> dict[Any, Kept]:
    """By the month in which the order was placed."""
    wanted = sa.select(p.c.month, *_columns()).where(asked.where(p)).group_by(p.c.month)
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
    wanted = sa.select(_LATE, sa.func.count()).where(asked.where(p), _LATE.is_not(None)).group_by(_LATE)
    found = [(row[0], row[1]) for row in conn.execute(wanted)]
    return [(word, sum(n for late, n in found if _within(late, low, high))) for word, low, high in LATENESS]


def _within(late: int, low: int | None, high: int | None) -> bool:
    return (low is None or late >= low) and (high is None or late <= high)
