"""Both languages are complete, and figures look as people write them."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.web.words import message_ids
from web.figures import Figures
from web.languages import Words, read_messages
from web.pages import own_address

ROOT = Path(__file__).resolve().parents[2]
ALL = ("web", "shop", "hub", "gateway/console", "gateway/sandbox/practice")
ROOMS = [room for room in ALL if (ROOT / room / "locale" / "sv.po").is_file()]
NOW = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize("room", ROOMS)
def test_swedish_lacks_nothing_and_keeps_nothing_old(room: str) -> None:
    shared = read_messages(ROOT / "web" / "locale" / "sv.po")
    own = read_messages(ROOT / room / "locale" / "sv.po")
    used = dict(message_ids(ROOT / room))
    missing = [f"{where}: {message}" for message, where in used.items() if message not in own | shared]
    assert missing == [], "these message ids have no Swedish"
    assert [message for message, forms in own.items() if not all(forms)] == [], "these are empty in sv.po"
    if room != "web":
        assert [message for message in own if message not in used] == [], "nobody uses these any more"


@pytest.mark.parametrize("room", ROOMS)
def test_translations_fill_in_the_same_names(room: str) -> None:
    for message, forms in read_messages(ROOT / room / "locale" / "sv.po").items():
        names = {part.split(")")[0] for part in message.split("%(")[1:]}
        for form in forms:
            found = {part.split(")")[0] for part in form.split("%(")[1:]}
            assert found - {"num"} == names - {"num"}, message


@pytest.mark.parametrize("room", ROOMS)
def test_a_message_id_stands_once(room: str) -> None:
    """The last of several would silently win, also where another Swedish word is meant."""
    text = (ROOT / room / "locale" / "sv.po").read_text(encoding="utf-8")
    ids = Counter(line for line in text.splitlines() if line.startswith('msgid "') and line != 'msgid ""')
    assert [line for line, times in ids.items() if times > 1] == []


def test_rooms_agree_on_their_words() -> None:
    """All rooms' words are put together: one message id has one Swedish."""
    seen: dict[str, tuple[tuple[str, ...], str]] = {}
    for room in ROOMS:
        for message, forms in read_messages(ROOT / room / "locale" / "sv.po").items():
            known, where = seen.setdefault(message, (forms, room))
            assert forms == known, f"{message!r} is {known} in {where} and {forms} in {room}"


def test_switching_language(client: Any) -> None:
    page = client.get("/login").text
    assert '<html lang="sv">' in page
    token = page.split('name="csrf" value="', 1)[1].split('"', 1)[0]
    answer = client.post("/language", data={"language": "en", "next": "/login", "csrf": token})
    assert answer.headers["location"] == "/login"
    english = client.get("/login").text
    assert '<html lang="en">' in english
    assert "Log in to Avrop" in english


def test_values_are_escaped_and_messages_are_not() -> None:
    words = Words("en", {})
    assert words.text("<b>%(name)s</b>", name="<script>") == "<b>&lt;script&gt;</b>"
    assert words.plural("%(num)s parcel", "%(num)s parcels", 1) == "1 parcel"
    assert words.plural("%(num)s parcel", "%(num)s parcels", 2) == "2 parcels"


def test_swedish_figures() -> None:
    figures = Figures("sv", NOW)
    assert figures.money(Decimal("1234.5")) == "1\xa0234,50\xa0kr"
    assert figures.price(Decimal("0.0125")) == "0,0125\xa0kr"
    assert figures.price(Decimal("64.9")) == "64,90\xa0kr"
    assert figures.number(Decimal("2.50")) == "2,5"
    assert figures.plain_day(date(2026, 11, 24)) == "tis 24 nov"
    assert figures.plain_day(date(2027, 1, 5)) == "tis 5 jan 2027"
    assert ">14.05<" in figures.moment(NOW)
    assert "fredag 20 november 2026 14.05:00" in figures.moment(NOW)
    assert ">tors 19 nov 14.05<" in figures.moment(datetime(2026, 11, 19, 13, 5, tzinfo=UTC))


def test_english_figures() -> None:
    figures = Figures("en", NOW)
    assert figures.money(Decimal("1234.5")) == "SEK\xa01,234.50"
    assert figures.plain_day(date(2026, 11, 24)) == "Tue 24 Nov"
    assert ">14:05<" in figures.moment(NOW)


def test_vendored_htmx_is_the_file_it_says() -> None:
    folder = ROOT / "web" / "static"
    digest = hashlib.sha256((folder / "htmx.min.js").read_bytes()).hexdigest()
    assert digest in (folder / "VENDORED.md").read_text()
    assert (folder / "htmx.LICENSE.txt").is_file()


def test_static_files_are_kept_for_ever_under_their_hash(client: Any, app: Any) -> None:
    address = app.state.static.address("avrop.css")
    assert address in client.get("/login").text
    answer = client.get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"].startswith("text/css")
    assert client.get("/static/0000/avrop.css").headers["cache-control"] == "no-cache"
    assert client.get("/static/0000/../app.py").status_code == 404
    assert client.get("/static/0000/nothing.css").status_code == 404


def test_own_addresses() -> None:
    assert own_address("/orders/26-1?x=1") == "/orders/26-1?x=1"
    assert own_address("http://x/", "/home") == "/home"
