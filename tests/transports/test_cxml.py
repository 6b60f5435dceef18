"""The transport cxml against real servers: every status, every broken line, every secret kept."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import msgspec
import pytest
from lxml import etree

from gateway.transports import Failure, NotSent, Parcel, Receipt, Refused, Unsure
from gateway.transports.cxml.client import ask, taken_apart, with_secret
from gateway.transports.cxml.profile import profile_request
from gateway.transports.cxml.settings import CxmlSettings
from gateway.transports.cxml.status import DELIVERED, OUTCOMES, status_in
from gateway.transports.cxml.transport import Cxml
from gateway.transports.https.failures import Progress, failure_of
from tests.data import shared
from tests.transports import certificates, servers
from tests.transports.web import Asked, Says, web

SECRET = "hemligt & <ord>"
KEY = "0c4a7c1e-0000-4000-8000-000000000007"
ORDER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">\n'
    f'<cXML payloadID="{KEY}@x" timestamp="2026-03-02T10:00:00+01:00"><Header><Sender><Credential domain="DUNS">'
    "<Identity>1</Identity><SharedSecret>env:CXML_SECRET</SharedSecret></Credential></Sender></Header>"
    "<Request><OrderRequest>åäö <SharedSecret>env:CXML_SECRET</SharedSecret></OrderRequest></Request></cXML>\n"
).encode()
PARCEL = Parcel(key=KEY, name="order.xml", content=ORDER, media_type="text/xml")
AGAIN = msgspec.structs.replace(PARCEL, resent=True)


@pytest.fixture(autouse=True)
def _secret(monkeypatch):
    monkeypatch.setenv("CXML_SECRET", SECRET)


def settings(url: str, **changes) -> CxmlSettings:
    facts = {"url": f"{url}/cxml?k=1", "ours": "OrgNr:2120009994", "theirs": "DUNS:1", "secret": "env:CXML_SECRET"}
    return CxmlSettings(**facts | {"timeout_seconds": 1} | changes)


def status(code: int, text: str = "OK", words: str = "") -> bytes:
    return (
        '<?xml version="1.0"?><!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">'
        f'<cXML payloadID="a@b" timestamp="2026-03-02T10:00:01+01:00"><Response><Status code="{code}" text="{text}">'
        f"{words}</Status></Response></cXML>"
    ).encode()


def send(says: Says, parcel: Parcel = PARCEL, **changes) -> tuple[Receipt, list[Asked]]:
    with web(lambda asked: says) as (url, seen):
        return Cxml().send(settings(url, **changes), parcel), seen


def test_the_secret_is_put_in_on_the_wire_once_and_nowhere_below_the_header():
    receipt, (asked,) = send(Says(200, status(200)))
    assert receipt == Receipt(evidence="cxml: 200 OK; they have it")
    assert (asked.method, asked.path, asked.headers["Content-Type"]) == ("POST", "/cxml?k=1", "text/xml; charset=UTF-8")
    assert asked.headers["User-Agent"] == "Avrop"
    root = etree.fromstring(asked.body)
    assert root.findtext("Header/Sender/Credential/SharedSecret") == SECRET
    assert root.findtext("Request/OrderRequest/SharedSecret") == "env:CXML_SECRET"
    assert with_secret(b"<cXML/>", "x") == b"<cXML/>"
    assert with_secret(b"<SharedSecret>env:A</SharedSecret>", r"a\1") == rb"<SharedSecret>a\1</SharedSecret>"


def test_a_whole_with_files_travels_with_its_own_media_type():
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n boundary="b"; type="text/xml"\r\n\r\n'
    whole = msgspec.structs.replace(PARCEL, content=head + b"--b\r\n\r\n" + ORDER + b"\r\n--b--\r\n")
    _, (asked,) = send(Says(200, status(200)), whole)
    assert asked.headers["Content-Type"] == 'multipart/related; boundary="b"; type="text/xml"'
    assert asked.body.startswith(b"--b\r\n")
    assert asked.body.count(b"hemligt &amp; &lt;ord&gt;") == 1
    assert taken_apart(ORDER) == ("text/xml; charset=UTF-8", ORDER)


DONE = [200, 201, 204, 211, 280, 281, 299]
NEVER = [*range(400, 418), 450, *range(461, 471), 475, 476, 477, 499, 302, 100]
LATER = [500, 550, 551, 556, 560, 561, 562, 563, 599]


@pytest.mark.parametrize("code", DONE)
def test_what_they_took_is_delivered(code):
    receipt, _ = send(Says(200, status(code, "Accepted")))
    assert receipt.final
    assert receipt.evidence.startswith(f"cxml: {code} Accepted; ")
    assert ("StatusUpdate" in receipt.evidence) == (code in {201, 280})


@pytest.mark.parametrize(("codes", "outcome"), [(NEVER, Refused), (LATER, NotSent)])
def test_each_status_of_the_table_has_its_outcome_in_their_words(codes, outcome):
    answers = iter(codes)
    with web(lambda asked: Says(200, status(next(answers), "No", "så blev det"))) as (url, _):
        for code in codes:
            with pytest.raises(Failure, match=f"{code} No så blev det; ") as told:
                Cxml().send(settings(url), PARCEL)
            assert type(told.value) is outcome, code
            assert "k=1" not in str(told.value)


def test_every_row_says_what_to_do():
    assert all(kind in {Refused, NotSent} and len(why) > 10 for kind, why in OUTCOMES.values())
    assert all(len(why) > 10 for why in DELIVERED.values())
    assert {code for code in OUTCOMES if isinstance(code, int)} <= {*NEVER, *LATER}


TWICE = [
    (500, "Document already processed"), (500, "The payload has already been processed."), (409, "Duplicate order"),
    (400, "payloadID is a duplicate"), (500, "Duplicate"), (406, "Ordern är redan mottagen"),
    (500, "PO already exists"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "words"), TWICE)
def test_already_processed_is_delivered_only_where_it_was_sent_before(code, words):
    receipt, _ = send(Says(200, status(code, "Error", words)), AGAIN)
    assert receipt.evidence.endswith("they have it from an earlier attempt")
    with pytest.raises(Refused):
        send(Says(200, status(code, "Error", words)))


@pytest.mark.parametrize("words", ["We processed duplicates of nothing", "Order 4711 already late", "No such order"])
def test_other_words_are_no_proof_of_an_earlier_attempt(words):
    with pytest.raises(NotSent):
        send(Says(200, status(500, "Error", words)), AGAIN)


NO_CXML = [
    b"", b"<html><body>Logga in</body></html>", b"OK", status(200)[:-40], status(200).replace(b"200", b"2OO"),
    b"<cXML><Response/></cXML>", ORDER, b"\xff\xfe" + b"x" * 70_000,
    status(200).replace(b'.dtd">', b'.dtd" [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
]  # fmt: skip


@pytest.mark.parametrize("body", NO_CXML)
def test_an_answer_that_is_no_cxml_is_unsure(body):
    assert status_in(body) is None
    with pytest.raises(Unsure, match="no cXML"):
        send(Says(200, body))


HTTP = [(301, Refused), (308, Refused), (400, NotSent), (401, NotSent), (404, NotSent), (413, NotSent), (408, NotSent),
        (429, NotSent), (500, Unsure), (502, Unsure), (503, Unsure), (504, Unsure), (501, NotSent)]  # fmt: skip


@pytest.mark.parametrize(("code", "outcome"), HTTP)
def test_an_error_of_http_is_one_on_the_way(code, outcome):
    for body in (b"<html>fel</html>", status(200)):
        with pytest.raises(Failure, match=str(code)) as told:
            send(Says(code, body, {"Location": "http://127.0.0.1:1/"} if code < 400 else {}))
        assert type(told.value) is outcome


def test_an_error_of_http_that_is_told_in_cxml_too_is_judged_by_that():
    with pytest.raises(Refused, match="475"):
        send(Says(500, status(475, "Signature Required")))
    with pytest.raises(NotSent, match="560"):
        send(Says(503, status(560, "Temporary Server Error")))
    assert send(Says(500, status(500, "Error", "already processed")), AGAIN)[0].evidence


@pytest.mark.parametrize("says", [Says(hangs_up=True), Says(200, b"half", hangs_up=True, length=100)])
def test_a_line_that_breaks_after_the_document_left_is_unsure(says):
    with pytest.raises(Unsure, match="under the same key"):
        send(says)


ERRORS = {
    httpx.ConnectError: NotSent, httpx.ConnectTimeout: NotSent, httpx.PoolTimeout: NotSent, httpx.ProxyError: NotSent,
    httpx.ReadError: Unsure, httpx.ReadTimeout: Unsure, httpx.WriteError: Unsure, httpx.WriteTimeout: Unsure,
    httpx.CloseError: Unsure, httpx.RemoteProtocolError: Unsure, httpx.DecodingError: Unsure,
    httpx.TooManyRedirects: Unsure, httpx.LocalProtocolError: Refused, httpx.UnsupportedProtocol: Refused,
}  # fmt: skip
_ABOVE = {httpx.HTTPError, httpx.RequestError, httpx.TransportError, httpx.TimeoutException, httpx.NetworkError,
          httpx.ProtocolError, httpx.HTTPStatusError}  # fmt: skip


def _below(kind: type) -> set[type]:
    return {kind}.union(*map(_below, kind.__subclasses__()))


def test_every_error_of_the_library_has_its_outcome():
    known = {one for one in _below(httpx.HTTPError) if one.__module__.startswith("httpx")}
    assert known - _ABOVE == set(ERRORS)
    for kind, outcome in ERRORS.items():
        progress = Progress()
        progress.left = outcome is Unsure
        assert type(failure_of("https://a.example", kind("x"), progress)) is outcome, kind


def test_words_that_repeat_the_secret_are_told_without_it(monkeypatch):
    monkeypatch.setenv("CXML_SECRET", "hemligt-ord-9")

    def parrot(asked: Asked) -> Says:
        shown = etree.fromstring(asked.body).findtext("Header/Sender/Credential/SharedSecret")
        return Says(200, status(401, "Unauthorized", f"unknown secret {shown}"))

    with web(parrot) as (url, _), pytest.raises(Refused, match="unknown secret …") as told:
        Cxml().send(settings(url), PARCEL)
    assert "hemligt-ord-9" not in str(told.value)


@pytest.mark.parametrize("changes", [{"secret": "env:AVROP_NOT_SET"}, {"secret": "hemligt-ord"}, {"user_agent": "å"}])
def test_what_cannot_be_shown_is_refused_before_anything_leaves(changes):
    with web(lambda asked: Says(200, status(200))) as (url, seen), pytest.raises(Refused):
        Cxml().send(settings(url, **changes), PARCEL)
    assert seen == []


def test_we_show_our_certificate(tmp_path):
    for name, text in (("ca", certificates.authority().certificate), ("mine", certificates.client().certificate),
                       ("key", certificates.client().key)):  # fmt: skip
        (tmp_path / name).write_text(text)
    files = {"ca": f"file:{tmp_path / 'ca'}"}
    shown = {"client_certificate": f"file:{tmp_path / 'mine'}", "private_key": f"file:{tmp_path / 'key'}"}
    context = certificates.server().context(clients=certificates.authority().certificate)
    with web(lambda asked: Says(200, status(200)), context) as (url, seen):
        assert Cxml().send(settings(url, **files, **shown), PARCEL).evidence
        with pytest.raises(Failure):
            Cxml().send(settings(url, **files), PARCEL)
        assert "CN=avrop" in next(iter(Cxml().expiries(settings(url, **files, **shown)))).what
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "http://a.example"}, "url must begin with https"), ({"ours": "2120009994"}, "ours is not"),
        ({"theirs": "DUNS:"}, "theirs is not"), ({"sender": ":1"}, "sender is not"), ({"ours": ""}, "ours is not"),
        ({"client_certificate": "file:x"}, "go together"), ({"timeout_seconds": 0}, "above 0"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_are_told_when_they_are_read(changes, words):
    with pytest.raises(ValueError, match=words):
        CxmlSettings(**{"url": "https://a.example", "ours": "A:1", "theirs": "B:2", "secret": "env:A"} | changes)


# Self-test ----------------------------------------------------------------------------------------------------------


def _probe(says: Says, **changes) -> tuple[bool, str, list[Asked]]:
    with web(lambda asked: says) as (url, seen):
        (check,) = Cxml().probe(settings(url, **changes))
    assert check.step == "connect"
    return check.good, check.evidence, seen


def test_a_probe_asks_for_their_profile_and_tells_what_they_take():
    body = status(200).replace(
        b"</Response>", b'<ProfileResponse><Transaction requestName="OrderRequest"><URL>http://x</URL></Transaction>'
        b'<Transaction requestName="PunchOutSetupRequest"><URL>http://x</URL></Transaction></ProfileResponse></Response>',
    )  # fmt: skip
    good, evidence, (asked,) = _probe(Says(200, body), mode="test", version="1.2.020", sender="NetworkID:AN1")
    assert good
    assert evidence.endswith("they take OrderRequest, PunchOutSetupRequest")
    root = etree.fromstring(asked.body)
    assert (asked.method, root.find("Request/ProfileRequest") is not None) == ("POST", True)
    assert root.find("Request").get("deploymentMode") == "test"
    assert root.find("Header/From/Credential").get("domain") == "OrgNr"
    assert root.findtext("Header/Sender/Credential/Identity") == "AN1"
    assert root.findtext("Header/Sender/Credential/SharedSecret") == SECRET
    assert root.get("timestamp")[-6] in "+-"


def test_their_request_is_valid_by_both_dtds():
    for path in ("cxml-older/1.2.014-cXML.dtd", "cxml-1.2.071/cXML.dtd"):
        raw = profile_request(settings("https://a.example", sender="A&B:<1>"), KEY, datetime.now(UTC))
        with shared(path).open("rb") as file:
            dtd = etree.DTD(file)
        assert dtd.validate(etree.fromstring(raw)), dtd.error_log


def test_a_probe_that_fails_says_why():
    assert _probe(Says(200, status(401, "Unauthorized")))[:1] == (False,)
    assert "ours, theirs and secret" in _probe(Says(200, status(401, "Unauthorized")))[1]
    assert _probe(Says(200, b"<html/>"))[0] is False
    assert _probe(Says(200, status(450, "Not Implemented")))[0] is True
    assert "tell no profile" in _probe(Says(200, status(450, "Not Implemented")))[1]
    (check,) = Cxml().probe(settings(f"http://127.0.0.1:{servers.nobody()}"))
    assert check.good is False


def test_ask_gives_the_answer_as_it_is():
    with web(lambda asked: Says(200, b"<html>")) as (url, _):
        assert ask(settings(url), ORDER) == b"<html>"
