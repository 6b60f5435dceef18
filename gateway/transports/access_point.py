"""A Peppol access point over HTTP, in the shape of phoss-ap: the body is the whole Standard Business Document.

The parcel's key is the SBDH instance identifier, by which the access point knows a document again. Once the body has
left, only its status answers what became of it, so every doubtful answer is followed by that question.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from gateway.transports.contract import NotSent, Parcel, Receipt, Refused, Unsure
from gateway.transports.secrets import secret

_BUSY = {408, 429, 503}
_NOT_THEIRS = {401, 403, 404, 405, 411, 413, 415}
_GIVEN_UP = {"permanently_failed", "rejected"}
_BEFORE_BODY = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_OUR_FAULT = (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL)
_MOST_WORDS = 300
# A proxy of the house cannot reach this machine's own addresses.
_DIRECT = {"all://127.0.0.1": None, "all://localhost": None}


class AccessPointSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`url` without `/api/…`; `token` is a reference (`env:NAME`, `file:PATH`); `timeout_seconds` for the answer."""

    url: str
    token: str
    timeout_seconds: float = 30.0

    @property
    def base(self) -> str:
        return self.url.rstrip("/")


class AccessPoint:
    """The transport `access_point`. Safe to use from many threads. Answers come to our inbox, so it is not polled."""

    name = "access_point"
    envelope = "sbdh"
    polled = False
    Settings: type[msgspec.Struct] = AccessPointSettings

    def __init__(self, client: httpx.Client | None = None) -> None:
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=30)
        self._client = client or httpx.Client(limits=limits, follow_redirects=False, mounts=_DIRECT)

    def send(self, settings: AccessPointSettings, parcel: Parcel) -> Receipt:
        """Submit, and ask for the status where the answer leaves doubt, or first where the parcel was `resent`."""
        headers = {"X-Token": _token(settings), "Content-Type": "application/xml"}
        known = self.status(settings, parcel.key) if parcel.resent else None
        if known is not None:
            return _receipt(parcel.key, known)
        url = f"{settings.base}/api/outbound/submit-sbd"
        try:
            answer = self._client.post(
                url, content=parcel.content, headers=headers, timeout=_timeout(settings.timeout_seconds)
            )
        except _OUR_FAULT as error:
            raise Refused(f"{url} cannot be used: {error}; correct the setting url") from error
        except _BEFORE_BODY as error:
            raise _unreachable(url, error) from error
        except httpx.HTTPError as error:
            return self._ask(settings, parcel, f"{url}: no whole answer ({_named(error)})")
        return self._judge(settings, parcel, answer)

    def status(self, settings: AccessPointSettings, key: str) -> dict[str, Any] | None:
        """What the access point says of the document `key`; None where it does not know it. NotSent, Refused."""
        url = f"{settings.base}/api/outbound/status/{quote(key, safe='')}"
        headers = {"X-Token": _token(settings)}
        try:
            answer = self._client.get(url, headers=headers, timeout=_timeout(settings.timeout_seconds))
        except _OUR_FAULT as error:
            raise Refused(f"{url} cannot be used: {error}; correct the setting url") from error
        except httpx.HTTPError as error:
            raise NotSent(f"{url}: no answer ({_named(error)})") from error
        if answer.status_code == 404:
            return None
        if answer.status_code in {401, 403}:
            raise Refused(f"{url}: {_said(answer)}; check the setting token")
        if not answer.is_success:
            raise NotSent(f"{url}: {_said(answer)}")
        return _json(answer)

    def fetch(self, settings: AccessPointSettings) -> Iterator[Parcel]:
        """Nothing: an access point delivers to our inbox by itself."""
        return iter(())

    def done(self, settings: AccessPointSettings, parcel: Parcel) -> None:
        """Nothing to move."""

    def _judge(self, settings: AccessPointSettings, parcel: Parcel, answer: httpx.Response) -> Receipt:
        what = f"{answer.request.url}: {_said(answer)}"
        if answer.is_success:
            return _receipt(parcel.key, _json(answer))
        if answer.status_code in _BUSY:
            raise NotSent(f"{what}; they are busy or down, later is fine")
        if answer.is_redirect:
            raise Refused(f"{what}; they moved to {answer.headers.get('location')}, correct the setting url")
        if answer.status_code in _NOT_THEIRS:
            raise Refused(f"{what}; check the settings url and token with the access point")
        if _holds_other_content(answer, parcel):
            raise Refused(f"{what}; they hold another document under {parcel.key}, which must not happen: raise alarm")
        return self._ask(settings, parcel, what, refused=answer.is_client_error)

    def _ask(self, settings: AccessPointSettings, parcel: Parcel, what: str, *, refused: bool = False) -> Receipt:
        """Doubt: phoss-ap answers 4xx also for what it keeps and will try again, and a lost answer says nothing."""
        try:
            known = self.status(settings, parcel.key)
        except (NotSent, Refused) as error:
            raise (Refused(what) if refused else Unsure(f"{what}; asked for its status: {error}")) from error
        if known is not None:
            return _receipt(parcel.key, known)
        if refused:
            raise Refused(what)
        raise Unsure(f"{what}; they do not know {parcel.key} yet")


def _token(settings: AccessPointSettings) -> str:
    token = secret(settings.token, "token")
    if not (token.isascii() and token.isprintable()):
        raise Refused("setting token: the token holds signs that no HTTP header can carry; check what it refers to")
    return token


def _receipt(key: str, facts: dict[str, Any]) -> Receipt:
    state = str(facts.get("status") or facts.get("state") or "accepted").lower()
    ids = [str(facts[name]) for name in ("transactionID", "id", "as4MessageId") if facts.get(name)]
    evidence = " ".join(["access point:", state, key, *ids])
    if state in _GIVEN_UP:
        raise Refused(f"{evidence}: {_words(facts) or 'no reason given'}")
    return Receipt(evidence=evidence)


def _holds_other_content(answer: httpx.Response, parcel: Parcel) -> bool:
    held = _json(answer).get("sha256")
    return answer.status_code == 409 and bool(held) and held != hashlib.sha256(parcel.content).hexdigest()


def _unreachable(url: str, error: httpx.HTTPError) -> NotSent | Refused:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return Refused(f"{url}: their certificate cannot be trusted ({error}); nothing was sent")
    return NotSent(f"{url} cannot be reached ({_named(error)}); nothing was sent")


def _timeout(seconds: float) -> httpx.Timeout:
    return httpx.Timeout(seconds, connect=min(seconds, 10.0))


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(answer.content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _said(answer: httpx.Response) -> str:
    words = _words(_json(answer)) or answer.content[:_MOST_WORDS].decode("utf-8", "replace").strip()
    return f"{answer.status_code} {words or answer.reason_phrase}"


def _words(facts: dict[str, Any]) -> str:
    names = ("errorDetails", "errorMessage", "error", "message", "detail", "sendingException", "lastError")
    return next((str(facts[name])[:_MOST_WORDS] for name in names if facts.get(name)), "")


def _named(error: Exception) -> str:
    words = str(error).strip()
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
