"""The year's goal: what purchases on contract have saved, what those beside would have, and the pace.

Saved = kronor on contract x d / (1 - d), d being the share that purchases beside the contracts of the same category
would have cost less (`settling.measured`): the same goods bought beside would have cost so much more.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shop.insight.facts import ON
from shop.insight.settling import BESIDE, measured
from shop.insight.tables import ledger_sums, purchase_sums, saving_goals

USUAL = Decimal(40_000_000)
"""Kronor in a year, where nobody has set another goal."""
ZERO, ORE = Decimal(0), Decimal("0.01")
_MOST_SHARE = Decimal("0.9")


class Month(msgspec.Struct, frozen=True):
    """Kronor of one month: saved on contract, and what would have been saved of the rest."""

    month: date
    saved: Decimal
    missed: Decimal


class Standing(msgspec.Struct, frozen=True):
    """Where the year stands on a day."""

    year: int
    goal: Decimal
    months: tuple[Month, ...]
    day: date

    @property
    def saved(self) -> Decimal:
        return sum((one.saved for one in self.months), ZERO)

    @property
    def missed(self) -> Decimal:
        return sum((one.missed for one in self.months), ZERO)

    @property
    def remains(self) -> Decimal:
        return max(ZERO, self.goal - self.saved)

    @property
    def expected(self) -> Decimal:
        """What an even pace would have saved by the day."""
        return (self.goal * self._gone).quantize(ORE, ROUND_HALF_UP)

    @property
    def forecast(self) -> Decimal | None:
        """What the year ends with at the pace so far."""
        return (self.saved / self._gone).quantize(ORE, ROUND_HALF_UP) if self._gone else None

    @property
    def _gone(self) -> Decimal:
        """The share of the year that has passed with the day."""
        first, after = date(self.year, 1, 1), date(self.year + 1, 1, 1)
        passed = min(max((self.day - first).days + 1, 0), (after - first).days)
        return Decimal(passed) / (after - first).days


def standing(conn: sa.Connection, year: int, day: date) -> Standing:
    """The year as the purchases and ledgers have it."""
    return Standing(year, goal_of(conn, year), tuple(_months(conn, year)), day)


def goal_of(conn: sa.Connection, year: int) -> Decimal:
    """The goal of a year: its own, else that of the latest year before, else the usual one."""
    row = sa.select(saving_goals.c.amount).where(saving_goals.c.year <= year).order_by(saving_goals.c.year.desc())
    found: Decimal | None = conn.execute(row.limit(1)).scalar()
    return USUAL if found is None else found


def set_goal(conn: sa.Connection, year: int, amount: Decimal, who: str, now: datetime) -> None:
    """From now on this is the goal of the year, and of those after it until they have their own."""
    kept = {"amount": amount, "who": who, "at": now}
    new = insert(saving_goals).values(year=year, **kept)
    conn.execute(new.on_conflict_do_update(index_elements=["year"], set_=kept))


def _months(conn: sa.Connection, year: int) -> list[Month]:
    shares = measured(conn)
    usual = shares.get(None)
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    s = purchase_sums.c
    bought = sa.select(s.month, s.category, sa.func.sum(s.net)).where(
        s.standing == ON, s.month >= first, s.month < after
    )
    saved: dict[date, Decimal] = {}
    for month, category, net in conn.execute(bought.group_by(s.month, s.category)):
        share = shares.get(category, usual)
        if share is not None:
            saved[month] = saved.get(month, ZERO) + net * _more(share)
    missed = _missed(conn, first, after)
    months = (date(year, place, 1) for place in range(1, 13))
    return [Month(one, saved.get(one, ZERO).quantize(ORE, ROUND_HALF_UP), missed.get(one, ZERO)) for one in months]


def _more(share: Decimal) -> Decimal:
    """What was saved for each krona paid on contract; never below 0."""
    share = min(max(share, ZERO), _MOST_SHARE)
    return share / (1 - share)


def _missed(conn: sa.Connection, first: date, after: date) -> dict[date, Decimal]:
    s = ledger_sums.c
    here = (s.fate == BESIDE) & (s.month >= first) & (s.month < after)
    rows = conn.execute(sa.select(s.month, sa.func.sum(s.saving)).where(here).group_by(s.month))
    return {row[0]: row[1] for row in rows}
