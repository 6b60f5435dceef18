"""What a supplier reached by https must state, checked as far as it can be without asking anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

import httpx
import msgspec

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OURS = {"authorization", "content-type", "content-length", "host", "idempotency-key", "transfer-encoding"}
_HERE = {"localhost", "127.0.0.1", "::1"}

Reference = Annotated[str, msgspec.Meta(extra={"secret": True})]
"""`env:NAME` or `file:PATH`; the loader refuses anything else."""


class HttpsSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where documents go and how we show who we are; every secret, certificate and key is a reference.

    `already` are the statuses that mean "we have it" when a document is sent again. `check_url` answers GET for a
    self-test, `test_url` takes a test document. `webhook_secret` and, while it is changed, `webhook_secret_before` sign
    what they send to our inbox. Raises ValueError where settings cannot go together.
    """

    url: str
    method: Literal["POST", "PUT"] = "POST"
    already: tuple[int, ...] = (409,)
    timeout_seconds: float = 30.0
    api_key: str = ""
    api_key_header: str = "X-API-Key"
    bearer_token: str = ""
    user: str = ""
    password: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    client_auth: Literal["header", "body"] = "header"
    scope: str = ""
    audience: str = ""
    client_certificate: Reference = ""
    private_key: str = ""
    passphrase: str = ""
    ca: Reference = ""
    signing_secret: str = ""
    signing_key_id: str = ""
    signature_header: str = "X-Avrop-Signature"
    check_url: str = ""
    test_url: str = ""
    webhook_secret: str = ""
    webhook_secret_before: Reference = ""

    def __post_init__(self) -> None:
        if reason := next(_conflicts(self), ""):
            raise ValueError(reason)


def _conflicts(settings: HttpsSettings) -> Iterator[str]:
    for name in ("url", "token_url", "check_url", "test_url"):
        if getattr(settings, name) or name == "url":
            yield from unusable(name, getattr(settings, name))
    for name in ("api_key_header", "signature_header"):
        header = getattr(settings, name)
        if not _TOKEN.fullmatch(header) or header.lower() in _OURS:
            yield f"{name} {header!r} is not a header we may choose; write a name such as X-API-Key"
    if settings.signing_key_id and not _TOKEN.fullmatch(settings.signing_key_id):
        yield f"signing_key_id {settings.signing_key_id!r} is not a name of letters, digits and hyphens"
    logins = [name for name in ("bearer_token", "user", "token_url") if getattr(settings, name)]
    if len(logins) > 1:
        yield f"{' and '.join(logins)} are two ways to log in; keep one"
    for one, other in _TOGETHER:
        if bool(getattr(settings, one)) != bool(getattr(settings, other)):
            yield f"{one} and {other} go together; state both or none"
    if not 0 < settings.timeout_seconds <= 600:
        yield "timeout_seconds is a number of seconds above 0, at most 600"


_TOGETHER = (
    ("user", "password"),
    ("token_url", "client_id"),
    ("token_url", "client_secret"),
    ("client_certificate", "private_key"),
)


def unusable(name: str, text: str) -> Iterator[str]:
    """Why we do not send to this address; the address is not repeated, for it may hold a key."""
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        yield f"{name} is not an address on the web; write https://…"
        return
    if url.userinfo:
        yield f"{name} holds a user or password; state user and password instead, as references"
    if url.scheme != "https" and not (url.scheme == "http" and url.host in _HERE):
        yield f"{name} must begin with https://: anything else shows order and log-in to everybody on the way"
    if not url.host or not 0 < (url.port or 443) < 65536:
        yield f"{name} names no machine, or a port that does not exist"


def shown(url: str) -> str:
    """The address without what follows `?`, which may hold a key: for messages."""
    return url.partition("?")[0].partition("#")[0]
