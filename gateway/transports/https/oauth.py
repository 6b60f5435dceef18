"""Access tokens by OAuth 2 client credentials (RFC 6749, 4.4): fetched with Authlib, kept until they end or fail."""

from __future__ import annotations

import hashlib
import threading
from typing import Any

import httpx
from authlib.oauth2.base import OAuth2Error  # type: ignore[import-untyped]
from authlib.oauth2.client import OAuth2Client  # type: ignore[import-untyped]

from gateway.transports.contract import NotSent, Refused
from gateway.transports.discreet import hidden, keep
from gateway.transports.https.answers import MOST_WORDS, json_of, words_of
from gateway.transports.https.failures import before_anything
from gateway.transports.https.login import carried
from gateway.transports.https.settings import HttpsSettings, shown
from gateway.transports.secrets import secret

_LEEWAY = 60
_LATER = {408, 425, 429}
_OUR_TURN = {"temporarily_unavailable", "server_error", "slow_down"}


class Tokens:
    """Safe to use from many threads. Two that find no token at the same moment both fetch one; either is good."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}
        self._lock = threading.Lock()

    def of(self, settings: HttpsSettings, client: httpx.Client) -> tuple[str, bool]:
        """The access token, and whether it was kept from before. Raises NotSent or Refused: nothing was sent."""
        known = secret(settings.client_secret, "client_secret")
        key = _key(settings, known)
        with self._lock:
            kept = self._kept.get(key)
        if kept is not None and not kept.is_expired(leeway=_LEEWAY):
            return kept["access_token"], True
        fresh = _fetched(settings, client, known)
        with self._lock:
            self._kept[key] = fresh
        return fresh["access_token"], False

    def forget(self, settings: HttpsSettings, access_token: str) -> None:
        """They do not take this token any more."""
        key = _key(settings, secret(settings.client_secret, "client_secret"))
        with self._lock:
            if self._kept.get(key, {}).get("access_token") == access_token:
                del self._kept[key]


class _Client(OAuth2Client):  # type: ignore[misc]
    SESSION_REQUEST_PARAMS = ("timeout",)


def _fetched(settings: HttpsSettings, client: httpx.Client, known: str) -> Any:
    url = shown(settings.token_url)
    oauth = _Client(client, settings.client_id, known, scope=settings.scope or None)
    oauth.register_compliance_hook("access_token_response", lambda answer: _judged(answer, url))
    facts, auth = _shows(settings, known)
    timeout = httpx.Timeout(settings.timeout_seconds, connect=min(settings.timeout_seconds, 10.0))
    try:
        token = oauth.fetch_token(
            settings.token_url, grant_type="client_credentials", auth=auth, timeout=timeout, **facts
        )
    except OAuth2Error as error:
        raise _said_no(url, error) from None
    except httpx.HTTPError as error:
        raise before_anything(url, error, "token_url") from error
    except (ValueError, KeyError):
        raise NotSent(f"{url}: the answer is no token, though it should be; nothing was sent") from None
    keep(carried(str(token.get("access_token") or ""), f"{url}: the access token"))
    if str(token.get("token_type", "bearer")).lower() != "bearer":
        raise Refused(f"{url}: their token is not a bearer token; ask them how to log in")
    return token


def _shows(settings: HttpsSettings, known: str) -> tuple[dict[str, str], httpx.Auth]:
    facts = {"audience": settings.audience} if settings.audience else {}
    if settings.client_auth == "header":
        return facts, httpx.BasicAuth(settings.client_id, known)
    return facts | {"client_id": settings.client_id, "client_secret": known}, httpx.Auth()


def _judged(answer: httpx.Response, url: str) -> httpx.Response:
    """The answer, where Authlib can read a token or an error of RFC 6749 out of it."""
    said = f"{url}: {answer.status_code} {words_of(answer)}".rstrip()
    if answer.status_code in _LATER or answer.is_server_error:
        raise NotSent(f"{said}; their token endpoint is busy or down, nothing was sent")
    if not answer.is_success and "error" not in json_of(answer):
        raise Refused(f"{said}; check the settings token_url, client_id and client_secret, nothing was sent")
    return answer


def _said_no(url: str, error: Any) -> NotSent | Refused:
    said = hidden(f"{error.error} {error.description or ''}")[:MOST_WORDS].rstrip()
    if error.error in _OUR_TURN:
        return NotSent(f"{url}: {said}; nothing was sent")
    return Refused(f"{url}: {said}; check the settings client_id, client_secret and scope, nothing was sent")


def _key(settings: HttpsSettings, known: str) -> str:
    parts = (settings.token_url, settings.client_id, known, settings.scope, settings.audience, settings.client_auth)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
