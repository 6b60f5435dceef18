"""Bad input at every form of the shop: a clear message, never a fault of ours, never a second order."""

from __future__ import annotations

import os
import re
import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4
from zlib import crc32

import pytest
import sqlalchemy as sa

from gateway.exchange.punchout import visits
from gateway.orders.tables import orders
from shop.insight.ledgers import store
from shop.insight.samples import Entry, as_csv, org_number
from shop.room import ROOM
from shop.tables import articles, basket_lines, baskets, category_blocks, contracts, unit_members, units
from tests.shop.conftest import NOW, person, send
from tests.shop.lists_stage import a_list, a_recurring, some
from tests.shop.test_pages import field, fill, numbers, pick, place
from web.access import APPROVER, BUYER, CONTROLLER, PURCHASER

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
_ROUTES = [route for router in ROOM.routers for route in router.routes if "POST" in route.methods]
FORMS = {route.path: [one.alias for one in route.dependant.body_params] for route in _ROUTES}
"""Every form of the shop with the fields that it takes, as the app itself knows them: none can be forgotten."""
PEOPLE = {"anna": {BUYER, APPROVER}, "pia": {PURCHASER}, "cleo": {CONTROLLER}}
SENDERS = {route.path: next(who for who in PEOPLE if PEOPLE[who] & route.endpoint.allowed) for route in _ROUTES}
"""Somebody who may send each form."""
GOOD = {
    "/catalogues": {"id": str(uuid4()), "supplier": "nobody", "contract": "X", "replaces": "yes"},
    "/catalogues/{number}/approve": {"number": "1", "which": "all"},
    "/catalogues/{number}/decline": {"number": "1", "reason": "Fel priser"},
    "/catalogues/contract": {"supplier": "nobody", "contract": "X", "owner": "pia", "price_percent": "3"},
    "/catalogues/rollback": {"supplier": "nobody", "contract": "X", "back_to": "1"},
    "/catalogues/blocks": {"category": "it", "unspsc": "43", "whom": "unit:unit-0001", "reason": "Köps centralt"},
    "/catalogues/blocks/{id}/remove": {"id": "1"},
    "/catalogues/crisis": {"supplier": "nobody", "numbers": "A-1", "what": "mark"},
    "/insight/goal": {"amount": "1000", "year": "2026"},
    "/insight/ledgers/{ledger_id}/read": {"day": "0", "supplier": "1", "net": "5", "vat": "25", "accounts": "4"},
    "/insight/ledgers/{ledger_id}/decide": {"supplier": "A AB", "text": "kaffe", "what": "confirmed", "fate": "beside"},
    "/insight/ledgers/{ledger_id}/change": {"supplier": "A AB", "text": "kaffe"},
    "/insight/ledgers/{ledger_id}/remove": {"sure": "yes"},
    "/insight/limits": {"valid_from": "2026-01-01", "most": "700000", "documented": "100000", "warned": "80"},
    "/insight/limits/remove": {"valid_from": "2026-01-01"},
}
"""What fields hold where a name alone does not say it."""
ORDERS = {"/basket/place": 1, "/recurring/{recurring_id}/now": 1, "/recurring/{recurring_id}/decide": 1}
"""The forms that order, and how many orders what `known_of` prepares may become, however often they are sent."""
BAD = ["", "0", "-1", "1e9", "NaN", "1e-9", "å" * 3000, str(UUID(int=7)), "<b>'; --\x07"]
BAD_PLACES = ["0", "-1", "9" * 30, "abc", str(UUID(int=7)), "%00"]
EVERY_BAD_VALUE = bool(os.environ.get("AVROP_BAD_VALUES"))


def some_of(values: list[str], path: str, name: str) -> list[str]:
    """Three values for each field, others for the next field: all of them only with AVROP_BAD_VALUES, in minutes."""
    first = crc32(f"{path} {name}".encode()) % len(values)
    return values if EVERY_BAD_VALUE else [values[(first + turn) % len(values)] for turn in (0, 2, 5)]


def said(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\xa0", " ").split())


def held(engine: sa.Engine) -> dict[int, float]:
    lines = sa.select(basket_lines.c.article_id, basket_lines.c.quantity).where(basket_lines.c.removed_at.is_(None))
    with engine.connect() as conn:
        return {row[0]: float(row[1]) for row in conn.execute(lines)}


def known_of(engine: sa.Engine, anna: Any) -> dict[str, str]:
    """Good values of fields and of addresses by their names. `anna` buys and approves; one order of kim's waits."""
    article = pick(engine)
    page = fill(anna, article)
    with engine.begin() as conn:
        list_id = a_list(conn, [some(conn, 1)[0]], "anna")
        recurring_id = a_recurring(conn, list_id, NOW.date(), "anna")
        who = {"supplier_id": article.supplier_id, "person": str(person(conn, "anna").id), "unit_id": "unit-0001"}
        visit = visits.open_visit(conn, **who, kind="cxml", now=NOW, minutes=60, state=visits.State.OPEN)
    found = {"article": str(article.id), "article_id": str(article.id), "visit_id": str(visit.id)}
    found |= {"list_id": str(list_id), "list": str(list_id), "recurring_id": str(recurring_id)}
    found |= {name: field(page, name) for name in ("basket_id", "seen")}
    return found | {"quantity": "2", "step": "1", "unit": "unit-0001", "back": "/", "day": NOW.date().isoformat()}


@pytest.mark.parametrize("path", FORMS)
def test_no_field_of_any_form_makes_a_fault_or_a_second_order(browser: Any, stocked: sa.Engine, path: str) -> None:
    kim, anna = browser("kim"), browser("anna")
    with stocked.begin() as conn:
        conn.execute(units.update().values(approval_limit=1))
    assert place(kim, fill(kim, pick(stocked, skip=1))).status_code == 200
    (number,) = numbers(stocked)
    nobody = dict.fromkeys(re.findall(r"\{(\w+)\}", path), str(uuid4()))
    known = nobody | known_of(stocked, anna) | {"number": number, "ledger_id": ledger_of(stocked)} | GOOD.get(path, {})
    sender = anna if SENDERS[path] == "anna" else browser(SENDERS[path], None)
    good = {name: known.get(name, "") for name in FORMS[path]}
    for name in good:
        for bad in some_of(BAD, path, name):
            assert send(sender, path.format(**known), **good | {name: bad}).status_code < 500, (name, bad)
    for name in re.findall(r"\{(\w+)\}", path):
        for bad in some_of(BAD_PLACES, path, name):
            assert send(sender, path.format(**known | {name: bad}), **good).status_code < 500, (name, bad)
    assert len(numbers(stocked)) - 1 <= ORDERS.get(path, 0)


def ledger_of(engine: sa.Engine) -> str:
    """An uploaded ledger of one row, not read yet; its id."""
    row = Entry(date(2026, 11, 2), "A AB", org_number(1), "kaffe", None, Decimal(90), "4100", "6460")
    with engine.begin() as conn:
        return str(store(conn, BytesIO(as_csv([row])), "a.csv", "cleo", datetime(2026, 11, 20, tzinfo=UTC))[0])


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
