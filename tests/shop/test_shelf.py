"""Days, measures, units and the demo's goods."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.dialects import load_dialects
from gateway.identifiers import Gln, Gtin
from gateway.settings import load_settings, mapping_texts
from gateway.suppliers.supplier import Suppliers
from gateway.workdays import is_run
from shop.delivery import at_hub, at_unit
from shop.goods import GOODS
from shop.measures import base_price, plain, price_decimals
from shop.places import invent
from shop.seed import PEOPLE, article_rows, seed
from shop.tables import articles, unit_members, units
from tests.shop.conftest import NOW, PASSWORD
from web.measures import UNITS

FRIDAY = date(2026, 11, 20)


def test_goods_reach_the_hub_on_a_working_day() -> None:
    assert at_hub(FRIDAY, 0) == FRIDAY
    assert at_hub(FRIDAY, 1) == date(2026, 11, 23)
    assert at_hub(FRIDAY, 4) == date(2026, 11, 24)
    assert at_hub(date(2026, 12, 23), 1) == date(2026, 12, 28), "after Christmas"


def test_the_run_is_after_the_arrival() -> None:
    assert at_unit(FRIDAY, 3, (2, 4)) == date(2026, 11, 24)
    assert at_unit(FRIDAY, 4, (2, 4)) == date(2026, 11, 26)
    assert at_unit(FRIDAY, 3, ()) is None
    assert at_unit(date(2026, 12, 18), 0, (4,)) == date(2026, 12, 23), "the day before Christmas Eve instead"


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(0, 60), st.sets(st.integers(1, 5), min_size=1))
def test_a_delivery_day_is_always_a_run_soon_after_arrival(day: date, lead: int, weekdays: set[int]) -> None:
    there = at_unit(day, lead, weekdays)
    assert there is not None
    assert is_run(there, weekdays)
    assert timedelta(0) < there - at_hub(day, lead) <= timedelta(11), "a week, and longer after a run before a holiday"


def test_comparison_price() -> None:
    assert base_price(Decimal("64.90"), Decimal(100)) == Decimal("0.65")
    assert base_price(Decimal("9.90"), Decimal(2500)) == Decimal("0.0040")
    assert base_price(Decimal("64.90"), None) is None
    assert base_price(Decimal("64.90"), Decimal(0)) is None


@given(st.decimals(min_value=0, max_value=10**9, places=4))
def test_numbers_keep_their_value(value: Decimal) -> None:
    for shown in (plain(value), price_decimals(value)):
        assert shown == value
        assert "E" not in str(shown).upper()


def test_every_unit_of_measure_is_in_the_official_list() -> None:
    texts = mapping_texts(load_settings({}))
    codes = set(texts["codelists/units.yaml"].split())
    used = {code for kinds in GOODS.values() for goods in kinds for code in (goods.unit, goods.content_unit)}
    assert used <= set(UNITS)
    assert set(UNITS) <= codes
    assert load_dialects(texts)


def test_units_have_valid_and_different_numbers() -> None:
    made = list(invent(700))
    assert (
        len({unit.gln for unit in made}) == len({unit.id for unit in made}) == len({unit.name for unit in made}) == 700
    )
    assert all(Gln(unit.gln) and set(unit.weekdays) <= {1, 2, 3, 4, 5} for unit in made)


def test_the_same_goods_every_time(suppliers: Suppliers) -> None:
    first, second = list(article_rows(suppliers, 500)), list(article_rows(suppliers, 500))
    assert first == second
    assert len({(row[0], row[1]) for row in first}) == 500
    assert all(Gtin(row[2]) for row in first if row[2])
    assert {row[9] for row in list(article_rows(suppliers, 5000))} == {Decimal(6), Decimal(12), Decimal(25)}


def test_one_supplier_sells_everything_where_there_is_no_other(suppliers: Suppliers) -> None:
    alone = Suppliers([next(iter(suppliers))])
    rows = list(article_rows(alone, 1000))
    assert len({row[11] for row in rows}) == len(GOODS)
    assert list(article_rows(Suppliers(()), 10)) == []


def test_seeding_fills_an_empty_shop_once(stocked: sa.Engine, suppliers: Suppliers) -> None:
    with stocked.begin() as conn:
        counts = [
            conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in (units, articles)
        ]
        assert counts == [12, 600]
        assert conn.execute(sa.select(sa.func.count()).select_from(unit_members)).scalar_one() == 36
        assert not seed(conn, suppliers, passwords={person.login: PASSWORD for person in PEOPLE}, now=NOW)
