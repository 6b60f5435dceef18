"""The pages of insight on the real database: figures, files, choices, who sees what."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from gateway.orders import book
from gateway.settings import EXAMPLE
from gateway.suppliers.supplier import Suppliers
from shop.insight import filling, working
from shop.insight.demo import invent_purchases
from shop.insight.tables import ledger_lines, ledgers, purchases
from shop.tables import unit_members, units
from tests.shop.conftest import NOW, send
from web.tables import users

PAGES = ("", "/compliance", "/spend", "/prices", "/punctuality", "/beside", "/direct", "/limits", "/ledgers", "/purchases")


@pytest.fixture
def bought(stocked: sa.Engine, suppliers: Suppliers) -> sa.Engine:
    """The demo's year of purchases, read, and its ledger, matched."""
    with stocked.begin() as conn:
        assert invent_purchases(conn, suppliers, EXAMPLE, NOW, orders=160, ledger_rows=160) > 100
    filling.rebuild(stocked, suppliers, NOW)
    assert working.work(stocked, suppliers, NOW) == 1
    return stocked


Browser = Callable[..., TestClient]


def test_every_page_shows_its_figures_and_teaches_where_there_are_none(browser: Browser, bought: sa.Engine) -> None:
    client = browser("cleo", None)
    for path in PAGES:
        answer = client.get(f"/insight{path}")
        assert answer.status_code == 200, path
        assert "<h1>" in answer.text
        nothing = client.get(f"/insight{path}", params={"period": "2019"})
        assert nothing.status_code == 200, path
    assert "Så räknar vi" in client.get("/insight/compliance").text
