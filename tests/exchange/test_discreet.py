"""A send that fails, from the worker's log to the console: the secret is nowhere but in the environment."""

from __future__ import annotations

import io
import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from gateway.cli import program
from gateway.database import metadata
from gateway.exchange import journal
from gateway.exchange.alone import deliver
from gateway.exchange.place import place
from gateway.migrations import all_tables
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports import discreet
from gateway.transports.access_point import AccessPointSettings
from tests.console.house import open_house
from tests.console.test_pages import Person
from tests.exchange.desk import message_of, office, supplier
from tests.orders.samples import NOW, sample_order
from tests.transports import servers
from tests.transports.talkative import repeats_the_request

WORD = "hemligt-ord"
SECRET = "env:AVROP_TEST_PASSWORD"


def _everything(engine: sa.Engine) -> str:
    """Every row of every table but the accounts' own."""
    all_tables()
    with engine.connect() as conn:
        tables = [table for table in metadata.sorted_tables if table.name not in {"users", "sessions"}]
        return "\n".join(str(tuple(row)) for table in tables for row in conn.execute(sa.select(table)))


def _delivered(engine: sa.Engine, seller: Supplier) -> str:
    """Two attempts at an order; what the log says of them."""
    stream = io.StringIO()
    handler, root = discreet.Handler(stream), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with engine.begin() as conn:
            order_id = place(conn, sample_order(), seller, "glantan", "anna", NOW)
        for attempt in range(2):
            deliver(
                office(engine, seller, clock=lambda day=attempt: NOW + timedelta(days=day)),
                message_of(engine, order_id),
            )
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    return stream.getvalue()


def _pages(engine: sa.Engine, seller: Supplier) -> str:
    alex = Person(open_house(engine, lambda: NOW, "alex", suppliers=Suppliers([seller])), "alex")
    with engine.connect() as conn:
        ids = [message.id for message in journal.recent(conn)]
    pages = ["/console/suppliers", f"/console/suppliers/{seller.id}", "/console/tasks", "/console/messages"]
    return "\n".join(alex.get(page) for page in [*pages, *(f"/console/messages/{id}" for id in ids)])


def _commands(engine: sa.Engine, database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AVROP_DATABASE_URL", database_url)
    run = CliRunner().invoke
    listed = run(program(), ["message", "list", "--json"]).stdout
    shown = [run(program(), ["message", "show", one["id"], "--json"]).stdout for one in json.loads(listed)]
    return "\n".join([listed, *shown])


@pytest.mark.parametrize("status", [400, 401, 500])
def test_a_server_that_repeats_our_token(
    status: int, engine: sa.Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AVROP_TEST_PASSWORD", WORD)
    with repeats_the_request(status) as url:
        settings = AccessPointSettings(url=url, token=SECRET, timeout_seconds=1)
        seller = supplier(tmp_path, transport="access_point", settings=settings)
        said = _delivered(engine, seller)
    _nowhere(engine, database_url, monkeypatch, seller, said)


def test_a_log_in_that_is_refused(
    engine: sa.Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AVROP_TEST_PASSWORD", f"{WORD}-fel")
    with servers.sftp(tmp_path) as (_, settings):
        seller = supplier(tmp_path, transport="sftp", settings=settings)
        said = _delivered(engine, seller)
    _nowhere(engine, database_url, monkeypatch, seller, said)


def _nowhere(
    engine: sa.Engine, database_url: str, monkeypatch: pytest.MonkeyPatch, seller: Supplier, said: str
) -> None:
    stored, pages = _everything(engine), _pages(engine, seller)
    answers = _commands(engine, database_url, monkeypatch)
    assert str(seller.settings.timeout_seconds) in pages
    assert "AVROP_TEST_PASSWORD" in pages
    assert all(len(text) > 200 for text in (said, stored, pages, answers))
    assert all("26-000" in text for text in (stored, pages))
    for text in (said, stored, pages, answers):
        assert WORD not in text
