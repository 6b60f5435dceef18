"""How many may be ordered and what they cost: laws over minimum, steps and tiers, and what basket and order say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.order import line_amount
from gateway.orders import book
from shop.amounts import fits, fitting, least, next_tier, price_at, step_of, stepped
from shop.articles import Article
from shop.document import Wanted, order_line, sums
from shop.tables import articles
from tests.shop.conftest import send

ONE = Article(
    id=1, supplier_id="s", seller_id="A-1", gtin=None, name="Penna", description="", unit="C62", content=None,
    content_unit=None, price=Decimal("12.50"), currency="SEK", vat=Decimal(25), contract=None, category="office",
    lead_days=1, active=True,
)  # fmt: skip
QUANTITIES = st.decimals("0.001", "99999", places=3)
STEPS = st.one_of(st.none(), st.decimals("0.5", "500", places=1))
PRICES = st.decimals("0.0001", "9999", places=4)


@given(STEPS, STEPS, QUANTITIES)
def test_what_fits_is_a_whole_number_of_steps_above_the_minimum(
    minimum: Decimal | None, multiple: Decimal | None, quantity: Decimal
) -> None:
    one = msgspec.structs.replace(ONE, minimum=minimum, multiple=multiple)
    found = fitting(one, quantity)
    assert found >= quantity
    assert found >= (minimum or 0)
    assert fits(one, found)
    assert fits(one, least(one))
    assert multiple is None or found % multiple == 0
    assert found - max(quantity, minimum or Decimal(0)) < step_of(one)
    assert stepped(one, least(one), -1) == 0
    assert fits(one, stepped(one, found, 1))
    assert stepped(one, found, 1) >= found + step_of(one)


@given(st.dictionaries(st.integers(2, 500), PRICES, max_size=4), QUANTITIES)
def test_every_line_of_an_order_is_its_price_times_its_quantity(found: dict[int, Decimal], quantity: Decimal) -> None:
    rising = [{"from": str(least), "price": str(price)} for least, price in sorted(found.items())]
    one = msgspec.structs.replace(ONE, tiers=tuple(rising))
    wanted = Wanted(article=one, quantity=quantity)
    line = order_line(1, wanted)
    reached = [price for least, price in sorted(found.items()) if least <= quantity]
    assert price_at(one, quantity) == (reached[-1] if reached else one.price) == line.price.amount.value  # type: ignore[union-attr]
    assert line.amount.value == line_amount(quantity, line.price) == sums([wanted]).net  # type: ignore[union-attr,arg-type]


def test_the_next_price_is_told_where_it_is_near() -> None:
    tiers = ({"from": "10", "price": "11"}, {"from": "100", "price": "9"})
    one = msgspec.structs.replace(ONE, tiers=tiers, multiple=Decimal(4))
    near = next_tier(one, Decimal(8))
    assert near is not None
    assert (near.least, near.price) == (12, 11)
    assert next_tier(one, Decimal(4)) is None
    assert next_tier(one, Decimal(12)) is None
    assert next_tier(one, Decimal(100)) is None


def _changed(engine: sa.Engine, **values: Any) -> int:
    with engine.begin() as conn:
        found: int = conn.scalar(sa.select(articles.c.id).where(articles.c.active).order_by(articles.c.id).limit(1))
        conn.execute(articles.update().where(articles.c.id == found).values(**values))
    return found


def test_basket_and_order_take_the_price_of_the_quantity(stocked: sa.Engine, browser: Any) -> None:
    tiers = [{"from": "10", "price": "39.50"}]
    id = _changed(stocked, price=Decimal("45.00"), tiers=tiers, minimum=None, multiple=None, vat=25)
    kim = browser("kim")
    send(kim, "/basket/add", article=id, quantity="8")
    page = kim.get("/basket").text
    assert "360,00" in page
    assert "39,50" in page
    assert "Ta 10" in page
    send(kim, f"/basket/lines/{id}", quantity="10")
    assert "395,00" in kim.get("/basket").text
    _placed(kim)
    with stocked.connect() as conn:
        row = book.for_units(conn, ["unit-0001"], limit=1)[0]
    assert row.order.lines[0].price is not None
    assert row.order.lines[0].price.amount.value == Decimal("39.50")
    assert row.order.totals is not None
    assert row.order.totals.payable.value == Decimal("493.75")


@pytest.mark.parametrize(("asked", "taken"), [("3", "8"), ("9", "12"), ("1000000000", None), ("-1", None), ("0", None)])
def test_a_quantity_that_the_supplier_does_not_take_is_offered_rounded_up(
    stocked: sa.Engine, browser: Any, asked: str, taken: str | None
) -> None:
    id = _changed(stocked, minimum=6, multiple=4, tiers=[])
    kim = browser("kim")
    send(kim, "/basket/add", article=id, quantity=asked)
    page = kim.get("/basket").text
    if taken is None:  # no quantity at all
        assert f'id="many-{id}"' not in page
        return
    assert f'id="wrong-{id}"' in page
    assert f'<input type="hidden" name="quantity" value="{taken}">' in page
    answer = _placed(kim)
    assert answer.status_code == 409
    assert f"Ta {taken}." in answer.text
    with stocked.connect() as conn:
        assert book.for_units(conn, ["unit-0001"], limit=1) == []
    send(kim, f"/basket/lines/{id}", quantity=taken)
    send(kim, f"/basket/lines/{id}", quantity=taken, step="1")
    page = kim.get("/basket").text
    assert f'id="wrong-{id}"' not in page
    assert f'inputmode="decimal" value="{int(taken) + 4}"' in page


def _placed(kim: Any) -> Any:
    page = kim.get("/basket").text
    fields = {name: page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0] for name in ("basket_id", "seen")}
    return send(kim, "/basket/place", **fields, customer_reference="4100 Kim")
