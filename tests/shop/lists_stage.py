"""What tests of lists share: articles of the seeded shop, a list of them, and a recurring order of that list."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from shop.articles import COLUMNS, Article
from shop.lists import book, recurring
from shop.tables import articles
from tests.shop.conftest import NOW, person


def some(conn: sa.Connection, many: int = 3, **values: Any) -> list[Article]:
    """Listed articles on contract without a minimum, the first by id; `values` are columns that must be so."""
    wanted = sa.select(*COLUMNS).where(articles.c.contract.is_not(None), articles.c.minimum.is_(None))
    for name, value in values.items():
        wanted = wanted.where(articles.c[name] == value)
    return [Article(**row._mapping) for row in conn.execute(wanted.order_by(articles.c.id).limit(many))]


def a_list(
    conn: sa.Connection,
    wanted: list[Article],
    login: str = "kim",
    unit: str | None = "unit-0001",
) -> UUID:
    """Two of each, on a list of the unit."""
    who = person(conn, login)
    made = book.make(conn, "Fredagsfika", unit, who, NOW)
    book.add(conn, made, [(one, Decimal(2)) for one in wanted], who, NOW)
    return made


def a_recurring(conn: sa.Connection, list_id: UUID, begins: date, login: str = "kim", **facts: Any) -> UUID:
    """Weekly, for the first unit, ten per cent."""
    usual: dict[str, Any] = {"unit_id": "unit-0001", "every": "week", "ends": None, "price_limit": Decimal(10)}
    usual |= {"customer_reference": "REF-1", "accounting_cost": "4010"}
    facts = usual | {"list_id": list_id, "begins": begins} | facts
    return recurring.make(conn, person(conn, login), NOW, **facts)


def at(day: date, hour: int = 6) -> datetime:
    """That morning."""
    return NOW.replace(year=day.year, month=day.month, day=day.day, hour=hour)
