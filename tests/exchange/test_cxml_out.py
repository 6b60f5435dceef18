"""Orders, changes and cancellations by cXML: from the book to a supplier's real server, valid by its DTD."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from lxml import etree
from msgspec.structs import replace

from gateway.exchange import changing, cxml_answers, journal, tasks
from gateway.exchange.alone import deliver
from gateway.exchange.journal import MessageState
from gateway.exchange.place import place
from gateway.findings import Rejected
from gateway.formats.bare import bare
from gateway.formats.cxml.multipart import is_whole, received, taken_apart, whole
from gateway.model import Order
from gateway.model.item import Attachment
from gateway.orders import book
from gateway.orders.lifecycle import State
from gateway.suppliers.supplier import Supplier
from gateway.transports.cxml.settings import CxmlSettings
from tests.data import shared
from tests.exchange.desk import dialects, message_of, office, response, supplier
from tests.exchange.test_send import Clock
from tests.orders.samples import NOW, sample_order
from tests.transports.test_cxml import status
from tests.transports.web import Asked, Says, web

SECRET = "hemlig & delad"
DTDS = ("cxml-older/1.2.014-cXML.dtd", "cxml-older/1.2.020-cXML.dtd", "cxml-1.2.071/cXML.dtd")


class Desk:
    """A supplier's server: what it says in turn (the last for ever), and every request that it saw."""

    def __init__(self) -> None:
        self.says: list[Says] = [Says(200, status(200))]
        self.url, self.seen = "", list[Asked]()

    def __call__(self, asked: Asked) -> Says:
        return self.says.pop(0) if len(self.says) > 1 else self.says[0]

    def root(self, place: int = -1) -> etree._Element:
        return etree.fromstring(self.seen[place].body)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("OURS", SECRET)
    told = Desk()
    with web(told) as (url, seen):
        told.url, told.seen = url, seen
        yield told


def seller(root: Path, desk: Desk, **changes: Any) -> Supplier:
    facts = {"url": f"{desk.url}/cxml", "ours": "OrgNr:2120009994", "theirs": "DUNS:1", "secret": "env:OURS"}
    more = {name: changes.pop(name) for name in ("dialect",) if name in changes}
    settings = CxmlSettings(**facts | {"timeout_seconds": 2} | changes)
    return supplier(root, transport="cxml", **{"dialect": "cxml"} | more, settings=settings)


def placed(engine: sa.Engine, one: Supplier, order: Order | None = None) -> tuple[UUID, UUID]:
    with engine.begin() as conn:
        order_id = place(conn, order or sample_order(), one, "glantan", "anna", NOW)
    return order_id, message_of(engine, order_id)


def kept(engine: sa.Engine, message_id: UUID) -> tuple[journal.Message, bytes]:
    with engine.connect() as conn:
        message = journal.get(conn, message_id)
        assert message is not None
        return message, journal.raw(conn, message_id) or b""


def valid(raw: bytes) -> None:
    for path in DTDS:
        with shared(path).open("rb") as file:
            dtd = etree.DTD(file)
        assert dtd.validate(etree.fromstring(raw)), (path, dtd.error_log)


def test_an_order_arrives_sealed_and_the_journal_keeps_no_secret(engine: sa.Engine, tmp_path: Path, desk: Desk) -> None:
    one = seller(tmp_path, desk, mode="test", sender="NetworkID:AN1")
    order_id, message_id = placed(engine, one)
    assert deliver(office(engine, one), message_id) is None
    message, raw = kept(engine, message_id)
    assert (message.state, message.receipt) == (MessageState.SENT, "cxml: 200 OK; they have it")
    assert b"env:OURS" in raw
    assert b"hemlig" not in raw
    valid(desk.seen[0].body)
    root = desk.root()
    assert root.get("payloadID") == f"{message.key}@2120009994.avrop"
    assert root.get("timestamp") == "2026-03-02T10:30:00+01:00"
    assert root.findtext("Header/Sender/Credential/SharedSecret") == SECRET
    assert root.findtext("Header/Sender/Credential/Identity") == "AN1"
    assert root.find("Request").get("deploymentMode") == "test"
    assert root.find("Request/OrderRequest/OrderRequestHeader").get("orderID") == "26-000001"
    with engine.connect() as conn:
        assert book.get(conn, order_id).state is State.SENT  # type: ignore[union-attr]
    again = dialects()["cxml"].read(bare(raw), "journal").document
    assert isinstance(again, Order)
    assert [(line.id, line.quantity) for line in again.lines] == [
        (line.id, line.quantity) for line in sample_order().lines
    ]


def test_a_retry_carries_the_same_bytes_and_already_processed_counts(
    engine: sa.Engine, tmp_path: Path, desk: Desk
) -> None:
    desk.says = [Says(hangs_up=True), Says(200, status(500, "Error", "Already processed"))]
    one, clock = seller(tmp_path, desk), Clock()
    _, message_id = placed(engine, one)
    there = office(engine, one, clock=clock)
    assert deliver(there, message_id) is not None
    clock.now += timedelta(hours=2)
    assert deliver(there, message_id) is None
    message, _ = kept(engine, message_id)
    assert (message.state, message.attempts) == (MessageState.SENT, 2)
    assert desk.seen[0].body == desk.seen[1].body


def test_what_they_will_never_take_is_held_for_a_person(engine: sa.Engine, tmp_path: Path, desk: Desk) -> None:
    desk.says = [Says(200, status(475, "Signature Required"))]
    one = seller(tmp_path, desk)
    _, message_id = placed(engine, one)
    assert deliver(office(engine, one), message_id) is None
    assert kept(engine, message_id)[0].state is MessageState.HELD
    with engine.connect() as conn:
        (task,) = tasks.open_tasks(conn)
    assert "they want it signed" in task.finding


def test_each_document_is_written_for_the_dtd_that_they_read_it_by(
    engine: sa.Engine, tmp_path: Path, desk: Desk
) -> None:
    one = seller(tmp_path, desk, version="1.2.020", versions={"OrderRequest": "1.2.036"})
    _, message_id = placed(engine, one)
    deliver(office(engine, one), message_id)
    assert b"/cXML/1.2.036/cXML.dtd" in desk.seen[0].body


def test_files_go_along_under_the_names_that_the_order_gives_them(
    engine: sa.Engine, tmp_path: Path, desk: Desk
) -> None:
    files = (
        Attachment(id="Ritning å", content=b"%PDF\r\n--\x00\xff" * 99, media_type="application/pdf", filename="r.pdf"),
        Attachment(id="Sida", uri="https://exempelstad.example/karta"),
        Attachment(id="Text", content=b"hej", media_type="text/plain; x\r\ny"),
    )
    one = seller(tmp_path, desk)
    desk.says = [Says(hangs_up=True), Says(200, status(200))]
    _, message_id = placed(engine, one, replace(sample_order(), attachments=files))
    clock = Clock()
    there = office(engine, one, clock=clock)
    deliver(there, message_id)
    clock.now += timedelta(hours=2)
    deliver(there, message_id)
    first, asked = desk.seen
    assert (first.body, first.headers["Content-Type"]) == (asked.body, asked.headers["Content-Type"])
    assert asked.headers["Content-Type"].startswith("multipart/related; boundary=")
    message, raw = kept(engine, message_id)
    assert is_whole(raw)
    assert message.name.endswith(".mime")
    root, parts = taken_apart(raw)
    valid(root)
    urls = [one.text for one in etree.fromstring(root).iterfind(".//Attachment/URL")]
    assert urls == [f"cid:{parts[0].cid}", "https://exempelstad.example/karta", f"cid:{parts[1].cid}"]
    assert [(part.content, part.media_type) for part in parts] == [
        (files[0].content, "application/pdf"), (b"hej", "application/octet-stream"),
    ]  # fmt: skip
    assert SECRET.replace("&", "&amp;").encode() in asked.body
    assert b"hemlig" not in raw
    assert bare(raw) == root
    assert isinstance(dialects()["cxml"].read(bare(raw), "journal").document, Order)


def test_a_change_and_a_cancellation_name_the_order_that_went_before(
    engine: sa.Engine, tmp_path: Path, desk: Desk
) -> None:
    one = seller(tmp_path, desk)
    there = office(engine, one)
    order_id, message_id = placed(engine, one)
    deliver(there, message_id)
    first = desk.root().get("payloadID")
    order = sample_order()
    less = replace(order, lines=order.lines[:1])
    with engine.begin() as conn:
        changing.change(conn, order_id, less, one, dialects(), "anna", NOW)
    _deliver_last(engine, there)
    valid(desk.seen[1].body)
    header = desk.root().find("Request/OrderRequest/OrderRequestHeader")
    assert (header.get("type"), header.get("orderVersion"), header.get("orderID")) == ("update", "1", order.number)
    assert header.find("DocumentReference").get("payloadID") == first
    assert [line.get("lineNumber") for line in desk.root().iter("ItemOut")] == ["1"]
    with engine.begin() as conn:
        changing.settle(conn, order_id, True, "anna", "i telefon", NOW)
        changing.cancel(conn, order_id, "Behövs inte", one, dialects(), "anna", NOW)
    _deliver_last(engine, there)
    valid(desk.seen[2].body)
    with engine.begin() as conn:
        for place, number in ((0, None), (1, f"{order.number}-C1"), (2, f"{order.number}-X1")):
            answered = response(order)
            named = _confirmation(desk.root(place).get("payloadID"))
            assert cxml_answers.meant(conn, one, named, answered) == replace(answered, change=number)
            assert cxml_answers.meant(conn, replace(one, id="annan"), named, answered) == answered
    header = desk.root().find("Request/OrderRequest/OrderRequestHeader")
    assert (header.get("type"), header.get("orderID")) == ("delete", order.number)
    assert header.find("DocumentReference").get("payloadID") == first
    assert len(list(desk.root().iter("ItemOut"))) >= 1
    assert len({desk.root(place).get("payloadID") for place in range(3)}) == 3


def _confirmation(payload_id: str) -> bytes:
    return (
        '<cXML payloadID="c@d" timestamp="2026-03-02T10:00:00+01:00"><Request><ConfirmationRequest>'
        f'<OrderReference><DocumentReference payloadID="{payload_id}"/></OrderReference>'
        "</ConfirmationRequest></Request></cXML>"
    ).encode()


def _deliver_last(engine: sa.Engine, there: Any) -> None:
    with engine.connect() as conn:
        last = conn.execute(sa.text("SELECT id FROM messages ORDER BY sequence DESC LIMIT 1")).scalar_one()
    assert deliver(there, last) is None
    message, _ = kept(engine, last)
    assert message.state is MessageState.SENT, [str(one) for one in _findings(engine, last)]


def _findings(engine: sa.Engine, message_id: UUID) -> list[Any]:
    with engine.connect() as conn:
        return journal.findings_of(conn, message_id)


def test_a_dialect_that_writes_no_cxml_is_told_before_anything_leaves(
    engine: sa.Engine, tmp_path: Path, desk: Desk
) -> None:
    one = seller(tmp_path, desk, dialect="csv")
    _, message_id = placed(engine, one)
    deliver(office(engine, one), message_id)
    assert "cxml-dialect" in [finding.rule for finding in _findings(engine, message_id)]
    assert desk.seen == []


@pytest.mark.parametrize("raw", [b"", b"x", b"\r\n\r\n", b"--b--", b"--b\r\n\r\nx\r\n--b", b"--b\r\n" * 400])
def test_torn_wholes_are_refused(raw: bytes) -> None:

    for media_type in (
        "multipart/related; boundary=b",
        "multipart/related",
        "multipart/related; boundary=" + "b" * 300,
    ):
        with pytest.raises(Rejected):
            taken_apart(received(media_type, raw))
    assert bare(received("multipart/related; boundary=b", raw)).startswith(b"MIME-Version")
    assert taken_apart(whole(b"<cXML/>", [])) == (b"<cXML/>", ())
