"""The phone at the dock without a network, restarted, logged out and in other hands: every scan comes, once."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from PIL import Image

from hub.tables import acts, parcel_moves, parcels, photos
from tests.browser import photo_page
from tests.browser.hub_stage import CHROMIUM, FLAGS, SIZES, need_chromium, page_of, photograph, served
from tests.hub.advices import sscc
from tests.hub.house import PASSWORD, open_house, send_goods
from tests.proof.processes import until
from tests.proof.proxy import Proxy
from web.access import include
from web.tables import sessions

pytestmark = pytest.mark.slow


def now() -> datetime:
    return datetime.now(UTC)


class Deaf:
    """The app, whose first `lost` answers to a scan never reach the phone."""

    def __init__(self, app) -> None:
        self.app, self.lost = app, 0

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or scope["path"] != "/hub/scan" or self.lost <= 0:
            await self.app(scope, receive, send)
            return
        self.lost -= 1

        async def nowhere(_message):
            return None

        await self.app(scope, receive, nowhere)
        raise ConnectionResetError


@pytest.fixture
def app(engine):
    need_chromium()
    house = open_house(engine, now, "alva", "robin")
    include(house, photo_page.router)
    made = Deaf(house)
    send_goods(engine, now())
    return made


@pytest.fixture
def line(app):
    """A network between phone and server that can be cut."""
    with served(app) as address:
        proxy = Proxy()
        proxy.target = int(address.rsplit(":", 1)[1])
        yield proxy
        proxy.close()


def address_of(line) -> str:
    return f"http://127.0.0.1:{line.port}"


def log_in(page, line, who="alva") -> None:
    page.goto(f"{address_of(line)}/login?next=/hub/dock")
    sign(page, who)
    page.wait_for_url("**/hub/dock")


def sign(page, who="alva") -> None:
    page.fill("#login", who)
    page.fill("#password", PASSWORD)
    page.click("main button")


KEPT = """
async () => Boolean(navigator.serviceWorker.controller && await caches.match(location.href, {ignoreVary: true})
  && await caches.match("/hub/offline", {ignoreVary: true}))
"""


def kept_by_worker(page) -> None:
    """Until the service worker is in charge and has the page."""
    until(lambda: page.evaluate(KEPT), 15, "the service worker")


def scan(page, code: str) -> None:
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def moves(engine) -> dict[str, int]:
    """How often each parcel has been received."""
    with engine.begin() as conn:
        counted = sa.select(parcels.c.key, sa.func.count()).join(parcel_moves).group_by(parcels.c.key)
        return {str(key): count for key, count in conn.execute(counted)}


def waiting(page) -> list[str]:
    return page.locator("#waiting-acts [data-label]").all_inner_texts()


@contextmanager
def phone(folder, headless=True):
    """A browser of its own with its disk in `folder`: closed and opened again it is the same phone."""
    from tests.browser.hub_stage import _browser

    _browser()  # Playwright is started by it, once for all
    from tests.browser.hub_stage import _RUNNING

    context = _RUNNING[1].chromium.launch_persistent_context(
        folder, executable_path=str(CHROMIUM), args=FLAGS, viewport=SIZES["phone"], locale="sv-SE"
    )
    page = context.pages[0] if context.pages else context.new_page()
    page.set_default_timeout(10_000)
    try:
        yield page
    finally:
        context.close()


def test_scans_outlive_a_reload_and_a_restart_of_the_browser(line, engine):
    with tempfile.TemporaryDirectory() as folder:
        with phone(folder) as page:
            log_in(page, line)
            kept_by_worker(page)
            line.mode = "cut"
            scan(page, sscc(1))
            page.wait_for_selector("#answer >> text=Sparat på telefonen")
            scan(page, sscc(2))
            page.wait_for_selector("#waiting-acts li >> nth=1")
            photograph(page, "hub-acts-phone-1-cut")
            page.reload()
            page.wait_for_selector("#waiting-acts li >> nth=1")
            assert waiting(page) == [sscc(2), sscc(1)]
            page.goto(f"{address_of(line)}/hub/units")
            page.wait_for_selector("h1 >> text=Inget nät")
            photograph(page, "hub-acts-phone-2-offline")
        assert moves(engine) == {}
        with phone(folder) as page:
            page.goto(f"{address_of(line)}/hub/dock")
            page.wait_for_selector("#waiting-acts li >> nth=1")
            scan(page, sscc(3))
            page.wait_for_selector("#waiting-acts li >> nth=2")
            line.mode = "pass"  # the browser forgot who was logged in, as it should, and not what was scanned
            page.click("text=Logga in och skicka", timeout=20_000)
            sign(page)
            page.wait_for_selector("#count >> text=3 av 3", timeout=20_000)
            assert page.is_hidden("#waiting-scans")
    assert moves(engine) == {sscc(number): 1 for number in (1, 2, 3)}
    with engine.begin() as conn:
        taken = conn.execute(sa.select(acts.c.taken_at, acts.c.done_at).order_by(acts.c.done_at)).all()
    assert [row.taken_at for row in taken] == sorted(row.taken_at for row in taken), "not in their order"


def test_an_answer_that_gets_lost_is_asked_for_again(app, line, engine):
    with page_of("phone", "dark") as page:
        log_in(page, line)
        app.lost = 1
        scan(page, sscc(1))
        page.wait_for_selector("#answer >> text=Mottaget.", timeout=20_000)
    assert moves(engine) == {sscc(1): 1}


def test_who_is_logged_out_logs_in_and_it_is_sent(line, engine):
    with page_of("phone", "light") as page:
        log_in(page, line)
        with engine.begin() as conn:
            conn.execute(sessions.delete())
        scan(page, sscc(1))
        page.wait_for_selector("text=Logga in och skicka")
        photograph(page, "hub-acts-phone-3-logged-out")
        page.click("text=Logga in och skicka")
        sign(page)
        page.wait_for_selector("#count >> text=1 av 3")
    assert moves(engine) == {sscc(1): 1}


def test_what_one_scanned_is_not_sent_in_anothers_name_unasked(line, engine):
    with page_of("phone", "light") as page:
        log_in(page, line)
        line.mode = "cut"
        scan(page, sscc(1))
        page.wait_for_selector("#waiting-acts li")
        page.context.clear_cookies()
        line.mode = "pass"
        log_in(page, line, "robin")
        page.wait_for_selector("text=Skicka det i mitt namn")
        photograph(page, "hub-acts-phone-4-other-person")
        scan(page, sscc(2))
        page.wait_for_selector("#count >> text=1 av 3")
        page.click("text=Skicka det i mitt namn")
        page.wait_for_selector("#count >> text=2 av 3")
        assert page.is_hidden("#waiting-scans")
    with engine.begin() as conn:
        assert set(conn.execute(sa.select(acts.c.who)).scalars()) == {"Robin Exempel"}


def test_a_waiting_scan_is_taken_back_and_one_that_went_wrong_stays_in_sight(line, engine):
    with page_of("phone", "light") as page:
        log_in(page, line)
        line.mode = "cut"
        for number in (1, 77, 2):
            scan(page, sscc(number))
        page.wait_for_selector("#waiting-acts li >> nth=2")
        page.click("#waiting-acts li >> nth=2 >> button")
        page.wait_for_selector("#waiting-acts li >> nth=2 >> text=Ångrat")
        photograph(page, "hub-acts-phone-5-taken-back")
        line.mode = "pass"
        page.wait_for_selector("#look-acts >> text=Okänt kolli", timeout=20_000)
        page.wait_for_selector("#count >> text=2 av 4")  # the unknown one stands here too
        photograph(page, "hub-acts-phone-6-look")
        page.reload()
        page.click("#look-acts button")
        page.wait_for_selector("#waiting-scans", state="hidden")
    with engine.begin() as conn:
        states = dict(conn.execute(sa.select(parcels.c.key, parcels.c.state)).all())
    assert [states[sscc(number)] for number in (1, 2, 77)] == ["expected", "received", "unknown"]


def test_logging_out_says_what_waits_and_takes_the_pages_along(line):
    with page_of("desktop", "light") as page:
        log_in(page, line)
        kept_by_worker(page)
        line.mode = "cut"
        scan(page, sscc(1))
        page.wait_for_selector("#waiting-acts li")
        heard = []
        page.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
        page.click("details.menu summary")
        with page.expect_event("dialog"):
            page.click("text=Logga ut")
        assert heard[0].startswith("Väntar på den här telefonen: 1. Det stannar här och skickas när du loggar in igen.")
        line.mode = "pass"
        page.wait_for_selector("#count >> text=1 av 3", timeout=20_000)
        page.click("text=Logga ut")
        page.wait_for_url("**/login")
        assert page.evaluate("caches.has('avrop-pages')") is False


def test_a_photo_waits_on_the_disk_too(line, engine, tmp_path):
    Image.effect_noise((900, 700), 60).convert("RGB").save(tmp_path / "skada.jpg")
    with page_of("phone", "light") as page:
        log_in(page, line)
        kept_by_worker(page)
        page.goto(f"{address_of(line)}/hub/stage/photo")
        page.set_input_files("#photo", tmp_path / "skada.jpg")
        line.mode = "cut"
        page.click("form[data-dock] button")
        page.wait_for_selector("#waiting-acts >> text=Skadat kolli")
        assert page.is_disabled("form[data-dock] button")
        page.reload()
        page.wait_for_selector("#waiting-acts >> text=Skadat kolli")
        line.mode = "pass"
        page.wait_for_selector("#waiting-scans", state="hidden", timeout=20_000)
        page.set_input_files("#photo", tmp_path / "skada.jpg")
        page.click("form[data-dock] button")
        page.wait_for_selector("#done")
    with engine.begin() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(photos)) == 2
