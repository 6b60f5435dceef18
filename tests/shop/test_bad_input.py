"""Bad input at every form of the shop: a clear message, never a fault of ours, never a second order."""

from __future__ import annotations

import re
import threading
from datetime import date
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from gateway.orders.tables import orders
from shop.tables import articles, basket_lines, baskets, category_blocks, contracts, unit_members, units
from tests.shop.conftest import send
from tests.shop.test_pages import fill, numbers, pick, place

SELLERS = (
    sa.select(baskets.c.id, articles.c.supplier_id)
    .join(basket_lines, basket_lines.c.basket_id == baskets.c.id)
    .join(articles, articles.c.id == basket_lines.c.article_id)
    .where(baskets.c.placed_at.is_not(None), basket_lines.c.removed_at.is_(None))
    .distinct()
)
"""Each basket that was ordered with each of its suppliers: so many orders there must be."""
MANY = "Skriv hur många du vill ha"
NUMBERS = ["-1", "1e9", "NaN", "Infinity", "1e-9", "två", "1,2345", "--", "0x10", "9" * 400]
FORMS: dict[str, dict[str, str]] = {
    "/basket/add": {"article": "{article}", "quantity": "1", "back": "/"},
    "/basket/lines/{article_id}": {"quantity": "2", "step": "1"},
    "/basket/lines/{article_id}/remove": {},
    "/basket/lines/{article_id}/restore": {},
    "/basket/place": {"basket_id": "{basket}", "seen": "{seen}", "customer_reference": "4120 Kim", "wanted": ""},
    "/units": {"unit": "unit-0001"},
    "/orders/{number}/approve": {},
    "/orders/{number}/decline": {"reason": "Vi har redan."},
    "/punchout/start": {"supplier": "nobody", "operation": "create"},
    "/punchout/{visit_id}/add": {},
    "/punchout/{visit_id}/remove": {},
    "/punchout/{visit_id}/decline": {},
    "/basket/lines/{article_id}/coding": {},
    "/approvals/confirm": {"order": "26-000001"},
    "/orders/{number}/withdraw": {},
    "/orders/{number}/rebuild": {},
    "/approvals/rules/edit": {},
    "/approvals/rules/remove": {"rule": "limit", "version": "1"},
    "/approvals/rules/holders": {"version": "1", "role": "buyer", "login": "anna", "where": "unit-0001"},
    "/approvals/rules/holders/remove": {"version": "1", "number": "1"},
    "/approvals/rules/days": {},
    "/approvals/rules/back": {"to": "1"},
    "/delegates": {
        "deputy": "anna",
        "role": "buyer",
        "scope": "all",
        "unit": "unit-0001",
        "from_day": "2026-11-26",
        "to_day": "2026-12-01",
    },
    "/delegates/{delegation_id}/end": {},
    "/coding/import": {"dimension": "ansvar"},
    "/coding/undo": {"number": "1"},
    "/coding/try": {"unit": "unit-0001", "category": "food"},
    "/favourites": {"article": "{article}", "on": "yes", "back": "/"},
    "/compare": {"article": "{article}", "on": "yes", "back": "/"},
    "/lists": {"name": "Fredagsfika", "whose": "unit", "from": ""},
    "/lists/add": {"article": "{article}", "to": "new", "quantity": "2", "back": "/"},
    "/lists/{list_id}/basket": {"line": "{article}", "quantity": "2", "take": "{article}"},
    "/lists/{list_id}/edit": {"line": "{article}", "seen": "", "quantity": "2", "act": "save", "back": "/"},
    "/lists/{list_id}/name": {"name": "Fredagsfika", "seen": ""},
    "/lists/{list_id}/copy": {"whose": "unit"},
    "/lists/{list_id}/remove": {},
    "/lists/{list_id}/restore": {},
    "/quick": {"lines": "{article} 2"},
    "/quick/add": {
        "number": "1",
        "article": "{article}",
        "quantity": "2",
        "lines": "{article} 2",
        "to": "new",
        "name": "Fredagsfika",
    },
    "/recurring/new": {
        "list": "{list_id}",
        "every": "week",
        "begins": "2026-11-26",
        "ends": "",
        "price_limit": "10",
        "customer_reference": "4120 Kim",
        "accounting_cost": "",
    },
    "/recurring/{recurring_id}/pause": {},
    "/recurring/{recurring_id}/resume": {},
    "/recurring/{recurring_id}/end": {},
    "/recurring/{recurring_id}/skip": {"day": "2026-11-26"},
    "/recurring/{recurring_id}/unskip": {"day": "2026-11-26"},
    "/recurring/{recurring_id}/now": {"day": "2026-11-26"},
    "/recurring/{recurring_id}/decide": {"day": "2026-11-26", "choice": "yes"},
    "/recurring/{recurring_id}/take-over": {},
    "/recurring/{recurring_id}/settings": {
        "ends": "",
        "price_limit": "10",
        "customer_reference": "4120 Kim",
        "accounting_cost": "",
    },
    "/orders/{number}/again": {"added": ""},
}
"""Every form of the shop with good fields. Whoever adds one adds its line here."""
BAD = [
    "",
    "0",
    "-1",
    "1e9",
    "NaN",
    "1e-9",
    "abc",
    "å" * 3000,
    "9" * 30,
    "unit-9999",
    str(uuid4()),
    "../..",
    "<b>",
    "'; --",
]


def said(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\xa0", " ").split())


def held(engine: sa.Engine) -> dict[int, float]:
    lines = sa.select(basket_lines.c.article_id, basket_lines.c.quantity).where(basket_lines.c.removed_at.is_(None))
    with engine.connect() as conn:
        return {row[0]: float(row[1]) for row in conn.execute(lines)}


def test_every_form_of_the_shop_is_tried(app: Any) -> None:
    from shop.room import ROOM

    posts = {route.path for router in ROOM.routers for route in router.routes if "POST" in route.methods}
    assert posts - FORMS.keys() == set(), "add a line to FORMS"


@pytest.mark.parametrize("path", FORMS)
def test_no_field_of_any_form_makes_a_fault_or_an_order(browser: Any, stocked: sa.Engine, path: str) -> None:
    kim, article = browser("kim"), pick(stocked)
    page = fill(kim, article)
    known = {"article": str(article.id), "article_id": str(article.id), "number": "26-000001", "visit_id": str(uuid4())}
    known |= dict.fromkeys(("list_id", "recurring_id", "delegation_id"), str(uuid4()))
    known |= {name: re.search(rf'name="{field}" value="([^"]*)"', page)[1] for name, field in BASKET.items()}
    good = {name: value.format(**known) for name, value in FORMS[path].items()}
    for name in good:
        for bad in BAD:
            answer = send(kim, path.format(**known), **good | {name: bad})
            assert answer.status_code < 500, (name, bad)
    for name in re.findall(r"\{(\w+)\}", path):
        for bad in ("0", "-1", "9" * 30, "abc", str(uuid4()), "%00"):
            assert send(kim, path.format(**known | {name: bad}), **good).status_code < 500, (name, bad)
    if path != "/basket/place":
        assert numbers(stocked) == []


BASKET = {"basket": "basket_id", "seen": "seen"}


@pytest.mark.parametrize("quantity", ["0", *NUMBERS])
def test_what_is_no_quantity_is_not_added_and_told(browser: Any, stocked: sa.Engine, quantity: str) -> None:
    kim, article = browser("kim"), pick(stocked)
    answer = send(kim, "/basket/add", article=article.id, quantity=quantity)
    assert answer.status_code == 422
    assert MANY in said(answer)
    assert article.name in said(answer)
    assert held(stocked) == {}


@pytest.mark.parametrize("quantity", ["", *NUMBERS])
def test_what_is_no_quantity_changes_no_line_and_is_told_beside_it(
    browser: Any, stocked: sa.Engine, quantity: str
) -> None:
    kim, article = browser("kim"), pick(stocked)
    fill(kim, article)
    answer = send(kim, f"/basket/lines/{article.id}", quantity=quantity)
    assert answer.status_code == 422
    assert f'id="many-{article.id}-error"' in answer.text
    assert f'href="#many-{article.id}"' in answer.text
    assert MANY in said(answer)
    assert held(stocked) == {article.id: 2.0}


def test_htmx_is_told_the_same(browser: Any, stocked: sa.Engine) -> None:
    kim, article = browser("kim"), pick(stocked)
    fill(kim, article)
    kim.headers["hx-request"] = "true"
    added = send(kim, "/basket/add", article=article.id, quantity="0")
    changed = send(kim, f"/basket/lines/{article.id}", quantity="två")
    for answer in (added, changed):
        assert answer.status_code == 422
        assert MANY in said(answer)
        assert "<html" not in answer.text
    assert f'id="added-{article.id}"' in added.text


CLOSED = {
    "its contract is over": ("Avtalet gäller inte för din enhet.", contracts, {"valid_to": date(2026, 11, 19)}),
    "its contract has not begun": ("Avtalet gäller inte för din enhet.", contracts, {"valid_from": date(2026, 11, 21)}),
    "its contract is for others": ("Avtalet gäller inte för din enhet.", contracts, {"everybody": False}),
    "it is no longer sold": ("Varan går inte längre att beställa.", articles, {"valid_to": date(2026, 11, 19)}),
    "it is not sold yet": ("Varan går inte att beställa än.", articles, {"valid_from": date(2026, 11, 21)}),
    "its kind is blocked": ("Din enhet får inte köpa den här sortens varor här.", category_blocks, {}),
}


@pytest.mark.parametrize("why", CLOSED)
def test_what_the_unit_may_not_buy_is_neither_added_nor_ordered(browser: Any, stocked: sa.Engine, why: str) -> None:
    words, table, change = CLOSED[why]
    kim = browser("kim")
    article = next(one for n in range(100) if (one := pick(stocked, skip=n)).contract)
    page = fill(kim, article)
    with stocked.begin() as conn:
        if table is category_blocks:
            conn.execute(table.insert().values(category=article.category, reason="Köps av kosten"))
        else:
            conn.execute(table.update().values(change))
    refused, added = place(kim, page), send(kim, "/basket/add", article=article.id, quantity="1")
    assert refused.status_code == 409
    assert f"{article.name} går inte att beställa:" in said(refused)
    assert added.status_code == 422
    assert words in said(refused)
    assert words in said(added)
    assert "Den lades inte i varukorgen" in said(added)
    assert numbers(stocked) == []
    assert held(stocked) == {article.id: 2.0}
    send(kim, f"/basket/lines/{article.id}/remove")
    assert 'name="seen"' not in kim.get("/basket").text, "removed, and nothing is left to order"


def test_a_unit_that_one_left_is_ordered_for_no_more(browser: Any, stocked: sa.Engine) -> None:
    kim = browser("kim")
    page = fill(kim, pick(stocked))
    with stocked.begin() as conn:
        name = conn.scalar(sa.select(units.c.name).where(units.c.id == "unit-0001"))
        conn.execute(unit_members.delete().where(unit_members.c.unit_id == "unit-0001"))
    send(kim, "/units", unit="unit-0002")
    answer = place(kim, page)
    assert (answer.status_code, f"Du beställer inte längre för {name}." in said(answer)) == (409, True)
    assert numbers(stocked) == []


@pytest.mark.parametrize("what", ["basket", "session", "token", "origin"])
def test_who_is_not_who_they_were_orders_nothing(browser: Any, stocked: sa.Engine, clock: Any, what: str) -> None:
    kim = browser("kim")
    page = fill(kim, pick(stocked))
    if what == "session":
        clock.pass_by(hours=13)
        answer = place(kim, page)
        assert "Formuläret hade hunnit bli för gammalt" in said(answer)
    elif what == "basket":
        answer = place(kim, re.sub(r'(name="basket_id" value=")[^"]*', rf"\g<1>{uuid4()}", page))
        assert "Varukorgen finns inte" in said(answer)
    elif what == "token":
        answer = place(kim, page, csrf="wrong")
        assert "Formuläret hade hunnit bli för gammalt" in said(answer)
    else:
        kim.headers["origin"] = "https://elsewhere.example"
        answer = place(kim, page)
        assert "annan webbplats" in said(answer)
    assert answer.status_code in {200, 403, 409}
    assert numbers(stocked) == []
    assert len(held(stocked)) == 1, "nothing that was chosen is lost"


def test_a_price_that_changed_meanwhile_is_shown_before_it_is_paid(browser: Any, stocked: sa.Engine) -> None:
    kim, article = browser("kim"), pick(stocked)
    page = fill(kim, article)
    with stocked.begin() as conn:
        conn.execute(articles.update().where(articles.c.id == article.id).values(price=article.price + 1))
    answer = place(kim, page)
    assert answer.status_code == 409
    assert "Varukorgen har ändrats sedan du öppnade den" in said(answer)
    assert numbers(stocked) == []


def test_order_pressed_twice_at_once_orders_once(browser: Any, stocked: sa.Engine) -> None:
    """Two real threads that wait for each other, several times; while a third still adds to the basket."""
    kim = browser("kim")
    for turn in range(1, 4):
        page = fill(kim, pick(stocked, skip=turn))
        gate, answers = threading.Barrier(3), []

        def press(page: str = page, gate: threading.Barrier = gate, answers: list[Any] = answers) -> None:
            gate.wait(10)
            answers.append(place(kim, page))

        def add(gate: threading.Barrier = gate) -> None:
            gate.wait(10)
            send(kim, "/basket/add", article=pick(stocked, skip=20).id, quantity="1")

        threads = [threading.Thread(target=act) for act in (press, press, add)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert {answer.status_code for answer in answers} <= {200, 409}
        if all(answer.status_code == 409 for answer in answers):  # the addition came first, and is to be seen
            assert place(kim, answers[0].text).status_code == 200
        with stocked.connect() as conn:
            placed = conn.scalar(sa.select(sa.func.count()).where(baskets.c.placed_at.is_not(None)))
            made = conn.scalar(sa.select(sa.func.count()).select_from(orders))
            wanted = conn.scalar(sa.select(sa.func.count()).select_from(SELLERS.subquery()))
        assert (placed, made) == (turn, wanted)
        send(kim, f"/basket/lines/{pick(stocked, skip=20).id}/remove")
