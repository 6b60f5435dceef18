"""The manual channel through the pages: given by telephone, answered, sent, registered, received at the hub."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.exchange import journal, tasks
from gateway.exchange.office import Handlers
from gateway.orders import book
from gateway.orders.lifecycle import State
from gateway.orders.tables import orders
from hub.receiving import expect, scan
from hub.tables import parcels
from shop.tables import articles
from tests.shop.conftest import send
from tests.shop.test_pages import field, fill, pick, place
from tests.shop.test_requests import PDF, post

LATER = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
Browser = Any


@pytest.fixture
def pia(app: Any, browser: Browser) -> Any:
    """A purchaser, in a house whose hub hears of despatch advices."""
    app.state.handlers = Handlers(despatch_advice=expect)
    return browser("pia", unit=None)


def ordered(browser: Browser, engine: sa.Engine, suppliers: Any, by_hand: bool = True) -> Any:
    """An order of Kim's to a supplier that is ordered from by hand."""
    kim = browser("kim")
    place(kim, fill(kim, pick(engine, suppliers=suppliers, transport=not by_hand), quantity="4"))
    return row_of(engine)


def row_of(engine: sa.Engine, number: str = "") -> Any:
    with engine.connect() as conn:
        return book.get(conn, number) if number else book.for_units(conn, ["unit-0001"])[0]


REGISTERED = {"how": "telephone", "bought_on": "2026-11-19", "bought_by": "Kim Exempel", "reference": "Eva i växeln"}
REGISTERED |= {"unit": "Förskolan Björken", "lines.0.name": "Sand, 0-2 mm", "lines.0.quantity": "2,5"}
REGISTERED |= {"lines.0.measure": "KGM", "lines.0.price": "399,50", "lines.0.vat": "25", "promised": "2026-11-24"}


def register(pia: Any, seller: str, files: Any = (), **more: str) -> Any:
    page = pia.get("/desk/register").text
    form = REGISTERED | {"id": field(page, "id"), "supplier": seller} | more
    return post(pia, "/desk/register", files, **form)


def test_given_by_telephone_answered_sent_and_received(
    browser: Browser, pia: Any, stocked: sa.Engine, suppliers: Any
) -> None:
    row = ordered(browser, stocked, suppliers)
    to = f"/desk/orders/{row.number}"
    assert row.state is State.BY_HAND
    desk = pia.get("/desk").text
    assert to in desk
    assert "Att beställa för hand" in desk
    page = pia.get(to).text
    assert f"Beställning {row.number} från" in page
    assert "Märk varje kolli med beställningens nummer" in page
    send(pia, f"{to}/contact", person="Eva", telephone="010-000 00 00", email="order@leverantor.example")
    assert "tel:010-0000000" in pia.get(to).text
    assert "mailto:order@leverantor.example?subject=" in pia.get(to).text
    assert send(pia, f"{to}/told").status_code == 422
    for _ in range(2):
        send(pia, f"{to}/told", how="telephone", said="Eva")
    assert row_of(stocked).state is State.SENT
    assert "Väntar på leverantörens svar" in pia.get("/desk").text
    kim = browser("kim")
    assert "Ringd till leverantören" in kim.get(f"/orders/{row.number}").text
    wrong = send(pia, f"{to}/answer", code="CA", **{"lines.0.quantity": "tre"})
    assert wrong.status_code == 422
    assert 'id="lines.0.quantity-error"' in wrong.text
    facts = {"lines.0.quantity": "3", "lines.0.promised": "2026-11-25", "lines.0.price": "99,90"}
    for _ in range(2):
        send(pia, f"{to}/answer", code="CA", **facts)
    assert row_of(stocked).state is State.CHANGED
    page = kim.get(f"/orders/{row.number}").text
    assert "3\xa0" in page
    assert "bekräftade" in page
    assert "99,90\xa0kr" in page
    form = {"parcels": "2", "day": "2026-11-25", "sent.0": "3", "ours": field(pia.get(to).text, "ours")}
    for _ in range(2):
        assert send(pia, f"{to}/sent", **form).status_code == 200
    with stocked.begin() as conn:
        told = [event.event.value for event in book.timeline(conn, row.id)]
        assert told.count("despatched") == 1
        assert told.count("sent") == 1
        assert told.count("changed") == 1
        assert [one.closed_at is None for one in tasks.for_order(conn, row.id)] == [False]
        waiting = conn.execute(sa.select(parcels).where(parcels.c.order_id == row.id)).all()
        assert [one.state for one in waiting] == ["expected", "expected"]
        assert {one.transport for one in journal.of_order(conn, row.id)} == {"typed"}
        for parcel in waiting:
            assert scan(conn, parcel.order_number, "Dani Exempel", LATER).kind.value == "choose"
    assert "Beställningen är skickad" in kim.get(f"/orders/{row.number}").text or "skickat" in page


def test_they_say_no_and_nothing_comes(browser: Browser, pia: Any, stocked: sa.Engine, suppliers: Any) -> None:
    row = ordered(browser, stocked, suppliers)
    send(pia, f"/desk/orders/{row.number}/told", how="mail")
    send(pia, f"/desk/orders/{row.number}/answer", code="RE", note="Utgått")
    assert row_of(stocked).state is State.REJECTED
    assert row.number not in pia.get("/desk").text
    late = send(pia, f"/desk/orders/{row.number}/sent", parcels="1")
    assert late.status_code == 422
    assert "inget kan vara på väg" in late.text


def test_what_cannot_be_had_is_cancelled_with_a_reason(
    browser: Browser, pia: Any, stocked: sa.Engine, suppliers: Any
) -> None:
    row = ordered(browser, stocked, suppliers)
    to = f"/desk/orders/{row.number}"
    assert send(pia, f"{to}/cancel", reason=" ").status_code == 422
    send(pia, f"{to}/cancel", reason="De har slutat med det.")
    assert row_of(stocked).state is State.CANCELLED
    assert "De har slutat med det." in browser("kim").get(f"/orders/{row.number}").text


def test_each_takes_their_own_and_filters(browser: Browser, pia: Any, stocked: sa.Engine, suppliers: Any) -> None:
    row = ordered(browser, stocked, suppliers)
    assert row.number not in pia.get("/desk?show=mine").text
    send(pia, f"/desk/orders/{row.number}/take")
    assert row.number in pia.get("/desk?show=mine").text
    assert row.number not in pia.get("/desk?show=free").text
    assert row.number in pia.get(f"/desk?q={row.number}").text
    assert "Inget här med det här filtret" in pia.get("/desk?q=xyzzy").text
    assert "\xa0" not in pia.get("/desk?q=%00").text or pia.get("/desk?q=%00").status_code == 400


def test_registered_afterwards_and_received_by_its_number(
    browser: Browser, pia: Any, stocked: sa.Engine, suppliers: Any
) -> None:
    seller = next(one for one in suppliers if one.by_hand)
    answer = register(pia, seller.name, {"files": ("bekraftelse.pdf", PDF)}, note="Bakom grinden")
    assert answer.status_code == 200
    assert "Registrerad. Hubben tar emot den" in answer.text
    assert "bekraftelse.pdf" in answer.text
    row = row_of(stocked)
    assert row.number == "26-000001"
    assert row.state is State.CONFIRMED
    assert row.placed_by == "kim"
    assert str(row.order.totals.lines.value) == "998.75"
    assert str(row.order.totals.payable.value) == "1248.44"
    assert row.order.issued.isoformat() == "2026-11-19"
    kim = browser("kim")
    page = kim.get(f"/orders/{row.number}").text
    assert "Kim Exempel ringde in den" in page
    assert "Bekräftad" in page
    assert "2026-11-26" in page, "the run after the promised day"
    assert row.number in pia.get("/desk").text
    with stocked.begin() as conn:
        found = scan(conn, row.number.lower(), "Dani Exempel", LATER)
        assert found.kind.value == "received"
        assert found.unannounced
        assert found.parcels[0].unit_name == "Förskolan Björken"
        assert found.parcels[0].contents[0].name == "Sand, 0-2 mm"
    assert row_of(stocked).state is State.AT_HUB
    assert "Allt har kommit till hubben" in kim.get(f"/orders/{row.number}").text


def test_an_article_of_the_range_fills_in_the_rest(pia: Any, stocked: sa.Engine, suppliers: Any) -> None:
    article = pick(stocked, suppliers=suppliers)
    seller = suppliers.by_id[article.supplier_id]
    empty = {"lines.0.name": "", "lines.0.price": "", "lines.0.article": article.seller_id, "lines.0.quantity": "3"}
    more = {"lines.1.name": "Frakt", "lines.1.quantity": "1", "lines.1.price": "0,01", "lines.1.vat": "6"}
    more |= {"lines.1.measure": "C62"}
    assert register(pia, seller.id, **empty, **more).status_code == 200
    first, second = row_of(stocked).order.lines
    assert (first.item.name, first.quantity.unit, first.price.amount.value) == (
        article.name,
        article.unit,
        article.price.normalize() if article.price.normalize() == article.price else article.price,
    )
    assert str(second.amount.value) == "0.01"
    with stocked.connect() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(articles)).scalar_one() == 600, "no article is made"


def test_registering_twice_makes_one(pia: Any, stocked: sa.Engine, suppliers: Any) -> None:
    seller = next(iter(suppliers))
    page = pia.get("/desk/register").text
    form = REGISTERED | {"id": field(page, "id"), "supplier": seller.id}
    with ThreadPoolExecutor(3) as presses:
        answers = list(presses.map(lambda _: post(pia, "/desk/register", **form), range(3)))
    assert len({str(answer.url) for answer in answers}) == 1
    with stocked.connect() as conn:
        assert conn.execute(sa.select(sa.func.count()).select_from(orders)).scalar_one() == 1


def test_goods_that_are_there_already_are_delivered(pia: Any, stocked: sa.Engine, suppliers: Any) -> None:
    register(pia, next(iter(suppliers)).id, received_by="Vaktmästaren", bought_by="Någon Utan Konto")
    row = row_of(stocked)
    assert row.state is State.DELIVERED
    assert row.placed_by == "Någon Utan Konto"
    with stocked.begin() as conn:
        assert scan(conn, row.number, "Dani Exempel", LATER).kind.value != "choose"


WRONG = {
    "supplier": "Finns Inte AB",
    "unit": "Ingenstans",
    "bought_on": "2026-11-21",
    "bought_by": " ",
    "promised": "2020-01-01",
    "lines.0.quantity": "-1",
    "lines.0.price": "1e9",
    "lines.0.name": " ",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_stands_at_its_field(pia: Any, stocked: sa.Engine, suppliers: Any, name: str) -> None:
    answer = register(pia, next(iter(suppliers)).id, **{name: WRONG[name]})
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    with stocked.connect() as conn:
        assert conn.execute(sa.select(orders.c.id)).first() is None


def test_more_rows_keep_what_was_written(pia: Any, suppliers: Any) -> None:
    answer = register(pia, next(iter(suppliers)).id, then="more", rows="3")
    assert answer.text.count('aria-label="Hur många"') == 6
    assert "Sand, 0-2 mm" in answer.text
    assert register(pia, "x", then="more", rows="9999").text.count('aria-label="Hur många"') <= 40


def test_a_hostile_confirmation_registers_nothing(pia: Any, stocked: sa.Engine, suppliers: Any) -> None:
    answer = register(pia, next(iter(suppliers)).id, {"files": ("x.pdf", b"<html>")})
    assert answer.status_code == 422
    with stocked.connect() as conn:
        assert conn.execute(sa.select(orders.c.id)).first() is None


def test_the_desk_is_the_purchasers_alone(browser: Browser, pia: Any, stocked: sa.Engine, suppliers: Any) -> None:
    row = ordered(browser, stocked, suppliers)
    kim = browser("kim")
    for path in ("/desk", "/desk/register", f"/desk/orders/{row.number}"):
        assert kim.get(path).status_code == 403
    assert send(kim, f"/desk/orders/{row.number}/told", how="mail").status_code == 403
    assert pia.get("/desk/orders/26-999999").status_code == 404
