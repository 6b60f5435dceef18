"""The whole way over an access point that takes its time: sent, followed, and delivered or given back to a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gateway.exchange.alone import deliver
from gateway.exchange.follow import follow, take
from gateway.exchange.hints_http import PATH, hints_router
from gateway.exchange.office import Office, utc_now
from gateway.exchange.place import place
from gateway.sandbox.relay import Relay
from gateway.sandbox.serve import Sandbox, start_sandbox
from gateway.transports.access_point import AccessPointSettings
from tests.exchange.desk import dialects, message_of, office, only, supplier
from tests.orders.samples import sample_order
from tests.sandbox.test_serve import Town, eventually

TOKEN = "lekplats"


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setenv("AVROP_TEST_TOKEN", TOKEN)
    town = Town()
    yield town
    town.stop()


Sent = Callable[[Relay], tuple[Office, str]]


@pytest.fixture
def sent(engine: sa.Engine, town: Town, tmp_path: Path) -> Iterator[Sent]:
    running: list[Sandbox] = []

    def send(relay: Relay) -> tuple[Office, str]:
        desk, key, sandbox = _sent(engine, town, tmp_path, relay)
        running.append(sandbox)
        return desk, key

    yield send
    for sandbox in running:
        sandbox.stop()


def _sent(engine: sa.Engine, town: Town, tmp_path: Path, relay: Relay) -> tuple[Office, str, Sandbox]:
    """An order in the hands of an access point, and the key under which it went."""
    settings = AccessPointSettings(url=f"{town.url}/sandbox/access-point", token="env:AVROP_TEST_TOKEN")
    seller = supplier(tmp_path, transport="access_point", settings=settings)
    relays = {seller.id: relay}
    inbox = f"{town.url}/inbox/access-point"
    sandbox = start_sandbox(tmp_path / "sandbox", [seller], dialects(), inbox, TOKEN, relays=relays, speed=4)
    town.app.include_router(sandbox.router, prefix="/sandbox/access-point")
    desk = office(engine, seller, clock=utc_now)
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), seller, "glantan", "anna", utc_now())
    assert deliver(desk, message_of(engine, order_id)) is None
    return desk, only(engine, "SELECT key FROM messages WHERE direction = 'out'"), sandbox


def _told_and_followed(engine: sa.Engine, desk: Office, key: str) -> str:
    """The access point tells that something happened, and is asked what; the state of the message then."""
    app = FastAPI()
    app.include_router(hints_router(engine, TOKEN))
    answer = TestClient(app).post(PATH, json={"sbdhInstanceID": key}, headers={"X-Token": TOKEN})
    assert answer.json() == {"asked": 1}
    for message_id in take(desk):
        follow(desk, message_id)
    return str(only(engine, f"SELECT state FROM messages WHERE key = '{key}'"))


@pytest.mark.parametrize("relay", [Relay.LATER, Relay.SECOND_TIME])
def test_what_arrives_later_is_sent_and_then_final(engine: sa.Engine, sent: Sent, relay: Relay) -> None:
    desk, key = sent(relay)
    assert only(engine, "SELECT follow_at FROM messages WHERE direction = 'out'") is not None
    assert _told_and_followed(engine, desk, key) == "sent"
    eventually(lambda: desk.transports["access_point"].status(_settings(desk), key).state == "delivered")
    assert _told_and_followed(engine, desk, key) == "sent"
    assert only(engine, "SELECT follow_at FROM messages WHERE direction = 'out'") is None
    assert "sent" in only(engine, "SELECT receipt FROM messages WHERE direction = 'out'")


def test_what_never_arrives_waits_for_a_person_with_the_cause(engine: sa.Engine, sent: Sent) -> None:
    desk, key = sent(Relay.NEVER)
    eventually(lambda: desk.transports["access_point"].status(_settings(desk), key).state == "failed")
    assert _told_and_followed(engine, desk, key) == "held"
    assert "the receiver does not answer" in only(engine, "SELECT finding FROM tasks")


def _settings(desk: Office) -> AccessPointSettings:
    [seller] = desk.suppliers
    return seller.settings
