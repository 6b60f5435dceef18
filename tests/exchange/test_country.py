"""An access point that does not wait for our answer is told of our country, once for each document, whatever fails."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from gateway.exchange.country import tell_due
from gateway.exchange.inbox_http import take_in
from gateway.exchange.process import process
from gateway.suppliers.supplier import Supplier
from gateway.transports.access_point import AccessPointSettings
from tests.exchange.desk import office, only, supplier
from tests.exchange.test_inbox_http import INSTANCE, sbd
from tests.orders.samples import NOW
from tests.transports import servers

REPORT = f"POST /api/inbound/report?sbdhInstanceID={INSTANCE}&c4CountryCode=SE nyckelord"


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVROP_TEST_TOKEN", "nyckelord")


def _seller(tmp_path: Path, url: str, **changes: Any) -> Supplier:
    facts = {"url": url, "token": "env:AVROP_TEST_TOKEN", "report_country": True, "timeout_seconds": 1}
    return supplier(tmp_path, transport="access_point", settings=AccessPointSettings(**{**facts, **changes}))


def _came(engine: sa.Engine, seller: Supplier) -> None:
    """A document from the supplier, handed over by the access point and read by us."""
    _, accepted = take_in(engine, sbd(), "access_point:test")
    with engine.begin() as conn:
        conn.execute(sa.text("UPDATE messages SET created_at = :now"), {"now": NOW})
        process(conn, accepted.message_id, office(engine, seller), NOW)


def test_each_document_is_told_of_once(engine: sa.Engine, tmp_path: Path) -> None:
    told = (200, {"status": "updated", "message": "C4 country code set"})
    with servers.http_server(lambda body: told, lambda key: (404, {})) as (url, seen):
        seller = _seller(tmp_path, url)
        _came(engine, seller)
        assert [tell_due(office(engine, seller)) for _ in range(2)] == [1, 0]
    assert seen == [REPORT]
    assert "country SE told" in only(engine, "SELECT receipt FROM messages")
    assert only(engine, "SELECT outcome FROM attempts") == "delivered"


def test_what_they_know_already_is_good_enough(engine: sa.Engine, tmp_path: Path) -> None:
    with servers.http_server(lambda body: (400, {}), lambda key: (404, {})) as (url, _):
        seller = _seller(tmp_path, url)
        _came(engine, seller)
        assert tell_due(office(engine, seller)) == 1
    assert "was told before" in only(engine, "SELECT receipt FROM messages")


@pytest.mark.parametrize(("code", "outcome"), [(500, "not_sent"), (0, "not_sent"), (503, "not_sent"), (404, "refused")])
def test_what_fails_is_told_again_later(engine: sa.Engine, tmp_path: Path, code: int, outcome: str) -> None:
    answers = iter([(code, {}), (200, {})])
    clock = {"now": NOW}
    with servers.http_server(lambda body: next(answers), lambda key: (404, {})) as (url, seen):
        seller = _seller(tmp_path, url)
        _came(engine, seller)
        desk = office(engine, seller, clock=lambda: clock["now"])
        assert [tell_due(desk), tell_due(desk)] == [0, 0]
        clock["now"] += timedelta(minutes=2)
        assert tell_due(desk) == 1
    assert seen == [REPORT, REPORT]
    assert only(engine, "SELECT string_agg(outcome, ' ' ORDER BY n) FROM attempts") == f"{outcome} delivered"
    assert only(engine, "SELECT next_at FROM messages") is None


def test_who_did_not_ask_is_not_told(engine: sa.Engine, tmp_path: Path) -> None:
    with servers.http_server(lambda body: (200, {}), lambda key: (404, {})) as (url, seen):
        seller = _seller(tmp_path, url, report_country=False)
        _came(engine, seller)
        assert tell_due(office(engine, seller)) == 0
        asks = msgspec.structs.replace(seller, id="another", participant=None, settings=_seller(tmp_path, url).settings)
        assert tell_due(office(engine, seller, asks)) == 0
    assert seen == []


def test_one_worker_tells_at_a_time(engine: sa.Engine, tmp_path: Path) -> None:
    with servers.http_server(lambda body: (200, {}), lambda key: (404, {})) as (url, seen):
        seller = _seller(tmp_path, url)
        _came(engine, seller)
        with engine.connect() as other:
            other.execute(sa.text("SELECT pg_advisory_lock(hashtextextended('country', 0))"))
            assert tell_due(office(engine, seller)) == 0
    assert seen == []
