"""The door for cXML, knocked on over HTTP: who is known, what is taken, and that no secret is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from lxml import etree

from gateway.exchange import journal, tasks
from gateway.exchange.cxml_heads import payload_id
from gateway.exchange.inbox_cxml import TAKEN, cxml_inbox_router
from gateway.exchange.place import place
from gateway.exchange.process import process
from gateway.formats.bare import bare
from gateway.formats.cxml.envelope import status_of
from gateway.formats.cxml.multipart import Part, taken_apart, whole
from gateway.orders import book
from gateway.orders.lifecycle import State
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports.cxml.settings import CxmlSettings
from gateway.transports.punchout import CxmlShop
from tests.data import shared
from tests.exchange.desk import office, only, supplier
from tests.orders.samples import NOW, sample_order

NEW, OLD, OURS = "hemlighet-ny-1", "hemlighet-gammal-1", "hemlighet-delad-1"
LIMIT = 60_000
ME = "OrgNr:2120009994"


def seller(root: Path, name: str = "vardboden", **changes: str) -> Supplier:
    facts = {"url": "https://vard.example/cxml", "ours": ME, "theirs": f"DUNS:{name}", "secret": "env:OURS"}
    facts |= {"their_secret": "env:NEW", "their_secret_before": "env:OLD"}
    return supplier(root, name, transport="cxml", dialect="cxml", settings=CxmlSettings(**facts | changes))


def visited(root: Path) -> Supplier:
    shop = CxmlShop(url="https://v.example", ours=ME, theirs="DUNS:visited", secret="env:OURS")
    return supplier(root, "besokt", punchout="cxml", shop=shop)


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("NEW", NEW), ("OLD", OLD), ("OURS", OURS)):
        monkeypatch.setenv(name, value)


@pytest.fixture
def client(engine: sa.Engine, tmp_path: Path) -> TestClient:
    known = [seller(tmp_path), seller(tmp_path, "blomman", their_secret=""), visited(tmp_path), supplier(tmp_path)]
    known.append(seller(tmp_path, "provet", mode="test"))
    app = FastAPI()
    app.include_router(cxml_inbox_router(engine, Suppliers(known), LIMIT, lambda: NOW))
    return TestClient(app)


def document(
    body: str = "", who: str = "DUNS:vardboden", secret: str = NEW, to: str = ME, payload: str = "svar-1", **more: str
) -> bytes:
    """A whole document; `mode`, `relay` (Sender where it is not From), `at` (timestamp)."""
    body = body or '<StatusUpdateRequest><Status code="200" text="OK"/></StatusUpdateRequest>'
    mode = f' deploymentMode="{more["mode"]}"' if "mode" in more else ""
    shown = f"<SharedSecret>{secret}</SharedSecret>" if secret else ""

    def credential(text: str, inside: str = "") -> str:
        domain, _, identity = text.partition(":")
        return f'<Credential domain="{domain}"><Identity>{identity}</Identity>{inside}</Credential>'

    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">\n'
        f'<cXML payloadID="{payload}" timestamp="{more.get("at", "2026-03-02T10:00:00+01:00")}"><Header>'
        f"<From>{credential(who)}</From><To>{credential(to)}</To><Sender>{credential(more.get('relay', who), shown)}"
        f"<UserAgent>x</UserAgent></Sender></Header><Request{mode}>{body}</Request></cXML>\n"
    ).encode()


def knock(client: TestClient, raw: bytes, media_type: str = "text/xml") -> httpx.Response:
    return client.post("/inbox/cxml", content=raw, headers={"Content-Type": media_type})


def code(answer: httpx.Response) -> int:
    assert answer.headers["content-type"].startswith("text/xml")
    with shared("cxml-older/1.2.014-cXML.dtd").open("rb") as file:
        dtd = etree.DTD(file)
    assert dtd.validate(etree.fromstring(answer.content)), dtd.error_log
    return status_of(answer.content, "").code


def count(engine: sa.Engine) -> int:
    return int(only(engine, "SELECT count(*) FROM messages"))


def test_it_is_kept_without_its_secret_before_it_is_answered(engine: sa.Engine, client: TestClient) -> None:
    raw = document()
    answer = knock(client, raw)
    assert (answer.status_code, code(answer)) == (200, 200)
    message_id = only(engine, "SELECT id FROM messages")
    assert str(message_id) in status_of(answer.content, "").words
    with engine.begin() as conn:
        message = journal.get(conn, message_id)
        kept = journal.raw(conn, message_id)
    assert message is not None
    assert (message.remote_id, message.supplier_id, message.transport) == ("vardboden:svar-1", "vardboden", "cxml")
    assert kept == raw.replace(NEW.encode(), b"")


WRITTEN = [
    document(secret=f"<![CDATA[{NEW}]]>"), document(secret=f"hemlighet<!-- x -->{NEW[9:]}"),
    document(secret=NEW.replace("h", "&#104;")), document().decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    document().replace(b"<SharedSecret>", b"<SharedSecret\n >").replace(b"</SharedSecret>", b"</SharedSecret\n>"),
    document(secret=f"<b>{NEW}</b>"),
]  # fmt: skip


@pytest.mark.parametrize("raw", WRITTEN)
def test_however_a_secret_is_written_it_is_not_kept(engine: sa.Engine, client: TestClient, raw: bytes) -> None:
    assert code(knock(client, raw)) == 200
    with engine.begin() as conn:
        kept = journal.raw(conn, only(engine, "SELECT id FROM messages")) or b""
    for said in (kept, kept.decode("utf-16", "replace").encode()):
        assert NEW.encode() not in said
        assert NEW[9:].encode() not in said
    assert etree.fromstring(kept).findtext("Request/StatusUpdateRequest/Status") is not None


def test_both_secrets_count_while_they_are_changed_and_ours_where_theirs_is_not_stated(client: TestClient) -> None:
    assert code(knock(client, document(secret=OLD))) == 200
    assert code(knock(client, document(secret=OURS))) == 401
    assert code(knock(client, document(secret=OURS, who="duns:blomman"))) == 200
    assert code(knock(client, document(secret=NEW, who="DUNS:blomman", payload="2"))) == 401


NOBODY = [
    {"who": "DUNS:ingen"}, {"secret": ""}, {"secret": "fel"}, {"who": "OrgNr:vardboden"}, {"who": "DUNS:Vardboden"},
    {"who": "DUNS:blomman", "relay": "DUNS:vardboden"}, {"who": "DUNS:papperslagret"}, {"secret": NEW + " x"},
]  # fmt: skip


@pytest.mark.parametrize("wrong", NOBODY)
def test_who_is_not_known_is_told_401_and_leaves_nothing(
    engine: sa.Engine, client: TestClient, wrong: dict[str, Any]
) -> None:
    answer = knock(client, document(**wrong))
    assert (answer.status_code, code(answer)) == (200, 401)
    assert "no house is known" in status_of(answer.content, "").words
    assert count(engine) == 0


def test_a_network_between_us_may_hand_it_over(engine: sa.Engine, client: TestClient) -> None:
    assert code(knock(client, document(relay="NetworkID:AN1"))) == 200
    assert code(knock(client, document(who="AribaNetworkUserId:x@y", relay="DUNS:vardboden", payload="2"))) == 200
    assert only(engine, "SELECT count(*) FROM messages WHERE supplier_id = 'vardboden'") == 2


NOT_AGREED = [
    ({"to": "OrgNr:1"}, 400), ({"mode": "test"}, 400), ({"who": "DUNS:provet"}, 400), ({"payload": ""}, 400),
    ({"payload": "x" * 301}, 400), ({"body": "<OrderRequest/>"}, 450), ({"body": "<PunchOutSetupRequest/>"}, 450),
    ({"who": "DUNS:visited", "secret": OURS}, 450),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "wanted"), NOT_AGREED)
def test_what_is_not_agreed_is_said_in_the_status_and_not_booked(
    engine: sa.Engine, client: TestClient, wrong: dict[str, Any], wanted: int
) -> None:
    answer = knock(client, document(**wrong))
    assert (answer.status_code, code(answer)) == (200, wanted)
    assert count(engine) == 0


def test_test_and_production_are_apart(client: TestClient) -> None:
    assert code(knock(client, document(who="DUNS:provet", mode="test"))) == 200


@pytest.mark.parametrize(
    "raw",
    [b"", b"<html/>", b"order", document()[:-30], document().replace(b"Request", b"Req"),
     document().replace(b'.dtd">', b'.dtd" [<!ENTITY a "b">]>'), document().replace(b"<UserAgent>x", b"<UserAgent>&a;"),
     document().replace(b"UTF-8", b"EBCDIC-US")],
)  # fmt: skip
def test_what_is_no_cxml_is_not_acceptable(engine: sa.Engine, client: TestClient, raw: bytes) -> None:
    assert code(knock(client, raw)) == 406
    assert count(engine) == 0


def test_too_large_is_said_in_both_ways(client: TestClient) -> None:
    answer = knock(client, b"x" * (LIMIT + 1))
    assert (answer.status_code, code(answer)) == (413, 499)


def test_a_duplicate_gets_the_first_receipt(engine: sa.Engine, client: TestClient) -> None:
    first = status_of(knock(client, document()).content, "")
    for again in (document(), document(secret=OLD), document(at="2026-03-02T11:00:00+01:00")):
        assert status_of(knock(client, again).content, "") == first
    assert count(engine) == 1


def test_one_payload_id_for_two_documents_is_a_conflict(engine: sa.Engine, client: TestClient) -> None:
    knock(client, document())
    other = document('<StatusUpdateRequest><Status code="400" text="No"/></StatusUpdateRequest>')
    assert code(knock(client, other)) == 409
    with engine.connect() as conn:
        (task,) = tasks.open_tasks(conn)
    assert task.supplier_id == "vardboden"
    blomman = other.replace(b'DUNS"><Identity>vardboden', b'DUNS"><Identity>blomman').replace(
        NEW.encode(), OURS.encode()
    )
    assert code(knock(client, blomman)) == 200


def test_our_profile_names_what_we_take_and_keeps_nothing(engine: sa.Engine, client: TestClient) -> None:
    for who, secret in (("DUNS:vardboden", NEW), ("DUNS:visited", OURS)):
        answer = knock(client, document("<ProfileRequest/>", who=who, secret=secret))
        assert code(answer) == 200
        found = etree.fromstring(answer.content).findall("Response/ProfileResponse/Transaction")
        assert [one.get("requestName") for one in found] == list(TAKEN)
        assert {one.findtext("URL") for one in found} == {"http://testserver/inbox/cxml"}
    assert count(engine) == 0


def test_files_beside_it_are_kept_with_it(engine: sa.Engine, client: TestClient) -> None:
    sent = whole(document(), [Part(cid="bild@x", content=b"\x00\xff\r\n--" * 50, media_type="image/png", name="b.png")])
    head, _, body = sent.partition(b"\r\n\r\n")
    media_type = head.split(b"Content-Type: ")[1].decode()
    assert code(knock(client, body, media_type)) == 200
    assert code(knock(client, body.replace(b"cxml>", b"rot>"), media_type.replace("cxml>", "rot>"))) == 200
    with engine.begin() as conn:
        kept = journal.raw(conn, only(engine, "SELECT id FROM messages")) or b""
    root, (file,) = taken_apart(kept)
    assert (file.cid, file.content, file.media_type, file.name) == (
        "bild@x", b"\x00\xff\r\n--" * 50, "image/png", "b.png",
    )  # fmt: skip
    assert bare(kept) == root == document().replace(NEW.encode(), b"")
    assert NEW.encode() not in kept
    assert code(knock(client, body[:-20], media_type)) == 406
    assert code(knock(client, body, "multipart/related")) == 406


# A StatusUpdate meets its message -----------------------------------------------------------------------------------


def _sent(engine: sa.Engine, root: Path) -> tuple[Any, Any, str]:
    """An order that they took, with its message and the payloadID it travelled under."""
    with engine.begin() as conn:
        order_id = place(conn, sample_order(), seller(root), "glantan", "anna", NOW)
        message_id = conn.execute(sa.text("SELECT id FROM messages")).scalar_one()
        journal.change(conn, message_id, state="sent", receipt="cxml: 201 Accepted", done_at=NOW)
        key = journal.get(conn, message_id).key  # type: ignore[union-attr]
        conn.execute(sa.text("UPDATE orders SET state = 'sent'"))
    return order_id, message_id, payload_id(key or "", "2120009994")


def _update(engine: sa.Engine, client: TestClient, root: Path, code_: int, about: str) -> Any:
    body = (
        f'<StatusUpdateRequest><DocumentReference payloadID="{about}"/>'
        f'<Status code="{code_}" text="Said">så blev det</Status></StatusUpdateRequest>'
    )
    assert code(knock(client, document(body, payload=f"status-{code_}"))) == 200
    message_id = only(engine, "SELECT id FROM messages WHERE direction = 'in' ORDER BY sequence DESC LIMIT 1")
    with engine.begin() as conn:
        process(conn, message_id, office(engine, seller(root)), NOW)
        return journal.get(conn, message_id)


def test_a_yes_acknowledges_the_order(engine: sa.Engine, client: TestClient, tmp_path: Path) -> None:
    order_id, message_id, named = _sent(engine, tmp_path)
    on_its_way = _update(engine, client, tmp_path, 280, named)
    assert (on_its_way.state, on_its_way.order_id) == (journal.MessageState.PROCESSED, order_id)
    with engine.begin() as conn:
        assert book.get(conn, order_id).state is State.SENT  # type: ignore[union-attr]
    _update(engine, client, tmp_path, 200, named)
    with engine.begin() as conn:
        assert book.get(conn, order_id).state is State.ACKNOWLEDGED  # type: ignore[union-attr]
        message = journal.get(conn, message_id)
        assert message is not None
        assert message.receipt == "cxml: 201 Accepted; later: AB så blev det; later: AP så blev det"
        assert tasks.open_tasks(conn) == []


def test_a_no_brings_the_message_to_a_person(engine: sa.Engine, client: TestClient, tmp_path: Path) -> None:
    order_id, message_id, named = _sent(engine, tmp_path)
    _update(engine, client, tmp_path, 475, named)
    with engine.begin() as conn:
        (task,) = tasks.open_tasks(conn)
        assert (task.kind, task.order_id, task.message_id) == (tasks.Kind.REFUSED, order_id, message_id)
        assert "så blev det" in task.finding
        assert journal.get(conn, message_id).state is journal.MessageState.HELD  # type: ignore[union-attr]
    _update(engine, client, tmp_path, 477, named)
    with engine.begin() as conn:
        assert len(tasks.open_tasks(conn)) == 1
        assert len(journal.findings_of(conn, message_id)) == 2


def test_one_that_names_nothing_of_ours_waits_for_a_person(
    engine: sa.Engine, client: TestClient, tmp_path: Path
) -> None:
    _sent(engine, tmp_path)
    message = _update(engine, client, tmp_path, 200, "någon-annans@x")
    assert message.state is journal.MessageState.UNMATCHED
