"""The door for suppliers, knocked on over HTTP with signatures right, wrong, old and changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from gateway.exchange import journal, tasks
from gateway.exchange.inbox_suppliers import supplier_inbox_router
from gateway.exchange.place import place
from gateway.exchange.process import process
from gateway.orders import book
from gateway.orders.lifecycle import State
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports.https.settings import HttpsSettings
from gateway.transports.https.signature import sign
from tests.exchange.desk import dialects, office, only, response, supplier
from tests.orders.samples import NOW, sample_order

SECRET, BEFORE = "hemlighet-ett", "hemlighet-noll"
LIMIT = 50_000
TIME = NOW.timestamp()


def seller(root: Path, name: str = "papperslagret", **changes: str) -> Supplier:
    facts = {"url": "https://pappret.example/orders", "webhook_secret": "env:HOOK", "webhook_secret_before": "env:OLD"}
    return supplier(root, name, transport="https", dialect="csv", settings=HttpsSettings(**facts | changes))


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", SECRET)
    monkeypatch.setenv("OLD", BEFORE)


@pytest.fixture
def client(engine: sa.Engine, tmp_path: Path) -> TestClient:
    known = Suppliers(
        [
            seller(tmp_path),
            seller(tmp_path, "blomman"),
            seller(tmp_path, "utan", webhook_secret="", webhook_secret_before=""),
            seller(tmp_path, "trasig", webhook_secret="env:AVROP_NOT_SET"),
            supplier(tmp_path, "mappen"),
        ]
    )
    app = FastAPI()
    app.include_router(supplier_inbox_router(engine, known, LIMIT, lambda: NOW))
    return TestClient(app)


def answered(code: str = "AP") -> bytes:
    return dialects()["csv"].write(response(sample_order(), code))


def knock(
    client: TestClient,
    raw: bytes = b"",
    who: str = "papperslagret",
    key: str = SECRET,
    at: float = TIME,
    **headers: Any,
) -> httpx.Response:
    raw = raw or answered()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(
        f"/inbox/suppliers/{who}", content=raw, headers={"X-Avrop-Signature": sign(key, raw, at), **named}
    )


def test_taken_processed_and_answered(engine: sa.Engine, client: TestClient, tmp_path: Path) -> None:
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), seller(tmp_path), "glantan", "anna", NOW)
    answer = knock(client, Idempotency_Key="svar-1")
    assert answer.status_code == 200
    message_id = only(engine, "SELECT id FROM messages WHERE direction = 'in'")
    assert answer.json() == {"messageId": str(message_id), "duplicate": False}
    with engine.begin() as conn:
        message = journal.get(conn, message_id)
        assert message is not None
        assert (message.remote_id, message.supplier_id) == ("papperslagret:svar-1", "papperslagret")
        assert journal.raw(conn, message_id) == answered()
        process(conn, message_id, office(engine, seller(tmp_path)), NOW)
        row = book.get(conn, order_id)
    assert row is not None
    assert row.state is State.CONFIRMED


def test_a_duplicate_gets_the_first_answer_and_leaves_nothing(engine: sa.Engine, client: TestClient) -> None:
    for headers in ({"Idempotency_Key": "svar-1"}, {"X_Message_Id": "svar-2"}, {}):
        first, second = (knock(client, **headers).json() for _ in range(2))
        assert second == first | {"duplicate": True}
    assert only(engine, "SELECT count(*) FROM messages") == 3


def test_one_id_for_two_documents_is_refused_and_a_person_is_told(engine: sa.Engine, client: TestClient) -> None:
    knock(client, Idempotency_Key="svar-1")
    answer = knock(client, answered("RE"), Idempotency_Key="svar-1")
    assert answer.status_code == 409
    assert "was used before" in answer.json()["findings"][0]["message"]
    with engine.connect() as conn:
        (task,) = tasks.open_tasks(conn)
    assert task.supplier_id == "papperslagret"
    assert knock(client, answered("RE"), who="blomman", Idempotency_Key="svar-1").status_code == 200


def test_both_secrets_count_while_they_are_changed(client: TestClient) -> None:
    assert knock(client, key=BEFORE).status_code == 200
    raw = answered("RE")
    both = f"{sign('fel', raw, TIME)},v1={sign(SECRET, raw, TIME).rpartition('=')[2]}"
    assert knock(client, raw, X_Avrop_Signature=both).status_code == 200
    assert knock(client, answered("AB"), who="trasig", key=BEFORE).status_code == 200


NOBODY = [
    {"who": "ingen"}, {"who": "utan"}, {"who": "utan", "key": ""}, {"who": "mappen"}, {"who": "blomma%00n"},
    {"who": "trasig"}, {"key": "fel"}, {"at": TIME - 301}, {"at": TIME + 301}, {"X_Avrop_Signature": ""},
    {"X_Avrop_Signature": "t=1,t=2,v1=ab"}, {"X_Avrop_Signature": f"t={int(TIME)}"},
    {"X_Avrop_Signature": f"t={int(TIME)},v1=" + "a" * 2000}, {"X_Avrop_Signature": f"t={int(TIME)},v1=å".encode()},
    {"X_Avrop_Signature": "t=²,v1=ab".encode("latin-1")}, {"X_Avrop_Signature": "t=99999999999999999999,v1=ab"},
]  # fmt: skip


@pytest.mark.parametrize("wrong", NOBODY)
def test_who_is_not_known_is_told_nothing_and_leaves_nothing(
    engine: sa.Engine, client: TestClient, wrong: dict[str, Any]
) -> None:
    answer = knock(client, **wrong)
    assert (answer.status_code, answer.json()) == (
        401,
        {"error": "the header X-Avrop-Signature is missing, too old or wrong"},
    )
    assert only(engine, "SELECT count(*) FROM messages") == 0


def test_a_body_that_was_changed_on_the_way_is_not_theirs(engine: sa.Engine, client: TestClient) -> None:
    header = sign(SECRET, answered(), TIME)
    assert knock(client, answered("RE"), X_Avrop_Signature=header).status_code == 401
    assert only(engine, "SELECT count(*) FROM messages") == 0


def test_the_edges_of_the_window_count(client: TestClient) -> None:
    assert [knock(client, at=TIME + seconds).status_code for seconds in (-300, 300)] == [200, 200]


def test_too_large_and_ids_that_nobody_can_read(engine: sa.Engine, client: TestClient) -> None:
    assert knock(client, b"x" * (LIMIT + 1)).status_code == 413
    assert knock(client, b"x" * LIMIT).status_code == 200
    for bad in ("x" * 201, "", "a\x07b"):
        assert knock(client, Idempotency_Key=bad.encode()).status_code == 400
    assert only(engine, "SELECT count(*) FROM messages") == 1
