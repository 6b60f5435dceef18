"""The access point's answers, one by one, over real HTTP."""

from __future__ import annotations

import hashlib

import pytest

from gateway.transports.access_point import AccessPoint, AccessPointSettings
from gateway.transports.contract import NotSent, Parcel, Refused, Unsure
from tests.transports import servers

KEY = "7f9d1c1e-0000-4000-8000-000000000001"
PARCEL = Parcel(key=KEY, name="order.xml", content=b"<StandardBusinessDocument/>", media_type="application/xml")
UNKNOWN = (404, {"errorDetails": "not known"})
OTHER = {"sha256": hashlib.sha256(b"another").hexdigest(), "errorDetails": "used for another document"}


@pytest.fixture(autouse=True)
def _token(monkeypatch):
    monkeypatch.setenv("AVROP_TEST_TOKEN", "nyckelord")


def _send(submit, status=UNKNOWN, parcel=PARCEL):
    with servers.http_server(lambda body: submit, lambda key: status) as (url, seen):
        settings = AccessPointSettings(url=url + "/", token="env:AVROP_TEST_TOKEN", timeout_seconds=1)
        try:
            return AccessPoint().send(settings, parcel), seen
        except Exception as error:
            error.seen = seen
            raise


def test_an_accepted_document_gives_their_state_and_ids_as_evidence():
    receipt, seen = _send((200, {"status": "SENT", "transactionID": "T-77", "sbdhInstanceID": KEY}))
    assert receipt.evidence == f"access point: sent {KEY} T-77"
    assert seen == ["POST /api/outbound/submit-sbd nyckelord"]


def test_an_answer_without_json_is_a_receipt_too():
    receipt, _ = _send((202, b""))
    assert receipt.evidence == f"access point: accepted {KEY}"


REFUSALS = [
    ((401, {"errorDetails": "wrong X-Token"}), "wrong X-Token"),
    ((403, b"Forbidden by policy"), "Forbidden by policy"),
    ((404, {}), "check the settings url"),
    ((413, {}), "413"),
    ((400, {"errorDetails": "no SBDH"}), "no SBDH"),
    ((422, {"overallSuccess": False, "sendingException": "0007:1 is not registered"}), "not registered"),
    ((409, OTHER), "another document"),
    ((302, {}), "/elsewhere"),
    ((200, {"status": "permanently_failed", "errorDetails": "receiver said no"}), "receiver said no"),
]


@pytest.mark.parametrize(("submit", "words"), REFUSALS)
def test_a_no_is_refused_in_their_words(submit, words):
    with pytest.raises(Refused, match=words):
        _send(submit)


@pytest.mark.parametrize("code", [408, 429, 503])
def test_busy_is_not_sent(code):
    with pytest.raises(NotSent, match=str(code)):
        _send((code, {"errorDetails": "later please"}))


@pytest.mark.parametrize("submit", [(500, b"stack trace"), (502, {}), (504, {}), (0, {})])
def test_a_lost_or_broken_answer_is_unsure_after_they_were_asked(submit):
    with pytest.raises(Unsure, match="do not know") as unsure:
        _send(submit)
    assert unsure.value.seen[-1] == f"GET /api/outbound/status/{KEY} nyckelord"


@pytest.mark.parametrize("submit", [(500, {}), (0, {}), (409, {"errorDetails": "duplicate"}), (400, {}), (422, {})])
def test_doubt_is_a_receipt_when_they_know_the_document(submit):
    receipt, _ = _send(submit, (200, {"status": "pending", "attemptCount": 1}))
    assert receipt.evidence == f"access point: pending {KEY}"


def test_doubt_is_a_refusal_when_they_gave_the_document_up():
    with pytest.raises(Refused, match="no such participant"):
        _send((422, {}), (200, {"status": "rejected", "errorDetails": "no such participant"}))


@pytest.mark.parametrize("status", [(500, {}), (0, {}), (401, {})])
def test_doubt_stays_when_the_question_is_not_answered(status):
    with pytest.raises(Unsure):
        _send((500, {}), status)


def test_a_parcel_sent_again_is_asked_for_first_and_not_sent_twice():
    again = Parcel(key=KEY, name="order.xml", content=PARCEL.content, resent=True)
    receipt, seen = _send((200, {}), (200, {"status": "sent"}), again)
    assert "sent" in receipt.evidence
    assert seen == [f"GET /api/outbound/status/{KEY} nyckelord"]


def test_a_parcel_sent_again_that_they_do_not_know_is_sent():
    again = Parcel(key=KEY, name="order.xml", content=PARCEL.content, resent=True)
    _, seen = _send((200, {"status": "sent"}), UNKNOWN, again)
    assert [line.split()[0] for line in seen] == ["GET", "POST"]
