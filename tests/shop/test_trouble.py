"""What goes wrong on the way to a supplier: clear in the log, clear on the page, and the order is still there."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager, nullcontext
from decimal import Decimal

import msgspec
import pytest
import sqlalchemy as sa

from gateway.exchange import journal
from gateway.exchange.alone import deliver
from gateway.exchange.office import Office
from gateway.orders import book
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from gateway.transports import TRANSPORTS
from shop import basket
from shop.checkout import checkout
from shop.tables import articles
from tests.exchange.desk import dialects
from tests.shop.conftest import NOW, person
from tests.transports import servers


@contextmanager
def dead_server(root):
    with servers.sftp(root) as (_, settings):
        yield msgspec.structs.replace(settings, port=servers.nobody())


@contextmanager
def full_disk(root):
    with servers.sftp(root, servers.DiskFull) as (_, settings):
        yield settings


# What happens, the supplier as it then is, what the log says, what the page says, and how the message ends.
TROUBLES = {
    "dead server": (dead_server, {}, "not_sent", "kan inte nås. Vi försöker igen", "waiting"),
    "full disk": (full_disk, {}, "disk or quota is full", "kan inte nås. Vi försöker igen", "waiting"),
    "unknown supplier": (None, {"id": "somebody-else"}, "unknown-supplier", "kunde inte skickas", "held"),
    "unmapped unit code": (None, {}, "has no counterpart here", "kunde inte skickas", "held"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_is_said_in_log_and_page_and_the_order_stays(
    trouble, stocked, suppliers, browser, tmp_path, caplog, monkeypatch
):
    server, changes, in_log, on_page, state = TROUBLES[trouble]
    monkeypatch.setenv("AVROP_TEST_PASSWORD", "hemligt-ord")
    supplier = next(one for one in suppliers if one.dialect == "skogsbagaren")
    number, message_id = _ordered(stocked, suppliers, supplier, "XYZ" if trouble == "unmapped unit code" else None)
    with server(tmp_path) if server else nullcontext(supplier.settings) as settings, caplog.at_level(logging.INFO):
        changed = msgspec.structs.replace(supplier, settings=settings, **changes)
        office = Office(
            engine=stocked,
            suppliers=Suppliers([changed]),
            dialects=dialects(),
            transports=TRANSPORTS,
            settings=load_settings({}),
            clock=lambda: NOW,
        )
        deliver(office, message_id)
    assert in_log in caplog.text
    assert number in caplog.text
    with stocked.connect() as conn:
        assert journal.get(conn, message_id).state.value == state
        assert book.get(conn, number).order.lines
    page = re.sub(r"\s+", " ", browser("kim").get(f"/orders/{number}").text.replace("\xa0", " "))
    assert on_page in page
    if state == "held":
        assert "har ingen motsvarighet här" in page or supplier.id in page


def _ordered(engine: sa.Engine, suppliers, supplier, unit: str | None):
    """An order of one article of the supplier; its number and its message."""
    with engine.begin() as conn:
        kim = person(conn, "kim")
        wanted = sa.select(articles.c.id).where(articles.c.supplier_id == supplier.id).limit(1)
        article_id = conn.execute(wanted).scalar_one()
        if unit:
            conn.execute(articles.update().where(articles.c.id == article_id).values(unit=unit))
        mine = basket.open_basket(conn, kim.id, "unit-0001", NOW)
        basket.add(conn, mine, article_id, Decimal(1), NOW)
        (order_id,) = checkout(conn, mine.id, kim, NOW, suppliers, load_settings({}).municipality)
        row = book.get(conn, order_id)
        (message,) = journal.of_order(conn, order_id)
        return row.number, message.id
