"""An access point that sends while we wait: its sending reports, one by one, over real HTTP."""

from __future__ import annotations

import pytest

from gateway.transports.access_point.phase4 import Phase4
from gateway.transports.access_point.settings import Phase4Settings
from gateway.transports.contract import NotSent, Parcel, Refused, Unsure
from tests.transports import servers

KEY = "7f9d1c1e-0000-4000-8000-000000000001"
PARCEL = Parcel(key=KEY, name="order.xml", content=b"<StandardBusinessDocument/>")
NOT_SERVICED = {"errorCode": "EBMS:0004", "errorDetails": "PEPPOL:NOT_SERVICED"}
NOT_AN_SBD = {"sbdhParseException": {"message": "no SBDH"}, "sendingSuccess": False, "overallSuccess": False}


@pytest.fixture(autouse=True)
def _token(monkeypatch):
    monkeypatch.setenv("AVROP_TEST_TOKEN", "nyckelord")


def _settings(url: str) -> Phase4Settings:
    return Phase4Settings(url=url + "/", token="env:AVROP_TEST_TOKEN", timeout_seconds=1)


def _send(code, report, parcel=PARCEL):
    with servers.http_server(lambda body: (code, report), lambda key: (500, {})) as (url, seen):
        try:
            return Phase4().send(_settings(url), parcel)
        finally:
            assert seen == ["POST /sendsbdh nyckelord"]


def _failed(**facts):
    return {"sendingSuccess": False, "overallSuccess": False, **facts}


@pytest.mark.parametrize(
    "report",
    [
        {"sendingResult": "SUCCESS", "as4MessageId": "m@phase4", "overallSuccess": True},
        # The receiver said yes, and something of their own went wrong afterwards.
        {"sendingResult": "SUCCESS", "as4MessageId": "m@phase4", "overallSuccess": False},
    ],
)
def test_the_receivers_yes_is_a_final_receipt(report):
    receipt = _send(200, report)
    assert receipt.evidence == f"access point: sent {KEY} m@phase4"
    assert receipt.final


OUTCOMES = [
    (
        200,
        _failed(sendingResult="AS4_ERROR_MESSAGE_RECEIVED", as4ResponseErrors=[NOT_SERVICED]),
        Refused,
        "NOT_SERVICED",
    ),
    (200, NOT_AN_SBD, Refused, "cannot read the envelope"),
    (200, _failed(sendingResult="TRANSPORT_ERROR", as4MessageId="m"), Unsure, "TRANSPORT_ERROR"),
    (200, _failed(sendingResult="no-signal-msg-received"), Unsure, "NO_SIGNAL_MSG_RECEIVED"),
    (200, _failed(as4MessageId="m", sendingException={"message": "broken pipe"}), Unsure, "broken pipe"),
    (200, _failed(sendingException={"message": "SMP is down"}), NotSent, "SMP is down"),
    (200, b"hello", Unsure, "no result"),
    (401, {}, Refused, "check the settings url and token"),
    (403, b"", Refused, "check the settings url and token"),
    (404, {}, Refused, "check the settings url and token"),
    (400, b"Bad Request", Refused, "Bad Request"),
    (302, {}, Refused, "/elsewhere"),
    (503, {}, NotSent, "busy or down"),
    (500, b"stack trace", Unsure, "not known"),
    (502, {}, Unsure, "not known"),
    (0, {}, Unsure, "no whole answer"),
]


@pytest.mark.parametrize(("code", "report", "outcome", "words"), OUTCOMES)
def test_each_report_has_its_outcome(code, report, outcome, words):
    with pytest.raises(outcome, match=words):
        _send(code, report)


def test_what_is_unclear_is_sent_again_under_the_same_identifier():
    arrived = []

    def submit(body):
        arrived.append(body)
        return (0, {}) if len(arrived) == 1 else (200, {"sendingResult": "SUCCESS", "overallSuccess": True})

    with servers.http_server(submit, lambda key: (404, {})) as (url, _):
        with pytest.raises(Unsure):
            Phase4().send(_settings(url), PARCEL)
        again = Parcel(key=KEY, name=PARCEL.name, content=PARCEL.content, resent=True)
        assert Phase4().send(_settings(url), again).final
    assert arrived == [PARCEL.content, PARCEL.content]


def _probe(code, report):
    with servers.http_server(lambda body: (code, report), lambda key: (404, {})) as (url, _):
        [check] = Phase4().probe(_settings(url))
    return check


def test_the_probe_hands_over_no_document_and_is_told_so():
    assert _probe(200, NOT_AN_SBD).good


@pytest.mark.parametrize(("code", "report"), [(200, {"hello": 1}), (403, {}), (404, {}), (0, {}), (500, b"")])
def test_the_probe_is_not_content_with_less(code, report):
    assert not _probe(code, report).good
