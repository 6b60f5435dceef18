"""The browser is started once for each file of tests, and gone after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.hub_stage import close_browser


@pytest.fixture(autouse=True, scope="module")
def _browser_closed() -> Iterator[None]:
    yield
    close_browser()
