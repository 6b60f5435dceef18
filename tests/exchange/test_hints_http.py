"""What an access point tells about its documents: it brings a question forward, and is believed in nothing else."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gateway.exchange.hints_http import PATH, hints_router
from gateway.exchange.place import place
from tests.exchange.desk import only, supplier
from tests.orders.samples import NOW, sample_order

TOKEN = "an-example-token"


@pytest.fixture
def client(engine: sa.Engine) -> TestClient:
    app = FastAPI()
    app.include_router(hints_router(engine, TOKEN))
    return TestClient(app)


@pytest.fixture
def key(engine: sa.Engine, tmp_path: Path) -> str:
    """The key of an order that the access point has taken and not yet sent on."""
    with engine.begin() as conn:
        place(conn, sample_order(), supplier(tmp_path, transport="access_point"), "glantan", "anna", NOW)
        conn.execute(sa.text("UPDATE messages SET state = 'sent', follow_at = now() + interval '1 hour'"))
    return str(only(engine, "SELECT key FROM messages"))


def tell(client: TestClient, facts: object, **headers: str) -> httpx.Response:
    return client.post(PATH, content=json.dumps(facts), headers=headers or {"X-Token": TOKEN})


def is_due(engine: sa.Engine) -> bool:
    return bool(only(engine, "SELECT count(*) FROM messages WHERE follow_at <= now() + interval '5 seconds'"))


@pytest.mark.parametrize("many", [False, True])
def test_a_hint_brings_the_question_forward(engine: sa.Engine, client: TestClient, key: str, many: bool) -> None:
    hint = {"sbdhInstanceID": key, "status": "permanently_failed", "transactionID": 7}
    answer = tell(client, [hint, {"sbdhInstanceID": "another"}] if many else hint)
    assert (answer.status_code, answer.json()) == (202, {"asked": 1})
    assert is_due(engine)
    assert only(engine, "SELECT state FROM messages") == "sent"


def test_what_was_final_is_not_asked_for_again(engine: sa.Engine, client: TestClient, key: str) -> None:
    with engine.begin() as conn:
        conn.execute(sa.text("UPDATE messages SET follow_at = NULL"))
    assert tell(client, {"sbdhInstanceID": key}).json() == {"asked": 0}
    assert not is_due(engine)


@pytest.mark.parametrize("state", ["queued", "waiting", "held"])
def test_what_was_not_sent_is_not_asked_for(engine: sa.Engine, client: TestClient, key: str, state: str) -> None:
    with engine.begin() as conn:
        conn.execute(sa.text("UPDATE messages SET state = :state"), {"state": state})
    assert tell(client, {"sbdhInstanceID": key}).json() == {"asked": 0}
    assert not is_due(engine)


def test_what_went_another_way_is_not_asked_for(engine: sa.Engine, client: TestClient, key: str) -> None:
    with engine.begin() as conn:
        conn.execute(sa.text("UPDATE messages SET transport = 'folder'"))
    assert tell(client, {"sbdhInstanceID": key}).json() == {"asked": 0}


def test_a_signature_does_as_well_as_the_token(engine: sa.Engine, client: TestClient, key: str) -> None:
    body = json.dumps({"sbdhInstanceID": key})
    right = hmac.new(TOKEN.encode(), body.encode(), hashlib.sha256).hexdigest()
    other = hmac.new(TOKEN.encode(), b"another body", hashlib.sha256).hexdigest()
    for given, status in ((f"sha256={right}", 202), (f"sha256={other}", 401), (right, 401), ("", 401)):
        assert client.post(PATH, content=body, headers={"X-Signature": given}).status_code == status


def test_a_wrong_token_changes_nothing(engine: sa.Engine, client: TestClient, key: str) -> None:
    for headers in ({"X-Token": "wrong"}, {"X-Token": ""}, {"Accept": "*/*"}):
        assert tell(client, {"sbdhInstanceID": key}, **headers).status_code == 401
    assert not is_due(engine)


def test_without_a_token_of_ours_the_door_is_closed(engine: sa.Engine, key: str) -> None:
    app = FastAPI()
    app.include_router(hints_router(engine, ""))
    empty = hmac.new(b"", b"{}", hashlib.sha256).hexdigest()
    for headers in ({"X-Token": ""}, {"X-Signature": f"sha256={empty}"}):
        assert TestClient(app).post(PATH, content=b"{}", headers=headers).status_code == 401


@pytest.mark.parametrize("body", [b"", b"[1]", b"{}", b'{"sbdhInstanceID": 7}', b"\xff\xfe", b"[" * 1000])
def test_what_is_no_hint_is_said_to_be_none(client: TestClient, body: bytes) -> None:
    answer = client.post(PATH, content=body, headers={"X-Token": TOKEN})
    assert answer.status_code == 400
    assert "this is no hint" in answer.json()["error"]


def test_more_than_a_hint_is_not_read(client: TestClient) -> None:
    assert client.post(PATH, content=b" " * 70_000, headers={"X-Token": TOKEN}).status_code == 413
