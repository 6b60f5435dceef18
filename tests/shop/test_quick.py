"""Quick order: pasted lines are shown as they were understood before anything is in the basket."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.identifiers import gs1_check_digit
from shop.lists import book
from shop.tables import articles
from tests.shop.conftest import send
from tests.shop.lists_stage import some
from tests.shop.test_lists import held

Browser = Callable[..., Any]
GTIN_8 = f"7350001{gs1_check_digit('7350001')}"


@pytest.fixture
def goods(stocked: sa.Engine) -> list[Any]:
    """Three articles whose GTIN nobody shares."""
    with stocked.begin() as conn:
        found = some(conn, 3)
        for place, article in enumerate(found):
            values = {"gtin": ("7350001000017", "7350001000024", GTIN_8)[place]}
            conn.execute(articles.update().where(articles.c.id == article.id).values(values))
        return found


def rows(page: str) -> dict[int, str]:
    """The table's rows by line number."""
    return {int(number): row for number, row in re.findall(r'<tr id="row-(\d+)">(.*?)</tr>', page, re.DOTALL)}


def test_every_shape_is_understood_and_put_in_the_basket(
    stocked: sa.Engine, browser: Browser, goods: list[Any]
) -> None:
    kim = browser("kim")
    one, other, third = goods
    text = f"Art.nr\tAntal\n{one.seller_id.lower()}\t3\n7350001000024; 2,5\n00000{GTIN_8} 4 st\n\n"
    text += f"finnsinte-9 1\n{one.seller_id} 0"
    page = send(kim, "/quick", lines=text).text
    found = rows(page)
    assert sorted(found) == [2, 3, 4, 6, 7]
    assert 'value="3"' in found[2]
    assert (other.name in found[3], 'value="2,5"' in found[3]) == (True, True)
    assert third.name in found[4]
    assert "Inte förstådd" in found[6]
    assert "Skriv ett antal mellan" in found[7]
    assert held(stocked) == {}
    picked = one.id if f'value="{one.id}"' in found[2] else None
    assert picked, "the number's article is offered"
    sent = {"number": ["2", "3", "4"], "article": [str(a.id) for a in goods], "quantity": ["3", "2,5", "4"]}
    assert send(kim, "/quick/add", **sent, lines=text).url.path == "/basket"
    assert held(stocked) == {one.id: 3, other.id: Decimal("2.5"), third.id: 4}


def test_a_number_of_several_suppliers_and_words_are_chosen_between(
    stocked: sa.Engine, browser: Browser, goods: list[Any]
) -> None:
    one = goods[0]
    with stocked.begin() as conn:
        other = conn.execute(sa.select(articles.c.id).where(articles.c.supplier_id != one.supplier_id).limit(1))
        conn.execute(articles.update().where(articles.c.id == other.scalar_one()).values(seller_id=one.seller_id))
    found = rows(send(browser("kim"), "/quick", lines=f"{one.seller_id} 2\n3 st kaffe").text)
    assert "Flera leverantörer" in found[1]
    assert found[1].count("<option") >= 3
    assert "Bästa gissningarna" in found[2]
    assert "selected" not in found[2], "words choose nothing by themselves"


def test_left_out_wrong_and_forged_lines(stocked: sa.Engine, browser: Browser, goods: list[Any]) -> None:
    kim, (one, other, _) = browser("kim"), goods
    sent = {"number": ["1", "2", "x"], "article": ["", str(other.id), str(one.id)], "quantity": ["1", "0", "1"]}
    answer = send(kim, "/quick/add", **sent, lines=one.seller_id)
    assert (answer.status_code, "Ingen rad har en vara än" in answer.text) == (422, True)
    wrong = send(kim, "/quick/add", number="1", article=one.id, quantity="-3", lines=f"{one.seller_id} 1")
    assert wrong.status_code == 422
    assert 'value="-3"' in wrong.text
    with stocked.begin() as conn:
        conn.execute(articles.update().where(articles.c.id == one.id).values(active=False))
    assert send(kim, "/quick/add", number="1", article=one.id, quantity="3").status_code == 422
    assert send(kim, "/quick/add", number="1", article=10**15, quantity="3").status_code == 422
    assert held(stocked) == {}


def test_five_hundred_lines_and_not_one_more(stocked: sa.Engine, browser: Browser, goods: list[Any]) -> None:
    kim = browser("kim")
    with stocked.connect() as conn:
        numbers = [one.seller_id for one in some(conn, 500)]
    lines = [f"{numbers[place % len(numbers)]}\t{place + 1}" for place in range(500)]
    page = send(kim, "/quick", lines="\r\n".join(lines)).text
    assert len(rows(page)) == 500
    sent = re.findall(r'name="number" value="(\d+)">.*?name="article"[^>]*?(?:value="(\d+)"|>)', page, re.DOTALL)
    assert len(sent) == 500
    assert "högst 500 rader" in send(kim, "/quick", lines="\n".join([*lines, "AB-1 1"])).text.lower()
    assert send(kim, "/quick", lines="x" * 300_000).status_code == 422
    assert send(kim, "/quick", lines=" \n ").status_code == 422


def test_hostile_lines_are_only_text(stocked: sa.Engine, browser: Browser) -> None:
    kim = browser("kim")
    hostile = (
        "<script>alert(1)</script>; 3",
        "'; DROP TABLE articles; --",
        "%' OR 1=1",
        "\u202egnp\t2",
        "\ud83d\ude00 \x07 7",
    )
    for text in hostile:
        answer = send(kim, "/quick", lines=text.encode("utf-16", "surrogatepass").decode("utf-16"))
        assert answer.status_code == 200, text
        assert "<script>alert" not in answer.text
        assert "Inte förstådd" in answer.text or "Bästa gissningarna" in answer.text
    assert send(kim, "/quick", lines="AB-1\0 3").status_code == 400


def test_pasted_lines_may_become_a_list(stocked: sa.Engine, browser: Browser, goods: list[Any]) -> None:
    kim = browser("kim")
    sent = {
        "number": "1",
        "article": str(goods[0].id),
        "quantity": "4",
        "lines": f"{goods[0].seller_id} 4",
        "to": "list",
    }
    assert send(kim, "/quick/add", **sent, name="").status_code == 422
    page = send(kim, "/quick/add", **sent, name="Månadsbeställning")
    assert "Månadsbeställning" in page.text
    with stocked.connect() as conn:
        (line,) = book.lines_of(conn, UUID(page.url.path.rsplit("/", 1)[1]))
    assert (line.article.id, line.quantity) == (goods[0].id, 4)
