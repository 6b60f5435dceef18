"""Suppliers with nothing but a mailbox: the order arrives by the real transport, is read, and waits for a person."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest

from gateway.formats.mail import Attachment, Envelope, mail_for
from gateway.identifiers import OrgNumber
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.serve import Sandbox, open_door, start_sandbox
from gateway.suppliers.supplier import Supplier
from gateway.transports import TRANSPORTS
from gateway.transports.contract import NotSent, Parcel, Refused
from gateway.transports.email.settings import EmailSettings
from tests.sandbox.orders import dialects, order, wire

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
KEY = "0d6fbb5e-1111-4222-8333-0123456789ab"
MAILBOX = "order@blomman.example"


@pytest.fixture
def sandbox(tmp_path):
    door = open_door(tmp_path)
    ways = _ways(door.mail.getsockname()[1])
    facts = {"name": "Blomman", "org_number": OrgNumber("5500006597"), "transport": "email", "dialect": "csv"}
    florists = [Supplier(id=name, settings=ways, **facts) for name in ("blomman", "blomman-tva")]
    assert door.environment["AVROP_SANDBOX_SMTP_PORT"] == str(ways.port)
    played = start_sandbox(
        tmp_path,
        florists,
        dialects(),
        "http://127.0.0.1:9/inbox",
        "lekplats",
        behaviours={"blomman": Behaviour.ACCEPT},
        door=door,
    )
    yield played
    played.stop()


def _ways(port: int, to: str = MAILBOX) -> EmailSettings:
    facts = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "avrop@kommun.example"}
    return EmailSettings(**facts, to=to, timeout_seconds=2)


def _parcel(content: bytes | None = None) -> Parcel:
    payload = wire("csv", order("26-000123", "5500006597")) if content is None else content
    attached = Attachment(name="order.csv", content=payload, media_type="text/csv")
    envelope = Envelope(sender="avrop@kommun.example", to=MAILBOX)
    letter = mail_for(order("26-000123", "5500006597"), attached, envelope, KEY, NOW)
    return Parcel(key=KEY, name="order.eml", content=letter)


def _send(sandbox: Sandbox, parcel: Parcel, to: str = MAILBOX) -> str:
    return TRANSPORTS["email"].send(_ways(sandbox.smtp_port, to), parcel).evidence


def test_an_order_by_mail_is_received_under_its_key_and_nobody_answers_by_machine(sandbox):
    assert "taken" in _send(sandbox, _parcel())
    _send(sandbox, _parcel(), to=MAILBOX.upper())
    assert sandbox.received == [("blomman", "26-000123", KEY)] * 2
    assert (sandbox.open_answers, sandbox.complaints) == (0, [])


def test_one_mailbox_is_one_suppliers_and_others_are_not_there(sandbox):
    assert "blomman's mailbox already" in sandbox.left_out["blomman-tva"]
    with pytest.raises(Refused, match="no such mailbox"):
        _send(sandbox, _parcel(), to="nobody@blomman.example")


def test_what_cannot_be_read_becomes_a_complaint(sandbox):
    _send(sandbox, _parcel(b"not;an;order\r\n"))
    ((who, key, _),) = sandbox.complaints
    assert (who, key) == ("blomman", KEY)


def test_a_line_that_breaks_in_the_message_leaves_nothing(sandbox):
    with socket.create_connection(("127.0.0.1", sandbox.smtp_port), 2) as line, line.makefile("rb") as said:
        for command in (b"HELO a", b"MAIL FROM:<a@b.example>", b"RCPT TO:<%s>" % MAILBOX.encode(), b"DATA"):
            line.sendall(command + b"\r\n")
        line.sendall(b"Subject: half\r\n\r\n")
        assert [said.readline()[:3] for _ in range(5)] == [b"220", b"250", b"250", b"250", b"354"]
    assert _send(sandbox, _parcel())
    assert len(sandbox.received) == 1
    sandbox.stop()
    with pytest.raises(NotSent):
        _send(sandbox, _parcel())


@pytest.mark.parametrize(
    ("commands", "answer"),
    [
        ([b"DATA"], b"503"),
        ([b"RCPT TO:<order@blomman.example>"], b"503"),
        ([b"MAIL FROM:nobody"], b"501"),
        ([b"MAIL FROM:<a@b.example>", b"RSET", b"RCPT TO:<order@blomman.example>"], b"503"),
        ([b"VRFY order"], b"502"),
        ([b"NOOP"], b"250"),
        ([b"QUIT"], b"221"),
    ],
)
def test_commands_out_of_turn_are_answered(sandbox, commands, answer):
    with socket.create_connection(("127.0.0.1", sandbox.smtp_port), 2) as line, line.makefile("rb") as said:
        said.readline()
        for command in commands:
            line.sendall(command + b"\r\n")
            last = said.readline()
    assert last.startswith(answer)
