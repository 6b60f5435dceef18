"""Direct procurement (direktupphandling): what was bought without a contract, of one kind, against the law's limit.

Source: LOU (2016:1145) 19 a kap.: purchases of the same kind by the whole authority in a year are one sum; documented
from 100,000 kronor. The limits change, so each has the day from which it holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shop.insight.asked import Asked
from shop.insight.facts import OFF, UNKNOWN
from shop.insight.settling import BESIDE, NONE
from shop.insight.tables import ledger_sums, procurement_limits, purchase_sums

OVER, NEAR, NOTED, UNDER = "over", "near", "noted", "under"
ZERO = Decimal(0)


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """What holds from a day: kronor in a year, kronor from which to document, per cent from which we warn."""

    valid_from: date
    most: Decimal
    documented: Decimal
    warned: int = 80
    who: str = ""

    def verdict(self, amount: Decimal) -> str:
        """Where a sum stands."""
        if amount > self.most:
            return OVER
        if amount * 100 >= self.most * self.warned:
            return NEAR
        return NOTED if amount >= self.documented else UNDER

    def share(self, amount: Decimal) -> Decimal:
        """The sum as per cent of the limit."""
        return (100 * amount / self.most).quantize(Decimal("0.1"))


FIRST = Limit(valid_from=date(2022, 2, 1), most=Decimal(700_000), documented=Decimal(100_000))
"""What the law says where nobody has entered a limit."""


class Sum(msgspec.Struct, frozen=True):
    """Of one kind of goods or one supplier: kronor through the shop without a contract, and beside the shop."""

    key: str
    shop: Decimal
    beside: Decimal

    @property
    def total(self) -> Decimal:
        return self.shop + self.beside


def limits(conn: sa.Connection) -> list[Limit]:
    """All limits, the latest first; the law's stands at the end where nothing earlier was entered."""
    rows = conn.execute(sa.select(procurement_limits).order_by(procurement_limits.c.valid_from.desc()))
    found = [Limit(**{name: getattr(row, name) for name in Limit.__struct_fields__}) for row in rows]
    return found if found and found[-1].valid_from <= FIRST.valid_from else [*found, FIRST]


def limit_on(found: Iterable[Limit], day: date) -> Limit:
    """The limit in force on a day; before the first one, the first."""
    known = sorted(found, key=lambda one: one.valid_from)
    return next((one for one in reversed(known) if one.valid_from <= day), known[0])


def enter(conn: sa.Connection, limit: Limit, now: datetime) -> None:
    """A limit from its day on, instead of one that was entered for the same day."""
    kept = {"most": limit.most, "documented": limit.documented, "warned": limit.warned, "who": limit.who, "at": now}
    new = insert(procurement_limits).values(valid_from=limit.valid_from, **kept)
    conn.execute(new.on_conflict_do_update(index_elements=["valid_from"], set_=kept))


def take_back(conn: sa.Connection, valid_from: date) -> bool:
    """A limit that was entered is gone; False where there was none of that day."""
    gone = procurement_limits.delete().where(procurement_limits.c.valid_from == valid_from)
    return conn.execute(gone).rowcount == 1


def by_category(conn: sa.Connection, asked: Asked) -> list[Sum]:
    """The largest first."""
    bought = _bought(conn, asked, purchase_sums.c.category)
    spent = _spent(conn, asked, ledger_sums.c.category)
    return _together(bought, spent)


def by_supplier(conn: sa.Connection, asked: Asked) -> list[Sum]:
    """Suppliers of the shop by id, others by name as the ledgers have it; the largest first."""
    bought = _bought(conn, asked, purchase_sums.c.supplier_id)
    spent = _spent(conn, asked, ledger_sums.c.supplier)
    return _together(bought, spent)


def _bought(conn: sa.Connection, asked: Asked, key: sa.ColumnElement[str]) -> dict[str, Decimal]:
    without = purchase_sums.c.standing.in_([OFF, UNKNOWN])
    sums = sa.select(key, sa.func.sum(purchase_sums.c.net)).where(asked.where(), without).group_by(key)
    return {row[0]: row[1] for row in conn.execute(sums)}


def _spent(conn: sa.Connection, asked: Asked, key: sa.ColumnElement[str]) -> dict[str, Decimal]:
    """Rows of ledgers that did not pay an order of ours, of suppliers without a contract."""
    s = ledger_sums.c
    here = (s.month >= asked.start) & (s.month < asked.end) & s.fate.in_([NONE, BESIDE]) & ~s.own
    rows = conn.execute(sa.select(key, sa.func.sum(s.amount)).where(here).group_by(key))
    return {row[0]: row[1] for row in rows}


def _together(bought: dict[str, Decimal], spent: dict[str, Decimal]) -> list[Sum]:
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for place, part in enumerate((bought, spent)):
        for key, amount in part.items():
            sums[key][place] += amount
    return sorted((Sum(key, *parts) for key, parts in sums.items()), key=lambda one: (-one.total, one.key))
