"""What the phone's scripts are served with, and that the vendored files are those that they say."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.hub.house import open_house
from tests.hub.test_pages import Person

STATIC = Path(__file__).resolve().parents[3] / "hub" / "static"
NOW = datetime(2026, 11, 23, 6, 55, tzinfo=UTC)


@pytest.fixture
def alva(engine):
    return Person(open_house(engine, lambda: NOW, "alva"), "alva")


def test_vendored_files_are_what_they_say():
    told = dict(re.findall(r"^\| (vendor/\S+) \|.*\| ([0-9a-f]{64}) \|$", (STATIC / "VENDORED.md").read_text(), re.M))
    assert {name: hashlib.sha256((STATIC / name).read_bytes()).hexdigest() for name in told} == told
    assert set(told) == {f"vendor/{path.name}" for path in (STATIC / "vendor").iterdir() if path.suffix != ".txt"}
    assert all(
        (STATIC / "vendor" / f"{name}.LICENSE.txt").is_file()
        for name in ("barcode-detector", "zxing-wasm", "zxing-cpp")
    )
    assert told["vendor/zxing_reader.wasm"] in (STATIC / "vendor" / "barcode-detector.js").read_text()


def test_the_service_worker_knows_every_file_of_ours_and_is_asked_for_anew(alva):
    answer = alva.get("/hub/worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
    given = json.loads(answer.text.split("const GIVEN = ", 1)[1].split(";\n", 1)[0])
    for page in ("/hub/dock", "/hub/van", given["page"]):
        used = re.findall(r'(?:src|href)="(/static/[^"]+)"', alva.get(page).text)
        assert used
        assert set(used) <= set(given["files"])
    assert all(alva.get(address).status_code == 200 for address in given["files"])


def test_webassembly_is_allowed_in_the_reader_and_on_no_page(alva):
    assert "script-src 'self' 'wasm-unsafe-eval';" in alva.get("/hub/reader.js").headers["content-security-policy"]
    for page in ("/hub/dock", "/hub/worker.js", "/hub/offline"):
        assert "wasm" not in alva.get(page).headers["content-security-policy"]


def test_it_can_be_put_on_the_home_screen(alva):
    address = re.search(r'rel="manifest" href="([^"]+)"', alva.get("/hub/dock").text).group(1)
    answer = alva.client.get(address)
    assert answer.headers["content-type"].startswith("application/manifest+json")
    manifest = answer.json()
    assert alva.get(manifest["start_url"]).status_code == 200
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        given = alva.client.get(address.rsplit("/", 1)[0] + "/" + icon["src"])
        assert given.headers["content-type"].startswith(icon["type"])


@pytest.mark.parametrize("address", ["/hub/worker.js", "/hub/reader.js", "/hub/offline"])
def test_only_who_works_there_gets_them(engine, address):
    assert Person(open_house(engine, lambda: NOW, "kim"), "kim").get(address).status_code == 403


def test_every_page_with_acts_on_it_keeps_them():
    """Whoever adds `data-dock` to a page gets the queue with it, and says what waits."""
    texts = {path: path.read_text(encoding="utf-8") for path in (STATIC.parent / "templates").rglob("*.html")}
    acting = {path: text for path, text in texts.items() if "extends" in text and " data-dock" in text}
    acting |= {path: text for path, text in texts.items() if "extends" in text and "hub.undo(" in text}
    assert len(acting) >= 3
    framed = {path: text + texts.get(path.parent / "frame.html", "") for path, text in acting.items()}
    assert [path.name for path, text in framed.items() if "acts.head(" not in text or "acts.waiting(" not in text] == []
