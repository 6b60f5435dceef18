"""What a unit may not buy is neither shown nor counted: the index beside a plain reading of the table."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.articles import COLUMNS, Article
from shop.finding import wanted
from shop.finding.asked import Query
from shop.finding.finder import Finder
from shop.finding.index import View
from shop.finding.search import look
from shop.finding.shelf import agreement, band
from shop.reach import Block, Reach
from shop.tables import articles

DAY = date(2026, 11, 20)
TEXTS = ("", "handske", "kaffe", "papper", "undersökn")


@pytest.fixture
def shelf(stocked: sa.Engine) -> tuple[View, list[Article]]:
    """The index and the rows, some of them with days of their own, some not for sale."""
    chance = Random(7)
    with stocked.begin() as conn:
        for row in conn.execute(sa.select(articles.c.id)).all():
            if chance.random() < 0.4:
                days = {
                    name: chance.choice([None, DAY + timedelta(chance.randint(-2, 2))])
                    for name in ("valid_from", "valid_to")
                }
                more = {"active": chance.random() < 0.8, "stock": chance.choice([None, 0, 5])}
                conn.execute(sa.update(articles).where(articles.c.id == row.id).values(**days, **more))
        rows = [Article(**row._mapping) for row in conn.execute(sa.select(*COLUMNS).where(articles.c.active))]
    return Finder(stocked).view(), rows


@pytest.mark.parametrize("singly", [0, 200], ids=["barred as a set", "barred one by one"])
@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hits_and_counts_are_those_of_a_plain_reading(
    shelf: tuple[View, list[Article]], singly: int, data: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, rows = shelf
    monkeypatch.setattr(wanted, "MOST_SINGLY", singly)
    contracts = sorted({(one.supplier_id, one.contract) for one in rows if one.contract})
    kinds = sorted({one.category for one in rows} | {"50", "5", "441", "44000000"})
    mine = Reach(
        today=DAY + timedelta(data.draw(st.integers(-2, 2))),
        closed=frozenset(data.draw(st.lists(st.sampled_from(contracts), max_size=8))),
        blocks=tuple(Block(one, "-") for one in data.draw(st.lists(st.sampled_from(kinds), max_size=3))),
    )
    query = Query(
        text=data.draw(st.sampled_from(TEXTS)),
        category=tuple(data.draw(st.lists(st.sampled_from(kinds[-14:]), max_size=2, unique=True))),
        contract=data.draw(st.booleans()),
        stock=data.draw(st.booleans()),
        band=tuple(data.draw(st.lists(st.sampled_from(["0", "50", "250"]), max_size=2, unique=True))),
        sort=data.draw(st.sampled_from(["relevance", "price", "base"])),
    )
    allowed = [one for one in answering(view, query.text, rows) if mine.allows(one) is None]
    chosen = [one for one in allowed if fits(one, query)]
    pages = [look(view, query.but(page=page), mine, []) for page in range(1, len(chosen) // 20 + 2)]
    ids = [one for found, _ in pages for one in found]
    assert sorted(ids) == sorted(one.id for one in chosen)
    assert {hits.total for _, hits in pages} == {len(chosen)}
    facets = pages[0][1].facets
    others = [one for one in allowed if fits(one, msgspec.structs.replace(query, category=()))]
    counted = Counter(one.category for one in others)
    assert {one.value: one.count for one in facets["category"] if one.count} == dict(counted)
    held = Counter(agreement(one.supplier_id, one.contract) for one in chosen if one.contract)
    assert all(one.count == held[one.value] for one in facets["agreement"])
    if query.sort == "price":
        by_id = {one.id: one for one in rows}
        prices = [by_id[one].price for one in ids]
        assert prices == sorted(prices)


def answering(view: View, text: str, rows: list[Article]) -> list[Article]:
    """The rows that answer to the words when nothing is closed or chosen."""
    wide = Reach(today=DAY)
    found: set[int] = set()
    for day in range(-3, 4):
        mine = msgspec.structs.replace(wide, today=DAY + timedelta(day))
        for page in range(1, 32):
            ids, _ = look(view, Query(text=text, page=page), mine, [])
            found.update(ids)
            if len(ids) < 20:
                break
    return [one for one in rows if one.id in found] if text else rows


def fits(one: Article, query: Query) -> bool:
    return (
        (not query.category or one.category in query.category)
        and (not query.contract or one.contract is not None)
        and (not query.stock or (one.stock is not None and one.stock > 0))
        and (not query.band or str(band(one.price)) in query.band)
    )
