"""No secret in anything that is said: not where everything fails, not where the other side repeats what we sent."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import msgspec
import pytest

from gateway.suppliers.guard import is_secret
from gateway.suppliers.way import fields_of
from gateway.transports import TRANSPORTS, discreet
from gateway.transports.contract import Check, Failure, NotSent, Receipt, Standing
from gateway.transports.secrets import resolve
from tests.suppliers.files import HEAD, TAIL, read
from tests.transports.talkative import repeats_the_request
from tests.transports.test_laws import ALL, PARCEL, SECRET, _http, _https, _phase4

WORD = "hemligt-ord"


def _api_key(port: int, url: str, token: str) -> msgspec.Struct:
    return _https(port, url=f"{url}/orders", check_url=f"{url}/me", test_url=f"{url}/test", api_key=token)


ECHOES = {"access_point": _http, "access_point_phase4": _phase4, "https": _api_key}


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVROP_TEST_PASSWORD", WORD)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged at any level, as a process of ours writes it."""
    stream = io.StringIO()
    handler = discreet.Handler(stream)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def _all_said(transport: object, settings: object, parcel: object) -> str:
    """Everything that the methods of a transport give, raise and chain to what they raise."""
    said = []
    acts: list[Callable[[], object]] = [
        lambda: transport.send(settings, parcel),
        lambda: transport.send(settings, msgspec.structs.replace(parcel, resent=True)),
        lambda: list(transport.fetch(settings)),
        lambda: transport.done(settings, parcel),
        lambda: transport.status(settings, parcel.key),
        lambda: list(transport.probe(settings)),
        lambda: list(transport.expiries(settings)),
    ]
    for act in acts:
        try:
            said.append(repr(act()))
        except Failure as failure:
            said.append(f"{failure!r} {failure}")
            logging.getLogger("test").exception("it failed")
    return "\n".join(said)


@pytest.mark.parametrize(("name", "case", "outcomes"), ALL)
def test_where_everything_fails(name, case, outcomes, tmp_path, log):
    with ExitStack() as stack:
        said = _all_said(TRANSPORTS[name], case(stack, tmp_path), PARCEL)
    assert len(said) > 100
    assert WORD not in said
    assert WORD not in log.getvalue()


@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 409, 500, 503])
@pytest.mark.parametrize("name", sorted(ECHOES))
def test_where_they_repeat_what_we_sent(name, status, log):
    with repeats_the_request(status) as url:
        said = _all_said(TRANSPORTS[name], ECHOES[name](0, url=url, token=SECRET), PARCEL)
    assert len(said) > 100
    assert WORD not in said
    assert WORD not in log.getvalue()
    assert status != 500 or "…" in said


@pytest.mark.parametrize("name", sorted(TRANSPORTS))
def test_a_secret_written_into_the_file_is_not_repeated(name):
    for key, field in fields_of(TRANSPORTS[name].Settings).items():
        if is_secret(field, key):
            line = f"  - {{id: beta, name: B, org: 5500000020, transport: {{type: {name}, {key}: {WORD}}}}}\n"
            suppliers = read(HEAD + line + TAIL)
            assert any(finding.rule == "supplier-secret" for finding in suppliers.findings), key
            assert WORD not in "\n".join(map(str, suppliers.findings))


def test_what_was_read_is_not_said_in_any_shape(tmp_path):
    value = 'p"å/ss wörd'
    (tmp_path / "secret").write_text(value + "\n")
    assert resolve(f"file:{tmp_path / 'secret'}") == value
    for said in (f"<{value}>", '{"error": "p\\"å/ss wörd"}', "?key=p%22%C3%A5%2Fss%20w%C3%B6rd"):
        assert "…" in discreet.hidden(said)
        assert "ss" not in discreet.hidden(said)
        for told in (NotSent(said), Receipt(evidence=said), Standing(state="unknown", said=said)):
            assert "ss w" not in str(told)
        assert "…" in Check(step="write", good=False, evidence=said).evidence


def test_a_key_is_not_said_line_by_line():
    line = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ"
    discreet.keep(f"-----BEGIN OPENSSH PRIVATE KEY-----\n{line}\n-----END OPENSSH PRIVATE KEY-----")
    assert discreet.hidden(f"cannot read {line}") == "cannot read …"


def test_a_traceback_is_written_without_them(log):
    try:
        raise ValueError(f"their words: {resolve(SECRET)}")
    except ValueError:
        assert WORD in traceback.format_exc()
        logging.getLogger("test").exception("it failed with %s", WORD)
    assert "their words: …" in log.getvalue()
    assert "it failed with …" in log.getvalue()


def test_words_are_not_torn_by_short_secrets():
    discreet.keep("en")
    discreet.keep("")
    assert discreet.hidden("en order") == "en order"
