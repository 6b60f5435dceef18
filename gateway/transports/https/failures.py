"""Which of the three failures an error of httpx is: it depends on whether the document had begun to leave."""

from __future__ import annotations

import re
from typing import Any

import httpx

from gateway.transports.contract import NotSent, Refused, Unsure
from gateway.transports.https.settings import shown

_OUR_FAULT = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)
_ALERT = re.compile(r"ALERT.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE|PROTOCOL_VERSION|DECRYPT_ERROR)")


class Progress:
    """Watches one request (httpx's `trace`): `left` is true once the first byte of the body may be on its way."""

    def __init__(self) -> None:
        self.left = False

    def __call__(self, event: str, info: dict[str, Any]) -> None:
        request = info.get("request")
        # A proxy is asked to connect first; that request has no body of ours.
        if event.endswith("send_request_body.started") and getattr(request, "method", b"") != b"CONNECT":
            self.left = True


def failure_of(url: str, error: httpx.HTTPError, progress: Progress) -> NotSent | Refused | Unsure:
    """What became of the document."""
    before = before_anything(url, error, "url")
    if isinstance(before, Refused) or not progress.left:
        return before
    why = "the document left and no whole answer came"
    return Unsure(f"{shown(url)}: {why} ({_named(error)}); it is sent again under the same key")


def before_anything(url: str, error: httpx.HTTPError, setting: str) -> NotSent | Refused:
    """What an error is before a document left, or where TLS says that nobody took it."""
    where, words = shown(url), str(error).upper()
    if isinstance(error, _OUR_FAULT):
        # Its words hold the header that was wrong.
        return Refused(f"{where} cannot be used ({type(error).__name__}); correct the setting {setting}")
    if "CERTIFICATE_VERIFY_FAILED" in words:
        why = f"their certificate cannot be trusted ({error})"
        return Refused(f"{where}: {why}; nothing was sent. Ask them to renew it, or state their authority as ca")
    if _ALERT.search(words):
        why = f"their server ended the handshake ({error})"
        return Refused(f"{where}: {why}; nothing was sent. Check the settings client_certificate and private_key")
    return NotSent(f"{where} cannot be reached ({_named(error)}); nothing was sent")


def _named(error: Exception) -> str:
    words = str(error).strip()
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
