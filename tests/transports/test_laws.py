"""Laws that every transport obeys: one of four outcomes, never another exception, never silence without end."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack

import msgspec
import pytest

from gateway.sandbox.sftp_server import public_line
from gateway.transports import TRANSPORTS, Failure, NotSent, Parcel, Receipt, Refused, Unsure, by_name
from gateway.transports.access_point import AccessPointSettings, Phase4Settings
from gateway.transports.cxml.settings import CxmlSettings
from gateway.transports.email.settings import EmailSettings
from gateway.transports.folder import Folder, FolderSettings
from gateway.transports.https.settings import HttpsSettings
from gateway.transports.sftp.settings import SftpSettings
from tests.transports import servers
from tests.transports.post import Office, post_office
from tests.transports.web import Asked, Says, web

PARCEL = Parcel(key="7f9d1c1e-0000-4000-8000-000000000001", name="order.xml", content=b"<Order/>" * 100 + b"\r\n")
SECRET = "env:AVROP_TEST_PASSWORD"
LONG = 30
"""Seconds: far more than any case is given, and still an end. The machine may be busy."""


@pytest.fixture(autouse=True)
def _secret(monkeypatch):
    monkeypatch.setenv("AVROP_TEST_PASSWORD", "hemligt-ord")


def _sftp(port: int, **changes) -> SftpSettings:
    facts = {"host": "127.0.0.1", "port": port, "user": "u", "password": SECRET, "timeout_seconds": 0.5}
    return SftpSettings(**{**facts, "host_key": public_line(servers.KEY), "settle_seconds": 0.01, **changes})


def _http(port: int, **changes) -> AccessPointSettings:
    return AccessPointSettings(
        **{"url": f"http://127.0.0.1:{port}", "token": SECRET, "timeout_seconds": 0.5, **changes}
    )


def _phase4(port: int, **changes) -> Phase4Settings:
    return Phase4Settings(**{"url": f"http://127.0.0.1:{port}", "token": SECRET, "timeout_seconds": 0.5, **changes})


def _https(port: int, **changes) -> HttpsSettings:
    facts = {"url": f"http://127.0.0.1:{port}/orders", "api_key": SECRET, "timeout_seconds": 0.5}
    return HttpsSettings(**{**facts, **changes})


def _cxml(port: int, **changes) -> CxmlSettings:
    facts = {"url": f"http://127.0.0.1:{port}/cxml", "ours": "OrgNr:1", "theirs": "DUNS:2", "secret": SECRET}
    return CxmlSettings(**facts | {"timeout_seconds": 0.5} | changes)


def _encrypted(port: int) -> HttpsSettings:
    return _https(port, url=f"https://127.0.0.1:{port}")


def _email(port: int, **changes) -> EmailSettings:
    facts = {"host": "127.0.0.1", "port": port, "security": "none", "timeout_seconds": 0.5}
    facts |= {"sender": "avrop@kommun.example", "to": "order@leverantor.example", "user": "u", "password": SECRET}
    return EmailSettings(**{**facts, **changes})


def _folder(path: object, **changes) -> FolderSettings:
    return FolderSettings(**{"inbox": str(path), "outbox": str(path), "settle_seconds": 0.01, **changes})


Case = Callable[[ExitStack, object], msgspec.Struct]


def _at(make: Callable[[int], msgspec.Struct], behave) -> Case:
    return lambda stack, tmp: make(stack.enter_context(servers.listener(behave)))


# name -> (case, allowed outcomes of send)
CASES: dict[str, dict[str, tuple[Case, set[type]]]] = {
    "sftp": {
        "nobody": (lambda stack, tmp: _sftp(servers.nobody()), {NotSent}),
        "no such name": (lambda stack, tmp: _sftp(22, host="sftp.leverantor.invalid"), {NotSent}),
        "impossible name": (lambda stack, tmp: _sftp(22, host="x" * 300), {Refused, NotSent}),
        "impossible port": (lambda stack, tmp: _sftp(99999), {Refused, NotSent}),
        "silent": (_at(_sftp, servers.says_nothing), {NotSent}),
        "hangs up": (_at(_sftp, servers.hangs_up), {NotSent}),
        "another protocol": (_at(_sftp, servers.talks_nonsense), {NotSent}),
        "no secret": (lambda stack, tmp: _sftp(22, password="env:AVROP_NOT_SET"), {Refused}),
        "plain secret": (lambda stack, tmp: _sftp(22, password="hemligt-ord"), {Refused}),
        "no pin": (lambda stack, tmp: _sftp(22, host_key=""), {Refused}),
    }
    | {
        files.__name__: (lambda stack, tmp, f=files: _running(stack, tmp, f), {outcome})
        for files, outcome in (
            (servers.Files, Refused),  # settings name a user that is not there: log-in refused
            (servers.DiskFull, NotSent),
            (servers.DropsInUpload, NotSent),
            (servers.DropsInRename, Unsure),
            (servers.NotAllowed, Refused),
        )
    },
    "access_point": {
        "nobody": (lambda stack, tmp: _http(servers.nobody()), {NotSent}),
        "no such name": (lambda stack, tmp: _http(80, url="http://ap.leverantor.invalid"), {NotSent}),
        "no url": (lambda stack, tmp: _http(80, url=""), {Refused}),
        "another scheme": (lambda stack, tmp: _http(80, url="ftp://127.0.0.1"), {Refused}),
        "broken url": (lambda stack, tmp: _http(80, url="http://[::1"), {Refused}),
        "token with a line break": (lambda stack, tmp: _written_down(tmp, _http, "token", "one\ntwo"), {Refused}),
        "token in Swedish": (lambda stack, tmp: _written_down(tmp, _http, "token", "nyckel-åäö"), {Refused}),
        "token between spaces": (lambda stack, tmp: _written_down(tmp, _http, "token", " hemligt-ord "), {Refused}),
        "silent": (_at(_http, servers.takes_the_request_and_says_nothing), {Unsure}),
        "hangs up": (_at(_http, servers.takes_the_request_and_hangs_up), {Unsure}),
        "another protocol": (_at(_http, servers.answers_nonsense), {Unsure}),
        "no secret": (lambda stack, tmp: _http(80, token="env:AVROP_NOT_SET"), {Refused}),
        "plain secret": (lambda stack, tmp: _http(80, token="hemligt-ord"), {Refused}),
    },
    "https": {
        "nobody": (lambda stack, tmp: _https(servers.nobody()), {NotSent}),
        "no such name": (lambda stack, tmp: _https(80, url="https://api.leverantor.invalid"), {NotSent}),
        "not encrypted": (
            _at(lambda port: _https(port, url=f"https://127.0.0.1:{port}"), servers.talks_nonsense),
            {NotSent},
        ),
        "token in Swedish": (lambda stack, tmp: _written_down(tmp, _https, "api_key", "nyckel-åäö"), {Refused}),
        "token with a line break": (lambda stack, tmp: _written_down(tmp, _https, "api_key", "one\ntwo"), {Refused}),
        "silent": (_at(_https, servers.takes_the_request_and_says_nothing), {Unsure}),
        "hangs up": (_at(_https, servers.takes_the_request_and_hangs_up), {Unsure}),
        "another protocol": (_at(_https, servers.answers_nonsense), {Unsure}),
        "no secret": (lambda stack, tmp: _https(80, api_key="env:AVROP_NOT_SET"), {Refused}),
        "plain secret": (lambda stack, tmp: _https(80, api_key="hemligt-ord"), {Refused}),
        "no certificate": (lambda stack, tmp: _https(80, client_certificate=SECRET, private_key=SECRET), {Refused}),
    },
    "cxml": {
        "nobody": (lambda stack, tmp: _cxml(servers.nobody()), {NotSent}),
        "no such name": (lambda stack, tmp: _cxml(80, url="https://cxml.leverantor.invalid"), {NotSent}),
        "not encrypted": (
            _at(lambda port: _cxml(port, url=f"https://127.0.0.1:{port}"), servers.talks_nonsense),
            {NotSent},
        ),
        "silent": (_at(_cxml, servers.takes_the_request_and_says_nothing), {Unsure}),
        "hangs up": (_at(_cxml, servers.takes_the_request_and_hangs_up), {Unsure}),
        "another protocol": (_at(_cxml, servers.answers_nonsense), {Unsure}),
        "no secret": (lambda stack, tmp: _cxml(80, secret="env:AVROP_NOT_SET"), {Refused}),
        "plain secret": (lambda stack, tmp: _cxml(80, secret="hemligt-ord"), {Refused}),
        "no certificate": (lambda stack, tmp: _cxml(80, client_certificate=SECRET, private_key=SECRET), {Refused}),
    },
    "email": {
        "nobody": (lambda stack, tmp: _email(servers.nobody()), {NotSent}),
        "no such name": (lambda stack, tmp: _email(25, host="mail.leverantor.invalid", security="starttls"), {NotSent}),
        "silent": (_at(_email, servers.says_nothing), {NotSent}),
        "hangs up": (_at(_email, servers.hangs_up), {NotSent}),
        "another protocol": (_at(_email, servers.talks_nonsense), {NotSent, Refused}),
        "no secret": (lambda stack, tmp: _email(25, password="env:AVROP_NOT_SET"), {Refused}),
        "plain secret": (lambda stack, tmp: _email(25, password="hemligt-ord"), {Refused}),
        "password in Swedish": (lambda stack, tmp: _written_down(tmp, _email, "password", "nyckel-åäö"), {Refused}),
        "no authorities": (lambda stack, tmp: _email(25, security="tls", ca=SECRET), {Refused}),
    },
    "folder": {
        "no such folder": (lambda stack, tmp: _folder(tmp / "none"), {NotSent}),
        "not a folder": (lambda stack, tmp: _folder(_file(tmp)), {NotSent}),
        "impossible path": (lambda stack, tmp: _folder("a\0b"), {Refused}),
        "path too long": (lambda stack, tmp: _folder(tmp / ("x" * 300)), {NotSent}),
        "kernel's folder": (lambda stack, tmp: _folder("/proc/self"), {NotSent}),
        "full disk": (lambda stack, tmp: _full(tmp), {NotSent}),
    },
}


# The same channels, in which whole envelopes travel.
CASES["access_point_sftp"] = CASES["sftp"]
CASES["access_point_folder"] = CASES["folder"]
CASES["access_point_phase4"] = {
    "nobody": (lambda stack, tmp: _phase4(servers.nobody()), {NotSent}),
    "no such name": (lambda stack, tmp: _phase4(80, url="http://ap.leverantor.invalid"), {NotSent}),
    "no url": (lambda stack, tmp: _phase4(80, url=""), {Refused}),
    "silent": (_at(_phase4, servers.takes_the_request_and_says_nothing), {Unsure}),
    "hangs up": (_at(_phase4, servers.takes_the_request_and_hangs_up), {Unsure}),
    "another protocol": (_at(_phase4, servers.answers_nonsense), {Unsure}),
    "no secret": (lambda stack, tmp: _phase4(80, token="env:AVROP_NOT_SET"), {Refused}),
    "plain secret": (lambda stack, tmp: _phase4(80, token="hemligt-ord"), {Refused}),
}


def _running(stack: ExitStack, tmp, files) -> SftpSettings:
    user = "nobody-here" if files is servers.Files else "bagaren"
    return stack.enter_context(servers.sftp(tmp, files, user=user))[1]


def _file(tmp):
    (tmp / "file").write_text("x")
    return tmp / "file"


def _full(tmp) -> FolderSettings:
    # /dev/full answers every write with ENOSPC, whoever we are.
    (tmp / ".order.xml.part").symlink_to("/dev/full")
    return _folder(tmp)


def _written_down(tmp, make, setting: str, value: str) -> msgspec.Struct:
    """The settings with a secret that stands in a file."""
    (tmp / "secret").write_text(value)
    return make(servers.nobody(), **{setting: f"file:{tmp / 'secret'}"})


ALL = [
    pytest.param(name, case, outcomes, id=f"{name}: {words}")
    for name, cases in CASES.items()
    for words, (case, outcomes) in cases.items()
]


def test_every_transport_has_its_bad_days_listed():
    assert set(CASES) == set(TRANSPORTS)
    assert {name: transport.name for name, transport in TRANSPORTS.items()} == {name: name for name in TRANSPORTS}


def test_two_transports_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two transports are called 'folder'"):
        by_name((Folder(), Folder()))


@pytest.mark.parametrize(("name", "case", "outcomes"), ALL)
def test_trouble_has_one_of_three_outcomes_in_time_and_tells_no_secret(name, case, outcomes, tmp_path):
    transport = TRANSPORTS[name]
    with ExitStack() as stack:
        settings = case(stack, tmp_path)
        assert isinstance(settings, transport.Settings)
        began = time.monotonic()
        with pytest.raises(Failure) as told:
            transport.send(settings, PARCEL)
        assert time.monotonic() - began < LONG
        assert isinstance(told.value, tuple(outcomes))
        assert len(str(told.value)) > 25
        assert "hemligt-ord" not in str(told.value)


@pytest.mark.parametrize(("name", "case", "outcomes"), ALL)
def test_fetching_and_done_never_raise_unsure_nor_anything_unknown(name, case, outcomes, tmp_path):
    transport = TRANSPORTS[name]
    with ExitStack() as stack:
        settings = case(stack, tmp_path)
        for action in (lambda: list(transport.fetch(settings)), lambda: transport.done(settings, PARCEL)):
            try:
                action()
            except (NotSent, Refused) as told:
                assert len(str(told)) > 25


@pytest.mark.parametrize("name", sorted(TRANSPORTS))
def test_a_parcel_sent_twice_arrives_once_and_both_times_there_is_evidence(name, tmp_path):
    transport = TRANSPORTS[name]
    with ExitStack() as stack:
        settings, arrived = _receiving(stack, tmp_path, name)
        receipts = [transport.send(settings, PARCEL), transport.send(settings, PARCEL)]
        assert arrived() == {(PARCEL.name, PARCEL.content)}
    assert all(isinstance(receipt, Receipt) and receipt.evidence for receipt in receipts)


def _receiving(stack: ExitStack, tmp, name: str):
    """Settings that lead to a receiver, and a question for what it has in the end, with file names."""
    if name in {"sftp", "access_point_sftp"}:
        return stack.enter_context(servers.sftp(tmp))[1], lambda: _listed(tmp / "inbox")
    if name in {"folder", "access_point_folder"}:
        (tmp / "inbox").mkdir()
        return _folder(tmp / "inbox"), lambda: _listed(tmp / "inbox")
    if name == "email":
        office = Office()
        port = stack.enter_context(post_office(office))
        # Programs that read mail keep one of two messages with one id.
        return _email(port, user="", password=""), lambda: {(PARCEL.name, mail) for _, _, mail in office.taken}
    kept: dict[str, bytes] = {}
    if name == "https":
        url, _ = stack.enter_context(web(_keeping(kept)))
        return _https(0, url=f"{url}/orders"), lambda: {(PARCEL.name, body) for body in kept.values()}
    if name == "cxml":
        url, _ = stack.enter_context(web(_desk(kept)))
        return _cxml(0, url=f"{url}/cxml"), lambda: {(PARCEL.name, body) for body in kept.values()}
    url, _ = stack.enter_context(servers.http_server(*_remembering(kept)))
    settings = (_phase4 if name.endswith("phase4") else _http)(0, url=url)
    return settings, lambda: {(PARCEL.name, body) for body in kept.values()}


def _listed(folder) -> set[tuple[str, bytes]]:
    return {(name, (folder / name).read_bytes()) for name in os.listdir(folder)}


def _keeping(kept: dict[str, bytes]):
    """A supplier that removes second copies by their key."""

    def take(asked: Asked) -> Says:
        first = asked.headers["Idempotency-Key"] not in kept
        kept.setdefault(asked.headers["Idempotency-Key"], asked.body)
        return Says(201 if first else 200, {"id": "SO-1"})

    return take


def _desk(kept: dict[str, bytes]):
    """A supplier of cXML that knows its documents: the second copy is answered like the first."""

    def take(asked: Asked) -> Says:
        kept.setdefault("1", asked.body)
        return Says(200, b'<cXML><Response><Status code="200" text="OK"/></Response></cXML>')

    return take


def _remembering(arrived: dict[str, bytes]):
    def submit(body: bytes):
        known = PARCEL.key in arrived
        arrived.setdefault(PARCEL.key, body)
        again = (409, {"errorDetails": "duplicate", "sendingResult": "SUCCESS"})
        return again if known else (200, {"status": "sent", "transactionID": "T1", "sendingResult": "SUCCESS"})

    return submit, lambda key: (200, {"status": "sent"}) if key in arrived else (404, {})


@pytest.mark.parametrize(("name", "case", "outcomes"), ALL)
def test_a_probe_raises_nothing_and_ends_where_it_fails(name, case, outcomes, tmp_path):
    transport = TRANSPORTS[name]
    with ExitStack() as stack:
        settings = case(stack, tmp_path)
        began = time.monotonic()
        *before, last = transport.probe(settings)
        assert time.monotonic() - began < LONG
        assert all(check.good for check in before)
        assert len(last.evidence) > 15
        assert "hemligt-ord" not in last.evidence


@pytest.mark.parametrize(("name", "case", "outcomes"), ALL)
def test_what_ends_is_told_without_connecting(name, case, outcomes, tmp_path, monkeypatch):
    with ExitStack() as stack:
        settings = case(stack, tmp_path)
        monkeypatch.setattr(socket.socket, "connect", _no_call)
        assert all(expiry.what and expiry.ends.tzinfo for expiry in TRANSPORTS[name].expiries(settings))


def _no_call(_: socket.socket, address: object) -> None:
    pytest.fail(f"it called {address}")


@pytest.mark.parametrize(("name", "case", "outcomes"), ALL)
def test_a_question_for_the_status_has_an_answer_or_one_of_two_failures(name, case, outcomes, tmp_path):
    transport = TRANSPORTS[name]
    with ExitStack() as stack:
        settings = case(stack, tmp_path)
        try:
            assert transport.status(settings, PARCEL.key).said
        except (NotSent, Refused) as told:
            assert transport.follows
            assert len(str(told)) > 25


@pytest.mark.parametrize("name", sorted(TRANSPORTS))
def test_settings_are_a_closed_struct_whose_secrets_are_references(name):
    fields = {field.name: field for field in msgspec.structs.fields(TRANSPORTS[name].Settings)}
    assert TRANSPORTS[name].Settings.__struct_config__.forbid_unknown_fields
    assert TRANSPORTS[name].Settings.__struct_config__.frozen
    assert all(fields[secret].type is str for secret in ("password", "token", "private_key") if secret in fields)
