"""The transport email against real mail servers: what is handed over, how the line is kept, and every way to fail."""

from __future__ import annotations

import socket

import pytest

from gateway.formats.mail import Attachment, Envelope, mail_for
from gateway.transports.contract import Failure, NotSent, Parcel, Receipt, Refused, Unsure
from gateway.transports.email.settings import EmailSettings
from gateway.transports.email.transport import Email
from tests.orders.samples import NOW, sample_order
from tests.transports import certificates, servers
from tests.transports.post import PASSWORD, USER, Office, post_office

KEY = "7f9d1c1e-0000-4000-8000-000000000001"
LETTER = mail_for(
    sample_order(),
    Attachment(name="order.csv", content=b"a;b\r\n", media_type="text/csv"),
    Envelope(sender="avrop@kommun.example", to="order@pappret.example"),
    KEY,
    NOW,
)
PARCEL = Parcel(key=KEY, name="order.eml", content=LETTER, media_type="message/rfc822")


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    monkeypatch.setenv("SMTP_PASSWORD", PASSWORD.decode())


def settings(port: int, **changes) -> EmailSettings:
    facts = {"host": "127.0.0.1", "port": port, "security": "none", "timeout_seconds": 1}
    facts |= {"sender": "avrop@kommun.example", "to": "order@pappret.example"}
    return EmailSettings(**facts | changes)


def send(office: Office, parcel: Parcel = PARCEL, **changes) -> Receipt:
    with post_office(office) as port:
        return Email().send(settings(port, **changes), parcel)


def test_the_letter_arrives_as_it_was_written_and_their_words_are_the_receipt():
    office = Office()
    receipt = send(office)
    assert receipt == Receipt(evidence=f"smtp: 250 queued as 4F1C {KEY} to order@pappret.example")
    assert office.taken == [("avrop@kommun.example", ["order@pappret.example"], LETTER)]


def test_lines_that_begin_with_a_dot_and_odd_line_ends_travel_safely():
    odd = b"Subject: x\r\n\r\n.\n..two\r.three\r\n.\r\nlast\n.\nMAIL FROM:<evil@elsewhere.example>"
    office = Office()
    send(office, Parcel(key=KEY, name="x", content=odd))
    ((_, _, taken),) = office.taken
    assert taken.split(b"\r\n") == [
        b"Subject: x", b"", b".", b"..two", b".three", b".", b"last", b".", b"MAIL FROM:<evil@elsewhere.example>", b"",
    ]  # fmt: skip
    assert office.commands.count("MAIL") == 1


@pytest.mark.parametrize(
    ("office", "outcome", "words"),
    [
        (Office({"MAIL": "451 try later"}), NotSent, "try later"),
        (Office({"MAIL": "550 not you"}), Refused, "not you"),
        (Office({"RCPT": "450 greylisted"}), NotSent, "greylisted"),
        (Office({"RCPT": "550 no such mailbox"}), Refused, "no such mailbox"),
        (Office({"RCPT": "421 closing"}), NotSent, "closing"),
        (Office({"DOT": "452 disk full"}), NotSent, "disk full"),
        (Office({"DOT": "552 too large"}), Refused, "too large"),
        (Office(hangs_up="MAIL"), NotSent, "nothing was sent"),
        (Office(hangs_up="RCPT"), NotSent, "nothing was sent"),
        (Office(hangs_up="DOT"), Unsure, "same Message-ID"),
    ],
)
def test_each_answer_has_its_outcome(office, outcome, words):
    with pytest.raises(Failure, match=words) as told:
        send(office)
    assert type(told.value) is outcome
    assert bool(office.taken) == (outcome is Unsure)


def _scripted(*answers: bytes):
    """A server that gives these answers, one for each command, and then nothing."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(b"220 here\r\n")
        for answer in answers:
            connection.recv(1000)
            connection.sendall(answer)
        servers.says_nothing(connection)

    return behave


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((), NotSent),
        ((b"250 a\r\n", b"250 a\r\n", b"250 a\r\n"), NotSent),
        ((b"250 a\r\n", b"250 a\r\n", b"250 a\r\n", b"354 go\r\n"), Unsure),
        ((b"250 a\r\n", b"250 a\r\n", b"250 a\r\n", b"503 no\r\n"), Refused),
        ((b"250 a\r\n", b"250 a\r\n", b"250 a\r\n", b"250 odd\r\n"), NotSent),
    ],
)
def test_silence_before_the_message_is_not_sent_and_after_it_unsure(answers, outcome):
    with servers.listener(_scripted(*answers)) as port, pytest.raises(outcome):
        Email().send(settings(port, timeout_seconds=0.3), PARCEL)


# The line ---------------------------------------------------------------------------------------------------------


def _trusted(tmp_path, port: int, **changes) -> EmailSettings:
    (tmp_path / "ca").write_text(certificates.authority().certificate)
    return settings(port, **{"security": "starttls", "ca": f"file:{tmp_path / 'ca'}", **changes})


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_line_is_encrypted_logged_in_and_trusted(tmp_path, security):
    office, context = Office(), certificates.server().context()
    with post_office(office, context, implicit=security == "tls", log_in=True) as port:
        facts = {"security": security, "user": USER.decode(), "password": "env:SMTP_PASSWORD"}
        trusted = _trusted(tmp_path, port, **facts)
        assert Email().send(trusted, PARCEL).evidence
        with pytest.raises(Refused, match="cannot be trusted"):
            Email().send(settings(port, **facts), PARCEL)
        with pytest.raises(Refused, match="535") as told:
            Email().send(_trusted(tmp_path, port, **facts | {"user": "avropp"}), PARCEL)
        with pytest.raises(Refused, match="530"):
            Email().send(_trusted(tmp_path, port, security=security), PARCEL)
    assert PASSWORD.decode() not in str(told.value)
    assert len(office.taken) == 1


def test_a_server_without_encryption_gets_nothing(tmp_path):
    office = Office()
    with post_office(office) as port:
        with pytest.raises(Refused, match="STARTTLS"):
            Email().send(_trusted(tmp_path, port), PARCEL)
        with pytest.raises(NotSent):
            Email().send(_trusted(tmp_path, port, security="tls"), PARCEL)
    assert (office.taken, office.commands) == ([], [])


def test_a_certificate_that_has_ended_is_refused(tmp_path):
    with (
        post_office(Office(), certificates.expired().context()) as port,
        pytest.raises(Refused, match="expired"),
    ):
        Email().send(_trusted(tmp_path, port), PARCEL)


@pytest.mark.parametrize("password", ["lösenord", "one\ntwo"])
def test_a_password_that_smtp_cannot_carry_is_refused_and_not_told(monkeypatch, password):
    monkeypatch.setenv("SMTP_PASSWORD", password)
    with pytest.raises(Refused, match="plain letters") as told:
        send(Office(), user="avrop", password="env:SMTP_PASSWORD")
    assert password not in str(told.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"security": "none", "host": "mail.example"}, "security none"),
        ({"sender": "a@b.example\r\nRCPT TO:<c@d.example>"}, "sender"),
        ({"to": "order@pappret.example> SIZE=1"}, "to "), ({"to": ""}, "to "), ({"to": "å@b.example"}, "plain letters"),
        ({"to": f"{'x' * 65}@b.example"}, "to "), ({"reply_to": "nobody"}, "reply_to"),
        ({"host": "a b"}, "host"), ({"host": ""}, "host"), ({"port": 70000}, "port"),
        ({"user": "u"}, "go together"), ({"timeout_seconds": -1}, "above 0"),
    ],
)  # fmt: skip
def test_settings_that_cannot_go_together_are_told_when_they_are_read(changes, words):
    with pytest.raises(ValueError, match=words):
        settings(**{"port": 25, **changes})


def test_the_usual_ports_belong_to_their_security():
    assert [settings(0, security=kind).server_port for kind in ("starttls", "tls", "none")] == [587, 465, 25]


def test_a_probe_names_both_addresses_and_sends_nothing():
    office = Office()
    with post_office(office) as port:
        checks = list(Email().probe(settings(port)))
    assert [(check.step, check.good) for check in checks] == [("connect", True), ("write", True)]
    assert (office.commands, office.taken) == (["MAIL", "RCPT", "RSET"], [])
    with post_office(Office({"RCPT": "550 no such mailbox"})) as port:
        checks = list(Email().probe(settings(port)))
    assert [(check.step, check.good) for check in checks] == [("connect", True), ("write", False)]
    assert "no such mailbox" in checks[1].evidence
    (failed,) = Email().probe(settings(servers.nobody()))
    assert (failed.step, failed.good) == ("connect", False)
    assert list(Email().expiries(settings(25))) == []
