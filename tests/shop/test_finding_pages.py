"""The search page: facets, what is shown instead, suggestions, and what a search that is not ready says."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from shop.finding.asked import Query, asked
from shop.finding.finder import Building, Finder
from shop.tables import articles, category_blocks, contracts
from tests.shop.conftest import send

Browser = Callable[..., Any]


def hits(page: str) -> int:
    found = re.search(r'role="status"[^>]*>(\d+) träff', page)
    assert found, "the page tells no number of hits"
    return int(found[1])


def link_of(page: str, word: str) -> tuple[str, int]:
    """Where a facet's value leads, and its count."""
    found = re.search(rf'<a class="check" href="([^"]+)"[^>]*><span>{word}</span><span[^>]*>(\d+)', page)
    assert found, f"no choice {word!r}"
    return html.unescape(found[1]), int(found[2])


def test_choosing_and_taking_back(browser: Browser) -> None:
    kim = browser("kim")
    page = kim.get("/search?q=papper").text
    address, count = link_of(page, "Kontor")
    office = kim.get(address).text
    assert hits(office) == count
    assert 'aria-current="true"' in office
    address, more = link_of(office, "Hygien")
    both = kim.get(address).text
    assert hits(both) == count + more, "of one facet several may be chosen"
    assert kim.get(link_of(both, "Hygien")[0]).url == kim.get(link_of(page, "Kontor")[0]).url
    assert hits(kim.get("/search?q=papper&contract=1").text) <= hits(page)


@pytest.mark.parametrize("name", ["supplier", "band", "label", "agreement", "group"])
def test_each_facet_counts_what_it_leads_to(browser: Browser, name: str) -> None:
    kim = browser("kim")
    page = kim.get("/search").text
    links = re.findall(rf'<a class="check" href="([^"]*[?&amp;]{name}=[^"]*)"[^>]*>.*?<span[^>]*num">(\d+)', page)
    if name == "group":
        links = links[:3]
    assert links, name
    for address, count in links[:3]:
        assert hits(kim.get(html.unescape(address)).text) == int(count)


def test_another_spelling_is_said_and_can_be_refused(browser: Browser) -> None:
    kim = browser("kim")
    page = kim.get("/search?q=toapaper").text
    assert "Visar resultat för <b>toapapper</b>" in page
    assert "Toalettpapper" in page
    refused = re.search(r'href="([^"]+)">Sök i stället efter', page)
    assert refused
    exact = kim.get(html.unescape(refused[1])).text
    assert "Ingen vara matchar ”toapaper”" in exact
    assert "Menade du" in kim.get("/search?q=plaster").text
    assert "Inget har alla orden" in kim.get("/search?q=blå papper elefant hylla").text


def test_suggestions_lead_on(browser: Browser) -> None:
    kim = browser("kim")
    part = kim.get("/search/suggest?q=hand").text
    items = re.findall(r"<li>", part)
    assert 3 <= len(items) <= 8
    address = re.search(r'href="(/search[^"]+)"', part)
    assert address
    assert hits(kim.get(html.unescape(address[1])).text) > 0
    assert "<html" not in part
    for nothing in ("", "h", "%00", "zzzzzzzz"):
        assert "<li>" not in kim.get("/search/suggest", params={"q": nothing}).text


def test_what_a_unit_may_not_buy_is_not_even_suggested(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    before = hits(kim.get("/search").text)
    with stocked.begin() as conn:
        kinds = sa.select(sa.func.count()).where(articles.c.category == "food")
        food = conn.execute(kinds).scalar_one()
        conn.execute(category_blocks.insert(), {"category": "food", "unit_id": "unit-0001", "reason": "-"})
    assert hits(kim.get("/search").text) == before - food
    assert "Ingen vara matchar" in kim.get("/search?q=kaffebönor&exact=1").text
    assert "Bryggkaffe" not in kim.get("/search/suggest?q=brygg").text
    with stocked.begin() as conn:
        conn.execute(contracts.update().values(valid_to=date(2026, 11, 19)))
    assert "Avtal 20" not in kim.get("/search").text
    send(kim, "/units", unit="unit-0002")
    assert hits(kim.get("/search?category=food").text) > 0, "it is for one unit only"


def test_numbers_are_found_as_people_write_them(browser: Browser, stocked: sa.Engine) -> None:
    kim = browser("kim")
    with stocked.begin() as conn:
        row = conn.execute(sa.select(articles).where(articles.c.gtin.is_not(None)).limit(1)).one()
        conn.execute(
            sa.update(articles).where(articles.c.id == row.id).values(manufacturer_id="MX 77-81", brand="Nordlys")
        )
    for text in (row.gtin, f"0{row.gtin}", row.seller_id.lower(), row.seller_id.replace("-", " "), "mx7781", "nordlys"):
        assert f'id="article-{row.id}"' in kim.get("/search", params={"q": text}).text, text


def test_marks_of_an_article(browser: Browser, stocked: sa.Engine) -> None:
    with stocked.begin() as conn:
        values = {"labels": ["svanen", "okänd"], "crisis": True, "image": "/static/shop/mark.svg", "name": "Xylofon"}
        conn.execute(sa.update(articles).where(articles.c.id == 1).values(values))
    page = browser("kim").get("/search?q=xylofon").text
    for word in ("Svanen", "okänd", "Beredskap", '<img src="/static/shop/mark.svg" alt=""'):
        assert word in page, word


def test_odd_addresses_are_no_harm(browser: Browser) -> None:
    kim = browser("kim")
    for odd in (
        "band=x&band=99",
        "supplier=" + "x" * 500,
        "agreement=|",
        "group=1e9",
        "sort=x",
        "page=-5",
    ):
        assert kim.get(f"/search?{odd}").status_code == 200, odd
    assert kim.get("/search", params={"q": "a " * 300}).status_code == 200


def test_until_it_is_ready_the_search_says_so(browser: Browser, app: Any, stocked: sa.Engine) -> None:
    class Unready(Finder):
        def view(self) -> Any:
            raise Building(0.42)

    app.state.finder = Unready(stocked)
    kim = browser("kim")
    answer = kim.get("/search?q=kaffe")
    assert answer.status_code == 503
    assert "42 % är klart" in answer.text
    assert "<html" not in kim.get("/search?q=kaffe", headers={"hx-request": "true"}).text
    assert kim.get("/search/suggest?q=kaffe").status_code == 200


def test_an_address_and_its_query_are_the_same_thing() -> None:
    query = Query(text="blå pärm", category=("food", "it"), band=("50",), contract=True, sort="base", page=3)
    from urllib.parse import parse_qsl, urlsplit

    assert asked(parse_qsl(urlsplit(query.address).query), 3) == query
    assert query.toggled("category", "it").toggled("category", "it").category == ("food", "it")
    assert query.toggled("contract", "1").page == 1
