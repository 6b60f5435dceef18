"""The transport https against real servers: every answer, every log-in, every line that breaks."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from gateway.transports.contract import Failure, NotSent, Parcel, Receipt, Refused, Unsure
from gateway.transports.https.answers import OUTCOMES
from gateway.transports.https.bounded import MOST_BYTES
from gateway.transports.https.settings import HttpsSettings
from gateway.transports.https.signature import is_genuine, is_timely, signed
from gateway.transports.https.transport import Https
from tests.transports import certificates, servers
from tests.transports.web import Asked, Says, web

KEY = "7f9d1c1e-0000-4000-8000-000000000001"
PARCEL = Parcel(key=KEY, name="order.csv", content="order;åäö\n".encode(), media_type="text/csv")
AGAIN = msgspec.structs.replace(PARCEL, resent=True)
SECRET = "hemligt-ord-1"


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    monkeypatch.setenv("HTTPS_SECRET", SECRET)
    monkeypatch.setenv("HTTPS_PASSWORD", "pass-ord-2")


def send(says: Says, parcel: Parcel = PARCEL, **changes) -> tuple[Receipt, list[Asked]]:
    with web(lambda asked: says) as (url, seen):
        settings = HttpsSettings(**{"url": f"{url}/orders?code=hemlig-kod", "timeout_seconds": 1, **changes})
        return Https().send(settings, parcel), seen


def test_a_document_is_posted_with_its_key_and_its_receipt_says_their_id():
    receipt, (asked,) = send(Says(201, {"id": "SO-4711"}))
    assert receipt == Receipt(evidence=f"https: 201 {KEY} SO-4711")
    assert (asked.method, asked.path, asked.body) == ("POST", "/orders?code=hemlig-kod", PARCEL.content)
    assert (asked.headers["Idempotency-Key"], asked.headers["Content-Type"]) == (KEY, "text/csv")
    assert asked.headers["Accept-Encoding"] == "identity"


def test_it_is_put_where_they_want_it_so():
    assert send(Says(204), method="PUT")[1][0].method == "PUT"


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        (301, {"Location": "https://elsewhere.example/x?key=hemlig-kod"}, Refused),
        (307, {"Location": "/elsewhere"}, Refused),
        (302, {"Location": "http://[broken"}, Refused),
        (400, {}, Refused), (401, {}, Refused), (403, {}, Refused), (404, {}, Refused), (409, {}, Refused),
        (413, {}, Refused), (415, {}, Refused), (422, {}, Refused), (501, {}, Refused),
        (408, {}, NotSent), (425, {}, NotSent), (429, {}, NotSent), (503, {"Retry-After": "60"}, NotSent),
        (500, {}, Unsure), (502, {}, Unsure), (503, {}, Unsure), (504, {}, Unsure), (599, {}, Unsure),
    ],
)  # fmt: skip
def test_each_status_has_its_outcome_in_their_words(status, headers, outcome):
    with pytest.raises(Failure, match="så blev det") as told:
        send(Says(status, {"detail": "så blev det"}, headers))
    assert type(told.value) is outcome
    assert str(status) in str(told.value)
    assert "hemlig-kod" not in str(told.value)


def test_a_redirect_is_never_followed_and_its_target_is_told():
    with web(lambda asked: Says()) as (other, visited), pytest.raises(Refused, match=other):
        send(Says(308, headers={"Location": f"{other}/there"}))
    assert visited == []


def test_every_row_of_the_table_says_what_to_do():
    assert {"3xx", "4xx", "5xx"} <= set(OUTCOMES)
    assert all(kind in {Refused, NotSent, Unsure} and len(why) > 10 for kind, why in OUTCOMES.values())


def test_what_is_there_already_counts_only_when_it_was_sent_before():
    receipt, _ = send(Says(409), AGAIN)
    assert "earlier attempt" in receipt.evidence
    assert send(Says(422), AGAIN, already=(409, 422))[0].evidence
    for parcel, already in ((PARCEL, (409,)), (AGAIN, ())):
        with pytest.raises(Refused):
            send(Says(409), parcel, already=already)


@pytest.mark.parametrize(
    "says",
    [Says(hangs_up=True), Says(200, b"half", hangs_up=True, length=100), Says(500, b"half", hangs_up=True, length=100)],
)
def test_a_line_that_breaks_after_the_document_left_is_unsure(says):
    with pytest.raises(Unsure, match="under the same key"):
        send(says)


def test_an_answer_without_end_is_cut_and_one_that_is_packed_is_not_opened():
    receipt, _ = send(Says(200, b"x" * (20 * MOST_BYTES)))
    assert receipt.evidence.endswith(KEY)
    bomb = gzip.compress(b'{"detail": "' + b"x" * 10_000_000 + b'"}')
    with pytest.raises(Refused, match=r"400 Bad Request; they said no"):
        send(Says(400, bomb, {"Content-Encoding": "gzip"}))


def test_an_answer_that_drips_does_not_hold_us():
    def drips(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1200):
            connection.sendall(b"x")
            time.sleep(0.05)

    began = time.monotonic()
    with servers.listener(drips) as port, pytest.raises(Unsure):
        Https().send(HttpsSettings(url=f"http://127.0.0.1:{port}", timeout_seconds=0.4), PARCEL)
    assert time.monotonic() - began < 30


def test_words_of_theirs_that_repeat_our_secrets_are_told_without_them():
    def parrot(asked: Asked) -> Says:
        return Says(400, {"detail": " ".join(f"{name}={value}" for name, value in asked.headers.items())})

    facts = {"api_key": "env:HTTPS_SECRET", "user": "avrop", "password": "env:HTTPS_PASSWORD"}
    with web(parrot) as (url, seen), pytest.raises(Refused) as told:
        Https().send(HttpsSettings(url=url, **facts), PARCEL)
    assert seen[0].headers["X-API-Key"] == SECRET
    assert seen[0].headers["Authorization"] == "Basic YXZyb3A6cGFzcy1vcmQtMg=="
    for known in (SECRET, "pass-ord-2", "YXZyb3A6cGFzcy1vcmQtMg=="):
        assert known not in str(told.value)
    assert "X-API-Key=…" in str(told.value)


@pytest.mark.parametrize("bad", ["nyckel-åäö", "one\ntwo", " in-front", "one\r\nX-Other: 1"])
def test_a_secret_that_no_header_can_carry_is_refused_and_not_told(monkeypatch, bad):
    monkeypatch.setenv("HTTPS_SECRET", bad)
    with pytest.raises(Refused, match="setting bearer_token") as told:
        send(Says(), bearer_token="env:HTTPS_SECRET")
    assert bad.strip() not in str(told.value)


def test_a_key_with_a_line_break_is_refused_before_anything_leaves():
    with web(lambda asked: Says()) as (url, seen), pytest.raises(Refused, match="the document's key"):
        Https().send(HttpsSettings(url=url), msgspec.structs.replace(PARCEL, key="a\r\nX-Evil: 1"))
    assert seen == []


def test_the_body_is_signed_with_time_and_key_id():
    facts = {"signing_secret": "env:HTTPS_SECRET", "signing_key_id": "2026-1", "signature_header": "X-Signature"}
    _, (asked,) = send(Says(), **facts)
    given = signed(asked.headers["X-Signature"])
    assert ",k=2026-1,v1=" in asked.headers["X-Signature"]
    assert is_timely(given, time.time())
    assert is_genuine(given, asked.body, [SECRET])
    assert not is_genuine(given, asked.body + b" ", [SECRET])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "http://leverantor.example"}, "must begin with https"),
        ({"url": "https://user:pass@leverantor.example"}, "user or password"),
        ({"url": ""}, "must begin with https"), ({"url": "https://"}, "names no machine"),
        ({"url": "https://[::1"}, "not an address"), ({"url": "https://a.example:99999"}, "address|port"),
        ({"check_url": "ftp://a.example"}, "check_url must"),
        ({"api_key_header": "X Key"}, "not a header"), ({"api_key_header": "Host"}, "not a header"),
        ({"bearer_token": "env:A", "user": "u", "password": "env:B"}, "keep one"),
        ({"user": "u"}, "user and password go together"), ({"token_url": "https://a.example"}, "go together"),
        ({"client_certificate": "file:x"}, "go together"), ({"timeout_seconds": 0}, "above 0"),
        ({"signing_key_id": "a,b"}, "signing_key_id"),
    ],
)  # fmt: skip
def test_settings_that_cannot_go_together_are_told_when_they_are_read(changes, words):
    with pytest.raises(ValueError, match=words) as told:
        HttpsSettings(**{"url": "https://leverantor.example/orders", **changes})
    assert "pass@" not in str(told.value)


# TLS ----------------------------------------------------------------------------------------------------------------


def _files(tmp_path, **texts: str) -> dict[str, str]:
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return {name: f"file:{tmp_path / name}" for name in texts}


def test_their_certificate_must_be_trusted(tmp_path):
    with web(lambda asked: Says(), certificates.server().context()) as (url, seen):
        with pytest.raises(Refused, match="cannot be trusted"):
            Https().send(HttpsSettings(url=url), PARCEL)
        assert seen == []
        trusted = HttpsSettings(url=url, **_files(tmp_path, ca=certificates.authority().certificate))
        assert Https().send(trusted, PARCEL).evidence
    with (
        web(lambda asked: Says(), certificates.expired().context()) as (url, seen),
        pytest.raises(Refused, match="expired"),
    ):
        Https().send(HttpsSettings(url=url, ca=trusted.ca), PARCEL)
    assert seen == []


def test_we_show_our_certificate_also_with_a_locked_key(tmp_path, monkeypatch):
    ours = certificates.client()
    files = _files(tmp_path, ca=certificates.authority().certificate, client_certificate=ours.certificate)
    locked = _files(tmp_path, private_key=ours.locked_key)
    monkeypatch.setenv("HTTPS_SECRET", certificates.PASSPHRASE.decode())
    context = certificates.server().context(clients=certificates.authority().certificate)
    with web(lambda asked: Says(), context) as (url, seen):
        settings = HttpsSettings(url=url, **files, **locked, passphrase="env:HTTPS_SECRET")
        assert Https().send(settings, PARCEL).evidence
        wrong = msgspec.structs.replace(settings, passphrase="env:HTTPS_PASSWORD")
        with pytest.raises(Refused, match="private_key"):
            Https().send(wrong, PARCEL)
    assert len(seen) == 1


def test_without_our_certificate_or_with_a_strange_one_nothing_is_taken(tmp_path):
    files = _files(tmp_path, ca=certificates.authority().certificate)
    strange = _files(
        tmp_path, client_certificate=certificates.stranger().certificate, private_key=certificates.stranger().key
    )
    context = certificates.server().context(clients=certificates.authority().certificate)
    with web(lambda asked: Says(), context) as (url, seen):
        for more in ({}, strange):
            with pytest.raises((Refused, Unsure, NotSent)):
                Https().send(HttpsSettings(url=url, timeout_seconds=2, **files, **more), PARCEL)
    assert seen == []


def test_certificates_tell_when_they_end(tmp_path):
    files = _files(tmp_path, client_certificate=certificates.client().certificate, private_key="x")
    settings = HttpsSettings(url="https://a.example", ca="env:AVROP_NOT_SET", **files)
    (found,) = Https().expiries(settings)
    assert found.what == "client certificate CN=avrop"
    assert timedelta(days=18) < found.ends - datetime.now(UTC) < timedelta(days=21)
    assert list(Https().expiries(HttpsSettings(url="https://a.example"))) == []


@pytest.mark.parametrize("name", ["ca", "client_certificate"])
def test_files_that_are_no_certificates_are_refused_by_name(tmp_path, name):
    files = _files(tmp_path, ca=certificates.authority().certificate)
    files |= _files(tmp_path, client_certificate=certificates.client().certificate, private_key="nonsense")
    files |= _files(tmp_path, **{name: "nonsense"})
    with pytest.raises(Refused, match=name):
        Https().send(HttpsSettings(url="https://127.0.0.1:9", **files), PARCEL)


# OAuth 2 ------------------------------------------------------------------------------------------------------------


class TokenEndpoint:
    """Gives tokens 1, 2, 3 …; orders are taken with those in `good` only."""

    def __init__(self, **facts) -> None:
        self.given, self.facts, self.good = 0, {"expires_in": 3600} | facts, {"token-1", "token-2"}
        self.says: Says | None = None

    def __call__(self, asked: Asked) -> Says:
        if asked.path == "/orders":
            bearer = asked.headers.get("Authorization", "").removeprefix("Bearer ")
            return Says(200 if bearer in self.good else 401)
        if self.says is not None:
            return self.says
        self.given += 1
        return Says(200, {"access_token": f"token-{self.given}", "token_type": "Bearer"} | self.facts)


def _oauth(url: str, **changes) -> HttpsSettings:
    facts = {"url": f"{url}/orders", "token_url": f"{url}/token", "client_id": "avrop", "timeout_seconds": 1}
    return HttpsSettings(**facts | {"client_secret": "env:HTTPS_SECRET"} | changes)


def test_a_token_is_fetched_once_and_kept():
    endpoint, https = TokenEndpoint(), Https()
    with web(endpoint) as (url, seen):
        for _ in range(3):
            https.send(_oauth(url, scope="orders", audience="leverantor"), PARCEL)
    assert [asked.path for asked in seen] == ["/token", "/orders", "/orders", "/orders"]
    assert seen[0].body == b"grant_type=client_credentials&audience=leverantor&scope=orders"
    assert seen[0].headers["Authorization"].startswith("Basic ")


def test_client_and_secret_go_in_the_body_where_they_want_them_there():
    with web(TokenEndpoint()) as (url, seen):
        Https().send(_oauth(url, client_auth="body"), PARCEL)
    assert b"client_id=avrop" in seen[0].body
    assert SECRET.encode() in seen[0].body
    assert "Authorization" not in seen[0].headers


def test_a_token_that_ended_or_is_not_taken_any_more_is_renewed_once():
    endpoint, https = TokenEndpoint(expires_in=30), Https()
    with web(endpoint) as (url, seen):
        https.send(_oauth(url), PARCEL)
        https.send(_oauth(url), PARCEL)
    assert [asked.path for asked in seen] == ["/token", "/orders"] * 2
    endpoint, https = TokenEndpoint(), Https()
    with web(endpoint) as (url, seen):
        https.send(_oauth(url), PARCEL)
        endpoint.good = {"token-2"}
        https.send(_oauth(url), PARCEL)
        endpoint.good = set()
        with pytest.raises(Refused, match="401"):
            https.send(_oauth(url), PARCEL)
    assert [asked.path for asked in seen] == [
        "/token", "/orders", "/orders", "/token", "/orders", "/orders", "/token", "/orders",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("says", "outcome", "words"),
    [
        (Says(400, {"error": "invalid_client", "error_description": f"wrong: {SECRET}"}), Refused, "invalid_client"),
        (Says(401, {"error": "unauthorized_client"}), Refused, "client_id"),
        (Says(400, {"error": "temporarily_unavailable"}), NotSent, "nothing was sent"),
        (Says(404, b"no such page"), Refused, "token_url"),
        (Says(302, headers={"Location": "/x"}), Refused, "token_url"),
        (Says(429), NotSent, "busy"), (Says(500), NotSent, "busy"), (Says(hangs_up=True), NotSent, "nothing was sent"),
        (Says(200, b"<html>"), NotSent, "no token"), (Says(200, {}), Refused, "access token"),
        (Says(200, {"access_token": "å"}), Refused, "access token"),
        (Says(200, {"access_token": "x", "token_type": "mac"}), Refused, "bearer"),
    ],
)  # fmt: skip
def test_trouble_at_the_token_endpoint_is_told_by_kind_and_nothing_is_sent(says, outcome, words):
    endpoint = TokenEndpoint()
    endpoint.says = says
    with web(endpoint) as (url, seen), pytest.raises(Failure, match=words) as told:
        Https().send(_oauth(url), PARCEL)
    assert type(told.value) is outcome
    assert [asked.path for asked in seen] == ["/token"]
    assert SECRET not in str(told.value)


# Self-test ----------------------------------------------------------------------------------------------------------


def _steps(settings: HttpsSettings) -> list[tuple[str, bool]]:
    return [(check.step, check.good) for check in Https().probe(settings)]


def test_a_probe_without_addresses_for_it_asks_for_the_front_page_only():
    with web(lambda asked: Says(404)) as (url, seen):
        checks = list(Https().probe(HttpsSettings(url=f"{url}/orders?x=1", api_key="env:HTTPS_SECRET")))
    assert [(check.step, check.good) for check in checks] == [("connect", True)]
    assert "no check_url" in checks[0].evidence
    assert [(asked.method, asked.path, asked.headers.get("X-API-Key")) for asked in seen] == [("HEAD", "/", None)]


def test_a_probe_logs_in_and_writes_where_it_may():
    def desk(asked: Asked) -> Says:
        return Says(200 if asked.headers.get("X-API-Key") == SECRET else 401)

    with web(desk) as (url, seen):
        facts = {"url": f"{url}/orders", "check_url": f"{url}/me", "test_url": f"{url}/test"}
        assert _steps(HttpsSettings(**facts, api_key="env:HTTPS_SECRET")) == [("connect", True), ("write", True)]
        assert [(asked.method, asked.path) for asked in seen] == [("GET", "/me"), ("POST", "/test")]
        assert _steps(HttpsSettings(**facts)) == [("connect", False)]
        assert _steps(HttpsSettings(**facts, api_key="env:NOT_SET")) == [("connect", False)]
    assert _steps(HttpsSettings(url=f"http://127.0.0.1:{servers.nobody()}")) == [("connect", False)]
    with web(lambda asked: Says(200 if asked.path == "/me" else 500)) as (url, _):
        facts = {"url": f"{url}/orders", "check_url": f"{url}/me", "test_url": f"{url}/test"}
        assert _steps(HttpsSettings(**facts)) == [("connect", True), ("write", False)]
