"""A real server and a real browser for the hub's pages: chromium without a window, on loopback."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import uvicorn
from playwright._impl._driver import compute_driver_executable

from tests.hub.house import open_house, send_goods

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SCREENSHOTS = Path(__file__).resolve().parents[1] / "screenshots"
_RUNNING: list[Any] = []
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@cache
def need_chromium() -> None:
    """Skips with the reason where there is no browser; under CI its absence is a failure."""
    if CHROMIUM.exists() and _driver_runs():
        return
    reason = "a browser test needs system packages: apt-get install chromium libatomic1"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _driver_runs() -> bool:
    """Playwright's own driver is a program with libraries of the system's."""
    driver, _ = compute_driver_executable()
    return subprocess.run([driver, "--version"], capture_output=True, check=False).returncode == 0


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The address of the app, served by a thread until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


def now() -> datetime:
    """The clock of apps that a browser looks at."""
    return datetime.now(UTC)


@contextmanager
def dock(engine: sa.Engine) -> Iterator[str]:
    """The address of a hub with Alva at the dock and goods on their way."""
    need_chromium()
    app = open_house(engine, now, "alva")
    send_goods(engine, now())
    with served(app) as found:
        yield found


@contextmanager
def page_of(size: str, scheme: str, javascript: bool = True, **more: Any) -> Iterator[Any]:
    """A fresh browser page of that size and colour scheme, with cookies of its own; `more` as Playwright takes it."""
    known = {"viewport": SIZES[size], "color_scheme": scheme, "locale": "sv-SE", "java_script_enabled": javascript}
    context = _browser().new_context(**known | more)
    page = context.new_page()
    page.set_default_timeout(10_000)
    try:
        yield page
    finally:
        context.close()


def _browser() -> Any:
    """The browser of this process, started when first needed: a start costs more than most tests."""
    if not _RUNNING:
        from playwright.sync_api import sync_playwright

        playwright = sync_playwright().start()
        _RUNNING.extend([playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS), playwright])
    return _RUNNING[0]


def close_browser() -> None:
    """Playwright's loop stays this thread's until then: other tests could not run theirs."""
    if _RUNNING:
        browser, playwright = _RUNNING
        _RUNNING.clear()
        browser.close()
        playwright.stop()


def photograph(page: Any, name: str) -> None:
    """Keeps what the page looks like, for a person to look at."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.wait_for_timeout(250)  # the answer fades in
    page.screenshot(path=str(SCREENSHOTS / f"{name}.png"))
