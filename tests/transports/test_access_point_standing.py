"""Whether a document that an access point took has arrived, and how much is read of its answers."""

from __future__ import annotations

import gzip
import time
from datetime import UTC, date, datetime

import pytest

from gateway.transports.access_point import AccessPoint, AccessPointSettings
from gateway.transports.access_point.standing import standing
from gateway.transports.contract import NotSent, Parcel, Refused, Unsure
from gateway.transports.http import ask, client
from tests.transports import servers

KEY = "7f9d1c1e-0000-4000-8000-000000000001"
PARCEL = Parcel(key=KEY, name="order.xml", content=b"<StandardBusinessDocument/>")
RETRY = "2026-11-25T21:00:00Z"


@pytest.fixture(autouse=True)
def _token(monkeypatch):
    monkeypatch.setenv("AVROP_TEST_TOKEN", "nyckelord")


def _settings(url: str, **changes) -> AccessPointSettings:
    return AccessPointSettings(**{"url": url, "token": "env:AVROP_TEST_TOKEN", "timeout_seconds": 1, **changes})


STATES = [
    ({"status": "pending"}, False, "pending"),
    ({"status": "sending", "attemptCount": 1}, False, "pending"),
    ({"status": "failed", "nextRetryDT": RETRY}, False, "pending"),
    ({"status": "SENT"}, False, "delivered"),
    ({"status": "permanently_failed"}, False, "failed"),
    ({"status": "rejected"}, False, "failed"),
    ({"status": "a word of a later version"}, False, "pending"),
    ({"overallSuccess": True}, False, "delivered"),
    ({}, False, "pending"),
    ({"status": "sent", "mlsStatus": "pending"}, False, "delivered"),
    ({"status": "sent", "mlsStatus": "pending"}, True, "pending"),
    ({"status": "sent"}, True, "pending"),
    ({"status": "sent", "mlsStatus": "received_ap"}, True, "delivered"),
    ({"status": "sent", "mlsStatus": "received_ab"}, True, "delivered"),
    ({"status": "sent", "mlsStatus": "not_applicable"}, True, "delivered"),
    ({"status": "sent", "mlsStatus": "received_re"}, True, "failed"),
    ({"status": "sent", "mlsStatus": "received_re"}, False, "failed"),
]


@pytest.mark.parametrize(("facts", "wait_for_mls", "state"), STATES)
def test_each_state_of_theirs_is_one_of_ours(facts, wait_for_mls, state):
    assert standing(facts, wait_for_mls=wait_for_mls).state == state


def test_their_own_words_are_kept_with_the_time_of_the_next_attempt():
    facts = {
        "status": "failed",
        "attemptCount": 2,
        "nextRetryDT": RETRY,
        "mlsStatus": None,
        "errorDetails": "timeout",
        "id": "T-7",
    }
    found = standing(facts, wait_for_mls=False)
    assert found.said == f"failed T-7, attempt 2, next {RETRY}: timeout"
    assert found.next_at == datetime(2026, 11, 25, 21, tzinfo=UTC)


@pytest.mark.parametrize("moment", ["soon", "", 17, None])
def test_a_time_that_cannot_be_read_is_left_out(moment):
    assert standing({"status": "failed", "nextRetryDT": moment}, wait_for_mls=False).next_at is None


@pytest.mark.parametrize(("status", "final"), [("pending", False), ("failed", False), ("sent", True)])
def test_a_receipt_is_final_when_the_document_was_sent_on(status, final):
    with servers.http_server(lambda body: (200, {"status": status}), lambda key: (404, {})) as (url, _):
        assert AccessPoint().send(_settings(url), PARCEL).final is final


def test_status_follows_a_document_until_it_is_delivered():
    facts = iter([(404, {}), (200, {"status": "pending"}), (200, {"status": "sent"})])
    with servers.http_server(lambda body: (200, {}), lambda key: next(facts)) as (url, seen):
        found = [AccessPoint().status(_settings(url), KEY) for _ in range(3)]
    assert [standing.state for standing in found] == ["unknown", "pending", "delivered"]
    assert seen == [f"GET /api/outbound/status/{KEY} nyckelord"] * 3


@pytest.mark.parametrize(("answer", "outcome"), [((401, {}), Refused), ((500, {}), NotSent), ((0, {}), NotSent)])
def test_a_question_without_an_answer_is_one_of_two_failures(answer, outcome):
    with servers.http_server(lambda body: (200, {}), lambda key: answer) as (url, _), pytest.raises(outcome):
        AccessPoint().status(_settings(url), KEY)


def _probe(answer, **changes):
    with servers.http_server(lambda body: (500, {}), lambda key: answer) as (url, seen):
        return list(AccessPoint().probe(_settings(url, **changes))), seen


def test_the_probe_asks_for_what_nobody_sent_and_sends_nothing():
    [check], seen = _probe((404, {}))
    assert (check.step, check.good) == ("connect", True)
    assert [line.split()[0] for line in seen] == ["GET"]


def test_the_probe_tells_a_wrong_token_a_web_page_and_a_silent_host_apart():
    [wrong], _ = _probe((401, {"errorDetails": "wrong X-Token"}))
    assert not wrong.good
    assert "check the setting token" in wrong.evidence
    [page], _ = _probe((404, b"<html>There is no such page</html>"))
    assert not page.good
    assert "is the setting url an access point's?" in page.evidence
    [unset], _ = _probe((404, {}), token="env:AVROP_NOT_SET")
    assert "AVROP_NOT_SET is not set" in unset.evidence
    [nobody] = AccessPoint().probe(_settings(f"http://127.0.0.1:{servers.nobody()}"))
    assert "no answer" in nobody.evidence


def test_the_day_of_a_token_is_told():
    [expiry] = AccessPoint().expiries(_settings("https://ap.example", token_expires=date(2027, 1, 31)))
    assert expiry.ends == datetime(2027, 2, 1, tzinfo=UTC)
    assert "token of the access point https://ap.example" in expiry.what
    assert list(AccessPoint().expiries(_settings("https://ap.example"))) == []


def _answering(*parts: bytes, pause: float = 0.0, headers: str = ""):
    def behave(sock):
        sock.recv(65536)
        sock.sendall(f"HTTP/1.1 200 OK\r\nConnection: close\r\n{headers}\r\n".encode())
        for part in parts:
            sock.sendall(part)
            time.sleep(pause)
        sock.close()

    return behave


def test_an_answer_that_unpacks_to_a_gigabyte_is_read_up_to_the_bound():
    bomb = gzip.compress(b"x" * 50_000_000)
    with servers.listener(_answering(bomb, headers="Content-Encoding: gzip\r\n")) as port:
        answer = ask(client(), "GET", f"http://127.0.0.1:{port}/", seconds=2, most=1000)
    assert answer.content == b"x" * 1000


def test_an_answer_without_end_is_read_up_to_the_bound():
    with servers.listener(_answering(*[b"x" * 1000] * 500)) as port:
        answer = ask(client(), "GET", f"http://127.0.0.1:{port}/", seconds=2, most=2000)
    assert answer.content == b"x" * 2000


def test_what_is_packed_in_a_way_we_did_not_ask_for_is_no_answer_but_no_failure():
    with servers.listener(_answering(b"\x00nonsense", headers="Content-Encoding: gzip\r\n")) as port:
        assert ask(client(), "GET", f"http://127.0.0.1:{port}/", seconds=2).content == b""


def test_an_answer_that_drips_ends_in_doubt_and_in_time():
    began = time.monotonic()
    with servers.listener(_answering(*[b"x"] * 40, pause=0.1)) as port, pytest.raises(Unsure, match="too slowly"):
        AccessPoint().send(_settings(f"http://127.0.0.1:{port}", timeout_seconds=0.4), PARCEL)
    assert time.monotonic() - began < 4
