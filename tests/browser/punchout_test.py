"""To a supplier's shop and back in a real browser: the shop is another site, so its POST comes without our cookies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.exchange.punchout.return_http import return_router
from gateway.exchange.tables import messages
from shop.tables import basket_lines
from tests.browser.hub_stage import need_chromium, page_of, served
from tests.browser.shop_test import LOOKS, log_in, looked_at, photograph
from tests.shop.conftest import stocked, suppliers
from tests.shop.supplier_page import SECRET, Page, basket, line, responded, supplier_page, with_shop
from tests.web.conftest import Clock

__all__ = ["looked_at", "stocked", "suppliers"]
pytestmark = pytest.mark.slow


class Stage:
    """Our server at 127.0.0.1 and the supplier's at localhost, which is another site. `came` is what reached ours:
    method, path, and whether our session's cookie was there."""

    def __init__(self, shop: Page, engine: sa.Engine) -> None:
        self.address, self.shop, self.engine = "", shop, engine
        self.clock = Clock()
        self.clock.time = datetime.now(UTC)
        self.came: list[tuple[str, str, bool]] = []

    def listen(self, app: Any) -> Any:
        async def listening(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                cookies = dict(scope["headers"]).get(b"cookie", b"")
                self.came.append((scope["method"], scope["path"], b"avrop_session=" in cookies))
            await app(scope, receive, send)

        return listening

    def in_basket(self) -> int:
        with self.engine.connect() as conn:
            return int(conn.scalar(sa.select(sa.func.count()).select_from(basket_lines)) or 0)

    def enter(self, page: Any, login: str = "kim") -> None:
        log_in(page, self.address, login)
        page.click("text=Förskolan Björken")
        page.wait_for_selector("h1:has-text('Vad behöver ni?')")

    def go(self, page: Any, place: int = 0) -> None:
        """To the shop, by the list of shops: `place` 0 speaks cXML, 1 OCI."""
        page.goto(f"{self.address}/punchout")
        page.locator("main .list button:has-text('Handla i leverantörens butik')").nth(place).click()
        page.wait_for_selector("h1:has-text('Leverantörens butik')")

    def hand_over(self, page: Any) -> None:
        """The button in the shop."""
        page.click("button:has-text('Lämna över')")
        page.wait_for_load_state()


@pytest.fixture
def stage(stocked: sa.Engine, suppliers: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    from gateway.settings import load_settings
    from shop.room import ROOM
    from web.app import create_app

    need_chromium()
    monkeypatch.setenv("AVROP_TEST_PUNCHOUT", SECRET)
    with supplier_page("localhost") as shop:
        made = Stage(shop, stocked)
        # Setups are asked for at 127.0.0.1 or localhost alike; what matters is where the browser is sent.
        everybody = with_shop(suppliers, shop.address, blocked=("4210",), minutes=60)
        doors = [return_router(stocked, clock=made.clock)]
        app = create_app(load_settings({}), stocked, everybody, [ROOM], doors, now=made.clock)
        with served(made.listen(app)) as address:
            made.address = address
            yield made


@pytest.fixture
def desk() -> Iterator[Any]:
    with page_of("desktop", "light") as page:
        yield page


def test_a_basket_from_another_site_comes_without_our_cookie_and_is_shown_with_it(stage: Stage, desk: Any) -> None:
    stage.enter(desk)
    stage.go(desk)
    assert desk.url.startswith("http://localhost:"), "the shop is another site"
    stage.came.clear()
    stage.hand_over(desk)
    desk.wait_for_selector("h1:has-text('Din varukorg från')")
    post, shown = next(one for one in stage.came if one[0] == "POST"), stage.came[1]
    assert post[1].startswith("/punchout/return/")
    assert post[2] is False, "SameSite=Lax: no cookie on the POST from another site"
    assert shown[:2] == ("GET", desk.url.removeprefix(stage.address))
    assert shown[2] is True, "the page that it leads to has it"
    assert stage.in_basket() == 0
    desk.click("button:text-is('Lägg i varukorgen')")
    desk.wait_for_selector("text=Från leverantörens butik")
    assert stage.in_basket() == 1


def test_a_replay_shows_the_first_result(stage: Stage, desk: Any) -> None:
    stage.enter(desk)
    stage.go(desk)
    shop_page = desk.url
    stage.hand_over(desk)
    first = desk.url
    stage.shop.basket = lambda cookie: basket(cookie, line("EVIL-9", "9000"))
    desk.goto(shop_page)
    stage.hand_over(desk)
    assert desk.url == first
    assert "EVIL-9" not in desk.content()
    desk.click("button:text-is('Lägg i varukorgen')")
    desk.wait_for_selector("text=Från leverantörens butik")
    desk.goto(shop_page)
    stage.hand_over(desk)
    desk.wait_for_selector("text=Det ligger i varukorgen")
    assert stage.in_basket() == 1
    with stage.engine.connect() as conn:
        wanted = sa.select(messages.c.state).where(messages.c.document == "PunchOutBasket")
        assert list(conn.scalars(wanted.order_by(messages.c.sequence))) == ["processed", "refused", "refused"]


def test_two_tabs_do_not_mix(stage: Stage, desk: Any) -> None:
    stage.shop.basket = lambda cookie: basket(cookie, line(f"TAB-{len(stage.shop.setups)}"))
    stage.enter(desk)
    other = desk.context.new_page()
    stage.go(desk)
    stage.go(other)
    stage.hand_over(other)
    other.wait_for_selector("h1:has-text('Din varukorg från')")
    stage.hand_over(desk)
    desk.wait_for_selector("h1:has-text('Din varukorg från')")
    assert desk.url != other.url
    for tab in (desk, other):
        tab.click("button:text-is('Lägg i varukorgen')")
        tab.wait_for_selector("text=Från leverantörens butik")
    assert stage.in_basket() == 2


def test_the_same_visit_in_two_tabs_adds_once(stage: Stage, desk: Any) -> None:
    stage.enter(desk)
    stage.go(desk)
    stage.hand_over(desk)
    other = desk.context.new_page()
    other.goto(desk.url)
    for tab in (desk, other):
        tab.click("button:text-is('Lägg i varukorgen')")
        tab.wait_for_selector("text=Från leverantörens butik")
    assert stage.in_basket() == 1


def test_in_another_persons_session_there_is_nothing(stage: Stage, desk: Any) -> None:
    stage.enter(desk)
    stage.go(desk)
    shop_page = desk.url
    desk.context.clear_cookies()
    stage.enter(desk, "anna")
    desk.goto(shop_page)
    stage.hand_over(desk)
    desk.wait_for_selector("h1:has-text('Sidan finns inte')")
    address = desk.url
    photograph(desk, "punchout-somebody-else")
    desk.context.clear_cookies()
    desk.goto(address)
    desk.fill("#login", "kim")
    desk.fill("#password", "en lång mening som lösenord")
    desk.click("main button")
    desk.wait_for_selector("h1:has-text('Din varukorg från')")
    assert desk.url == address, "who was logged out logs in and comes back to it"


def test_what_came_too_late_is_not_taken(stage: Stage, desk: Any) -> None:
    stage.enter(desk)
    stage.go(desk)
    stage.clock.pass_by(minutes=61)
    stage.hand_over(desk)
    desk.wait_for_selector("h1:has-text('Besöket är avslutat')")
    photograph(desk, "punchout-too-late")
    desk.click("text=Mina butiksbesök")
    desk.wait_for_selector("text=Tog för lång tid")
    assert stage.in_basket() == 0


def test_the_basket_of_another_visit_is_refused(stage: Stage, desk: Any) -> None:
    stage.shop.basket = lambda cookie: basket(stage.shop.setups[0]["cookie"], line("STALE-1"))
    stage.enter(desk)
    stage.go(desk)
    stage.go(desk)
    stage.hand_over(desk)
    desk.wait_for_selector("text=Varukorgen hör till ett annat besök")
    photograph(desk, "punchout-another-visit")
    assert "STALE-1" not in desk.content()
    assert desk.locator("button:text-is('Lägg i varukorgen')").count() == 0


def test_a_basket_of_five_megabytes(stage: Stage, desk: Any) -> None:
    desk.set_default_timeout(90_000)
    words = "en lång beskrivning av varan " * 26
    lines = [line(f"N-{number}", "1", "10.00", name=f"Vara {number}, {words}") for number in range(5000)]
    stage.shop.basket = lambda cookie: basket(cookie, *lines, total="50000.00")
    assert len(stage.shop.basket("x")) > 5_000_000
    stage.enter(desk)
    stage.go(desk)
    stage.hand_over(desk)
    desk.wait_for_selector("text=5000 rader")
    desk.wait_for_selector("text=Sida 1 av 25")
    assert desk.locator("tbody tr").count() == 200
    desk.click("button:text-is('Lägg i varukorgen')")
    desk.wait_for_selector("h1:has-text('Varukorg')")
    assert stage.in_basket() == 5000


def test_the_browsers_back_button_tells_where_one_is(stage: Stage, desk: Any) -> None:
    stage.enter(desk)
    stage.go(desk, 1)
    visit = next(path for method, path, _ in reversed(stage.came) if path.endswith("/go"))
    desk.goto(stage.address + visit)
    desk.wait_for_selector("text=Du är hos leverantören")
    assert len(stage.shop.log_ins) == 1, "the log-in is not sent again"
    photograph(desk, "punchout-in-the-shop")
    desk.click("text=Avsluta besöket")
    desk.wait_for_selector("text=Inget lades i varukorgen")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_log_in_of_a_shop_is_never_seen(stage: Stage, javascript: bool) -> None:
    with page_of("phone", "light", javascript=javascript) as page:
        seen: list[str] = []
        page.on("request", lambda request: seen.append(f"{request.url} {request.headers.get('referer', '')}"))
        stage.enter(page)
        page.goto(f"{stage.address}/punchout")
        page.locator("main .list button:has-text('Handla i leverantörens butik')").nth(1).click()
        if not javascript:
            page.wait_for_selector("h1:has-text('Du är på väg till')")
            photograph(page, "punchout-on-the-way")
            assert SECRET not in page.inner_text("body")
            page.click("button:has-text('Fortsätt till butiken')")
        page.wait_for_selector("h1:has-text('Leverantörens butik')")
        assert stage.shop.log_ins[-1]["USERNAME"] == SECRET
        assert not any(SECRET in one for one in seen), "not in an address"
        assert f"/oci {stage.address}" not in " ".join(seen), "no referrer"
        stage.hand_over(page)
        page.wait_for_selector("h1:has-text('Din varukorg från')")
        page.click("button:text-is('Lägg i varukorgen')")
        page.wait_for_selector("text=Från leverantörens butik")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_how_it_looks(stage: Stage, size: str, scheme: str, looked_at: Callable[[Any, str], None]) -> None:
    look = f"punchout-{size}-{scheme}"
    with page_of(size, scheme) as page:
        stage.enter(page)
        page.goto(f"{stage.address}/punchout")
        looked_at(page, f"{look}-1-shops")
        stage.shop.basket = lambda cookie: basket(
            cookie, line("A-1", "2", "64.90", name="Pärm A4 60 mm, blå"), line("EUR-7", currency="EUR"),
            line("B-2", "500", "12.34", basis="1000", extension="rod;L", name="Skruv försänkt 4,0 x 40, röd, stor"),
            line("DROG-3", code="42101500", name="Något som inte får köpas här"), line("A-1", "1", "64.90"),
            total="200.00",
        )  # fmt: skip
        stage.go(page)
        stage.hand_over(page)
        page.wait_for_selector("h1:has-text('Din varukorg från')")
        looked_at(page, f"{look}-2-basket")
        page.click("button:text-is('Lägg i varukorgen')")
        page.wait_for_selector("text=Från leverantörens butik")
        looked_at(page, f"{look}-3-added")
        stage.shop.basket = lambda cookie: basket(cookie, total="0")
        page.locator("button:has-text('Ändra hos leverantören')").first.click()
        page.wait_for_selector("h1:has-text('Leverantörens butik')")
        stage.hand_over(page)
        page.wait_for_selector("text=Vill du ta bort raderna?")
        looked_at(page, f"{look}-4-emptied")
        page.click("button:text-is('Ta bort raderna')")
        page.wait_for_selector("text=Varukorgen är tom")
        stage.shop.answer = lambda url: responded(401, "Unauthorized", "")
        page.goto(f"{stage.address}/punchout")
        looked_at(page, f"{look}-5-visits")
        page.locator("main .list button:has-text('Handla i leverantörens butik')").first.click()
        page.wait_for_selector("text=Det går inte att komma in i butiken just nu")
        looked_at(page, f"{look}-6-refused")
        assert re.search("Butiken släppte inte in oss", page.content())
