"""Lists on their pages: made, shared, ordered with one press, changed by two at once, and what has become of a line."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from shop import basket
from shop.lists import book
from shop.lists.book import Line
from shop.tables import articles, contracts, unit_members
from tests.shop.conftest import NOW, person, send
from tests.shop.lists_stage import a_list, some

Browser = Callable[..., Any]


def lines(engine: sa.Engine, list_id: UUID) -> list[Line]:
    with engine.connect() as conn:
        return book.lines_of(conn, list_id)


def held(engine: sa.Engine, login: str = "kim") -> dict[int, Decimal]:
    """What the person's basket for the first unit holds, by article."""
    with engine.begin() as conn:
        mine = basket.open_basket(conn, person(conn, login).id, "unit-0001", NOW)
        return {line.article.id: line.quantity for line in mine.kept}


def test_a_list_is_made_shared_and_ordered_with_one_press(stocked: sa.Engine, browser: Browser) -> None:
    kim, anna = browser("kim"), browser("anna")
    assert "Ingen gemensam lista än" in kim.get("/lists").text
    assert send(kim, "/lists", name="  ").status_code == 422
    address = send(kim, "/lists", name="Fredagsfika <b>").url.path.removesuffix("/edit")
    with stocked.connect() as conn:
        one, other = some(conn, 2)
    for article in (one, other):
        to = UUID(address.rsplit("/", 1)[1])
        send(kim, "/lists/add", article=article.id, to=str(to), quantity="2,5", back=f"/articles/{article.id}")
    assert "Fredagsfika &lt;b&gt;" in anna.get("/lists").text, "everybody of the unit sees it"
    assert "Fredagsfika" in anna.get("/").text, "it is at hand on the front page"
    first, second = lines(stocked, to)
    asked = {"line": [first.id, second.id], "quantity": ["4", "2,5"], "take": [first.id, second.id]}
    assert send(anna, f"{address}/basket", **asked).url.path == "/basket"
    assert held(stocked, "anna") == {one.id: Decimal(4), other.id: Decimal("2.5")}
    assert [line.quantity for line in lines(stocked, to)] == [Decimal("2.5")] * 2, "the list stays as it was"


def test_a_wrong_quantity_is_told_and_nothing_is_put_there(stocked: sa.Engine, browser: Browser) -> None:
    with stocked.begin() as conn:
        list_id = a_list(conn, some(conn, 2))
    first, second = lines(stocked, list_id)
    asked, kim = {"line": [first.id, second.id], "take": [first.id, second.id]}, browser("kim")
    for quantity in ("0", "-1", "1e9", "", "många", "1000000000", "1,0001"):
        answer = send(kim, f"/lists/{list_id}/basket", **asked, quantity=[quantity, "2"])
        assert answer.status_code == 422, quantity
        assert "Skriv ett antal mellan 0 och 99" in answer.text
    assert held(stocked) == {}


def test_lines_may_be_left_out_and_strange_lines_are_nobodys(stocked: sa.Engine, browser: Browser) -> None:
    with stocked.begin() as conn:
        list_id = a_list(conn, some(conn, 2))
    first, second = lines(stocked, list_id)
    kim = browser("kim")
    asked = {"line": [first.id, second.id], "quantity": ["3", "2"]}
    assert send(kim, f"/lists/{list_id}/basket", **asked).status_code == 422, "nothing is chosen"
    assert send(kim, f"/lists/{list_id}/basket", **asked, take=[first.id, 999_999]).status_code == 422
    send(kim, f"/lists/{list_id}/basket", **asked, take=[first.id])
    assert held(stocked) == {first.article.id: Decimal(3)}


def test_a_line_that_cannot_be_bought_says_why_and_what_instead(stocked: sa.Engine, browser: Browser) -> None:
    with stocked.begin() as conn:
        goods = some(conn, 3)
        list_id = a_list(conn, goods)
        gone, closed, risen = goods
        other = conn.execute(
            sa.select(articles.c.id, articles.c.seller_id, articles.c.name).where(
                articles.c.supplier_id == gone.supplier_id, articles.c.id.not_in([one.id for one in goods])
            )
        ).first()
        assert other is not None
        is_gone = {"active": False, "substitutes": [other.seller_id, "NO-SUCH"]}
        conn.execute(articles.update().where(articles.c.id == gone.id).values(is_gone))
        conn.execute(articles.update().where(articles.c.id == risen.id).values(price=risen.price * 2))
        conn.execute(articles.update().where(articles.c.id == closed.id).values(contract="STÄNGT"))
        facts = {"supplier_id": closed.supplier_id, "number": "STÄNGT", "name": "-", "owner": "pia"}
        conn.execute(contracts.insert(), facts | {"everybody": False})
    kim = browser("kim")
    page = kim.get(f"/lists/{list_id}").text
    assert "Varan har utgått ur leverantörens sortiment." in page
    assert "Avtalet gäller inte för din enhet." in page
    assert "100 % dyrare" in page
    assert "Sök efter något liknande" in page
    assert f"Ta {other.name} i stället" in page
    first, second, third = lines(stocked, list_id)
    assert page.count('name="take"') == 1, "only what can be bought can be taken"
    forced = {"line": [second.id], "quantity": ["1"], "take": [second.id]}
    assert send(kim, f"/lists/{list_id}/basket", **forced).status_code == 422
    send(kim, f"/lists/{list_id}/edit", act=f"replace:{first.id}:{other.id}", back="use")
    send(kim, f"/lists/{list_id}/edit", act=f"accept:{third.id}")
    now = lines(stocked, list_id)
    assert [line.article.id for line in now] == [other.id, closed.id, risen.id], "it takes the place of what is gone"
    assert now[2].price == risen.price * 2


def test_lines_are_moved_by_buttons_taken_out_and_put_back(stocked: sa.Engine, browser: Browser) -> None:
    with stocked.begin() as conn:
        list_id = a_list(conn, some(conn, 3))
    a, b, c = (line.id for line in lines(stocked, list_id))
    kim, address = browser("kim"), f"/lists/{list_id}/edit"
    page = send(kim, address, act=f"down:{a}")
    assert [line.id for line in lines(stocked, list_id)] == [b, a, c]
    assert page.url.fragment == f"down-{a}", "the keyboard can go on"
    assert f'id="down-{a}"' in page.text
    send(kim, address, act=f"up:{b}")
    send(kim, address, act=f"down:{c}")
    send(kim, address, act="up:999999")
    assert [line.id for line in lines(stocked, list_id)] == [b, a, c], "the ends stay ends"
    page = send(kim, address, act=f"remove:{a}").text
    assert "Borttagen:" in page
    send(kim, address, act=f"restore:{a}")
    assert [line.id for line in lines(stocked, list_id)] == [b, a, c]


def test_two_who_change_at_once_lose_nothing(stocked: sa.Engine, browser: Browser) -> None:
    with stocked.begin() as conn:
        list_id = a_list(conn, some(conn, 2))
    a, b = (line.id for line in lines(stocked, list_id))
    kim, anna, address = browser("kim"), browser("anna"), f"/lists/{list_id}/edit"
    both = {"line": [a, b], "seen": ["2", "2"]}
    send(kim, address, **both, quantity=["5", "2"])
    answer = send(anna, address, **both, quantity=["2", "7"])
    assert answer.status_code == 200
    assert [line.quantity for line in lines(stocked, list_id)] == [5, 7], "each changed another line"
    answer = send(anna, address, **both, quantity=["9", "7"])
    assert answer.status_code == 409
    assert "Någon ändrade till 5 medan du skrev" in answer.text
    assert 'value="9"' in answer.text, "what was typed is still there"
    assert [line.quantity for line in lines(stocked, list_id)] == [5, 7]
    send(anna, address, line=[a, b], seen=["5", "7"], quantity=["9", "7"])
    assert [line.quantity for line in lines(stocked, list_id)] == [9, 7]
    assert "ändrad av Anna Exempel" in kim.get(f"/lists/{list_id}").text
    send(kim, f"/lists/{list_id}/name", name="Fika", seen="Fredagsfika")
    late = send(anna, f"/lists/{list_id}/name", name="Kaffe", seen="Fredagsfika")
    assert (late.status_code, "ett annat namn" in late.text) == (422, True)


def test_copied_thrown_away_and_had_back(stocked: sa.Engine, browser: Browser) -> None:
    with stocked.begin() as conn:
        list_id = a_list(conn, some(conn, 2))
    kim, anna = browser("kim"), browser("anna")
    copy = send(kim, f"/lists/{list_id}/copy", whose="mine")
    assert "Fredagsfika (kopia)" in copy.text
    copied = copy.url.path.removesuffix("/edit")
    assert anna.get(copied).status_code == 404, "a person's own list is theirs"
    assert len(lines(stocked, UUID(copied.rsplit("/", 1)[1]))) == 2
    assert "Borttagen lista:" in send(kim, f"/lists/{list_id}/remove").text
    assert send(anna, f"/lists/{list_id}/edit", act="save").status_code == 409
    send(anna, f"/lists/{list_id}/restore")
    assert "Borttagen lista:" not in kim.get("/lists").text


def test_the_basket_and_the_favourites_become_lists(stocked: sa.Engine, browser: Browser) -> None:
    kim = browser("kim")
    with stocked.connect() as conn:
        one, other = some(conn, 2)
    send(kim, "/basket/add", article=one.id, quantity="3")
    made = send(kim, "/lists", name="Månadsbeställning", **{"from": "basket"}).url.path.split("/")[2]
    assert [(line.article.id, line.quantity) for line in lines(stocked, UUID(made))] == [(one.id, 3)]
    send(kim, "/favourites", article=other.id)
    made = send(kim, "/lists", name="Mina", whose="mine", **{"from": "favourites"}).url.path.split("/")[2]
    assert [line.article.id for line in lines(stocked, UUID(made))] == [other.id]


def test_a_heart_is_one_press_and_another_takes_it_away(stocked: sa.Engine, browser: Browser) -> None:
    kim = browser("kim")
    with stocked.connect() as conn:
        one = some(conn, 1)[0]
    assert "Inga favoriter än" in kim.get("/favourites").text
    answer = send(kim, "/favourites", article=one.id, on="1", back=f"/articles/{one.id}")
    assert answer.url.path == f"/articles/{one.id}"
    assert 'aria-pressed="true"' in answer.text
    fragment = kim.post(
        "/favourites",
        data={"article": one.id, "on": "0", "csrf": kim.get("/").text.split('name="csrf" value="')[1].split('"')[0]},
        headers={"hx-request": "true"},
    ).text
    assert 'aria-pressed="false"' in fragment
    assert "<html" not in fragment
    assert "Borttagen:" in kim.get("/favourites").text, "and is offered back"
    send(kim, "/favourites", article=one.id, on="1")
    assert one.name in kim.get("/favourites").text
    assert one.name not in browser("anna").get("/favourites").text, "hearts are one's own"
    assert send(kim, "/favourites", article=10**9).status_code == 404


def test_up_to_four_are_compared_and_the_session_remembers(stocked: sa.Engine, browser: Browser) -> None:
    kim = browser("kim")
    with stocked.begin() as conn:
        goods = some(conn, 5, content_unit="C62")
        for article, content in zip(goods, (10, 20, 40, 80, 160), strict=True):
            values = {"content": content, "price": 100, "crisis": article is goods[0]}
            conn.execute(articles.update().where(articles.c.id == article.id).values(values))
        conn.execute(articles.update().where(articles.c.id == goods[1].id).values(content_unit="KGM"))
    for article in goods[:4]:
        send(kim, "/compare", article=article.id, on="1", back="/")
    full = send(kim, "/compare", article=goods[4].id, on="1")
    assert "Högst fyra" in full.text
    page = kim.get("/compare").text
    assert [one.id for one in goods if f'id="article-{one.id}"' in page] == [one.id for one in goods[:4]]
    assert page.count("Lägst") == 1
    assert page.index("Lägst") > page.index("1,25"), "the cheapest per piece is marked in words"
    assert page.count("går inte att jämföra") == 1, "kilos stand alone"
    assert "Ingår i kommunens beredskapslager" in page
    assert page.count('scope="row"') >= 9
    send(kim, "/compare", article=goods[0].id, on="0")
    assert f'id="article-{goods[0].id}"' not in kim.get("/compare").text
    by_address = kim.get(f"/compare?a={goods[4].id}&a=nonsens&a=-1&a={2**70}").text
    assert f'id="article-{goods[4].id}"' in by_address
    assert goods[3].name in kim.get(f"/compare?q={goods[3].seller_id}").text


def test_an_order_is_bought_again_as_far_as_it_can_be(stocked: sa.Engine, browser: Browser) -> None:
    kim = browser("kim")
    with stocked.connect() as conn:
        first = some(conn, 1)[0]
        same = some(conn, 3, supplier_id=first.supplier_id)
    for article in same:
        send(kim, "/basket/add", article=article.id, quantity="2")
    mine = kim.get("/basket").text
    form = {name: re.search(rf'name="{name}" value="([^"]*)"', mine)[1] for name in ("basket_id", "seen")}  # type: ignore[index]
    send(kim, "/basket/place", **form, customer_reference="REF-1")
    number = re.search(r"/orders/(26-\d+)", kim.get("/orders").text)[1]  # type: ignore[index]
    assert "Beställ igen" in kim.get(f"/orders/{number}").text
    assert send(kim, f"/orders/{number}/again").url.path == "/basket", "all of it can be bought"
    assert held(stocked) == {article.id: 2 for article in same}
    with stocked.begin() as conn:
        conn.execute(articles.update().where(articles.c.id == same[0].id).values(active=False))
    page = send(kim, f"/orders/{number}/again")
    assert page.url.path == f"/orders/{number}/again"
    assert "1 rad kunde inte läggas i varukorgen" in page.text
    assert "Varan har utgått" in page.text
    assert held(stocked)[same[1].id] == 4
    assert send(browser("kim"), "/orders/26-999999/again").status_code == 404


def test_units_stand_in_their_departments_and_are_searched(stocked: sa.Engine, browser: Browser) -> None:
    kim = browser("kim", None)
    page = kim.get("/units").text
    assert "<details" in page
    name = re.search(r"<summary><b>([^<]+)</b>", page.split("<details")[2])[1]  # type: ignore[index]
    found = kim.get("/units", params={"q": name}).text
    assert 0 < found.count('name="unit"') <= page.count('name="unit"')
    assert "De här beställde du för senast" not in page
    send(kim, "/units", unit="unit-0003")
    latest = kim.get("/units").text
    assert latest.index('value="unit-0003"') < latest.index("Alla dina enheter")
    assert "Ingen enhet heter så" in kim.get("/units", params={"q": "finnsinte"}).text
    with stocked.begin() as conn:
        conn.execute(unit_members.delete().where(unit_members.c.unit_id == "unit-0003"))
    assert 'value="unit-0003"' not in kim.get("/units").text


def test_a_list_has_a_highest_number_of_lines(stocked: sa.Engine) -> None:
    with stocked.begin() as conn:
        many = [article.id for article in some(conn, 600)]
        found = conn.execute(sa.select(sa.func.count()).select_from(articles)).scalar_one()
        assert found >= len(many)
        list_id = a_list(conn, some(conn, 1))
        who = person(conn, "kim")
        goods = some(conn, 600)
        left = book.add(conn, list_id, [(one, Decimal(1)) for one in goods], who, NOW)
        assert left == max(0, len(goods) - book.MOST_LINES)
        assert len(book.lines_of(conn, list_id)) == min(len(goods), book.MOST_LINES)
