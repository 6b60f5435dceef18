"""What is closed to a unit: contracts that are over, not begun, or others'; blocked categories; days of the article."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from shop import articles, units
from shop.articles import Article
from shop.reach import Reach, reach
from shop.tables import articles as articles_table
from shop.tables import category_blocks, contract_units, contracts

DAY = date(2026, 11, 20)


def sold(conn: sa.Connection) -> Article:
    """An article on a contract that is registered."""
    found = conn.execute(sa.select(articles_table.c.id).where(articles_table.c.contract.is_not(None)).limit(1))
    article = articles.get(conn, found.scalar_one())
    assert article is not None
    return article


def asked(conn: sa.Connection, unit_id: str = "unit-0001", day: date = DAY) -> Reach:
    unit = units.get(conn, unit_id)
    assert unit is not None
    return reach(conn, unit, day)


def test_the_demo_is_open_to_all(stocked: sa.Engine) -> None:
    with stocked.connect() as conn:
        assert asked(conn) == Reach(today=DAY)
        assert asked(conn).allows(sold(conn)) is None


@pytest.mark.parametrize(
    ("change", "open_to_it"),
    [
        ({"valid_to": date(2026, 11, 19)}, False),
        ({"valid_to": DAY}, True),
        ({"valid_from": date(2026, 11, 21)}, False),
        ({"valid_from": DAY}, True),
        ({"everybody": False}, False),
    ],
)
def test_a_contract_is_open_on_its_days(stocked: sa.Engine, change: dict[str, Any], open_to_it: bool) -> None:
    with stocked.begin() as conn:
        article = sold(conn)
        theirs = (contracts.c.supplier_id == article.supplier_id) & (contracts.c.number == article.contract)
        assert conn.execute(contracts.update().where(theirs).values(change)).rowcount == 1
        assert (asked(conn).allows(article) is None) is open_to_it


def test_a_contract_may_be_for_some_units(stocked: sa.Engine) -> None:
    with stocked.begin() as conn:
        article = sold(conn)
        key = {"supplier_id": article.supplier_id, "number": article.contract}
        conn.execute(contracts.update().values(everybody=False))
        conn.execute(contract_units.insert(), key | {"unit_id": "unit-0002"})
        assert asked(conn, "unit-0002").allows(article) is None
        assert asked(conn, "unit-0001").allows(article) == "The contract is not open to your unit."


@pytest.mark.parametrize("where", [{}, {"unit_id": "unit-0001"}, {"department_id": "kommunen"}])
def test_a_category_is_blocked_for_unit_department_or_all(stocked: sa.Engine, where: dict[str, str]) -> None:
    with stocked.begin() as conn:
        article = sold(conn)
        row = {"category": article.category, "reason": "Beställs av måltidsservice."}
        conn.execute(category_blocks.insert(), row | where)
        assert asked(conn).allows(article) == "Your unit may not buy this kind of goods here."
        assert (asked(conn, "unit-0002").allows(article) is None) is ("unit_id" in where)


def test_a_block_may_name_the_first_digits_of_unspsc(stocked: sa.Engine) -> None:
    with stocked.begin() as conn:
        article = sold(conn)
        assert article.unspsc
        conn.execute(category_blocks.insert(), {"category": article.unspsc[:2], "reason": "-"})
        assert asked(conn).allows(article) is not None
        assert asked(conn).allows(msgspec.structs.replace(article, unspsc=None)) is None


def test_an_article_has_days_of_its_own(stocked: sa.Engine) -> None:
    with stocked.connect() as conn:
        article, mine = sold(conn), asked(conn)
    over = msgspec.structs.replace(article, valid_to=date(2026, 11, 19))
    later = msgspec.structs.replace(article, valid_from=date(2026, 11, 21))
    assert mine.allows(over) == "It can no longer be ordered."
    assert mine.allows(later) == "It cannot be ordered yet."
