"""The door for the access point, knocked on over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gateway.exchange import journal, tasks
from gateway.exchange.inbox_http import PATH, inbox_router
from gateway.exchange.place import place
from gateway.exchange.process import process
from gateway.formats import sbdh
from gateway.orders import book
from gateway.orders.lifecycle import State
from tests.exchange.desk import dialects, office, only, response, supplier
from tests.orders.samples import NOW, sample_order

TOKEN = "an-example-token"
LIMIT = 50_000
INSTANCE = "8f1fb2b4-1fb0-4a1c-9d54-0f4a3f4d0a11"


@pytest.fixture
def client(engine: sa.Engine) -> TestClient:
    app = FastAPI()
    app.include_router(inbox_router(engine, TOKEN, LIMIT))
    return TestClient(app)


def sbd(instance: str = INSTANCE, code: str = "AP", sender: str = "0007:5599990008") -> bytes:
    payload = dialects()["peppol"].write(response(sample_order(), code))
    return sbdh.wrap(payload, sbdh.header_for(payload, sender, "0007:2120009994", instance, NOW))


def knock(client: TestClient, content: bytes | Iterator[bytes], token: str = TOKEN) -> httpx.Response:
    return client.post(PATH, content=content, headers={"X-Token": token})


def test_taken_processed_and_answered(engine: sa.Engine, client: TestClient, tmp_path: Path) -> None:
    seller = supplier(tmp_path, transport="access_point")
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), seller, "glantan", "anna", NOW)
    answer = knock(client, sbd())
    assert answer.status_code == 200
    assert answer.json()["duplicate"] is False
    assert answer.json()["countryCodeC4"] == "SE"
    message_id = only(engine, "SELECT id FROM messages WHERE direction = 'in'")
    assert answer.json()["messageId"] == str(message_id)
    with engine.begin() as conn:
        assert journal.raw(conn, message_id) == sbd()
        process(conn, message_id, office(engine, seller), NOW)
        row = book.get(conn, order_id)
    assert row is not None
    assert row.state is State.CONFIRMED


def test_a_duplicate_gets_the_first_answer(engine: sa.Engine, client: TestClient) -> None:
    first, second = knock(client, sbd()).json(), knock(client, sbd()).json()
    assert second == first | {"duplicate": True}
    assert only(engine, "SELECT count(*) FROM pgqueuer") == 1


def test_an_id_used_for_something_else(engine: sa.Engine, client: TestClient) -> None:
    knock(client, sbd())
    answer = knock(client, sbd(code="RE"))
    assert answer.status_code == 409
    assert "was used before" in answer.json()["findings"][0]["message"]


@pytest.mark.parametrize("raw", [b"", b"not an envelope", b"<StandardBusinessDocument/>"])
def test_what_is_no_envelope_is_kept_all_the_same(engine: sa.Engine, client: TestClient, raw: bytes) -> None:
    answer = knock(client, raw)
    assert answer.status_code == 400
    assert answer.json()["findings"]
    with engine.connect() as conn:
        (task,) = tasks.open_tasks(conn)
        assert task.kind is tasks.Kind.REJECTED_DOCUMENT
        assert task.message_id is not None
        assert journal.raw(conn, task.message_id) == raw


def test_an_unknown_sender_waits_for_a_person(engine: sa.Engine, client: TestClient) -> None:
    assert knock(client, sbd(sender="0007:5599990016")).status_code == 200
    with engine.begin() as conn:
        process(conn, only(engine, "SELECT id FROM messages"), office(engine), NOW)
        (task,) = tasks.open_tasks(conn)
    assert task.kind is tasks.Kind.UNMATCHED
    assert "0007:5599990016" in task.finding


@pytest.mark.parametrize("token", ["", "wrong", "an-example-tokeN", "å"])
def test_only_with_the_token(engine: sa.Engine, client: TestClient, token: str) -> None:
    answer = client.post(PATH, content=sbd(), headers={"X-Token": token.encode()})
    assert answer.status_code == 401
    assert only(engine, "SELECT count(*) FROM messages") == 0


def test_no_token_configured_closes_the_door(engine: sa.Engine) -> None:
    app = FastAPI()
    app.include_router(inbox_router(engine, "", LIMIT))
    assert TestClient(app).post(PATH, content=sbd(), headers={"X-Token": ""}).status_code == 401


def test_too_much_is_stopped_while_it_streams(engine: sa.Engine, client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    assert knock(client, endless()).status_code == 413
    assert knock(client, b"x" * (LIMIT + 1)).status_code == 413
    assert only(engine, "SELECT count(*) FROM messages") == 0
