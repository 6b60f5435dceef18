"""Signed requests: HMAC-SHA256 over time and body, in one header, both ways. Pure.

    X-Avrop-Signature: t=1772443800,k=2026-1,v1=5257a869e7…

`v1` is the lower-case hex of HMAC-SHA256 with the shared secret (UTF-8) over the bytes `t` + "." + body; `t` is Unix
time in seconds; `k`, if there, names the secret. A sender that changes secrets may send several `v1`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

import msgspec

HEADER = "X-Avrop-Signature"
WINDOW = 300
"""How many seconds the sender's clock may be from ours, either way."""
_LONGEST = 1000
_MOST = 4


class Signed(msgspec.Struct, frozen=True):
    """What a signature header says: when, and the signatures."""

    time: int
    signatures: tuple[str, ...]


def sign(secret: str, body: bytes, now: float, key_id: str = "") -> str:
    """The header's value for `body`."""
    time = int(now)
    named = f"k={key_id}," if key_id else ""
    return f"t={time},{named}v1={_mac(secret, time, body)}"


def signed(header: str) -> Signed | None:
    """The header's parts, None where it is not such a header. Parts of other names are left alone."""
    if len(header) > _LONGEST:
        return None
    parts = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    signatures = tuple(value for name, _, value in parts if name == "v1")[:_MOST]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit() and len(times[0]) < 12) or not signatures:
        return None
    return Signed(int(times[0]), signatures)


def is_timely(given: Signed, now: float) -> bool:
    """Whether it was signed within the window around `now`."""
    return abs(now - given.time) <= WINDOW


def is_genuine(given: Signed, body: bytes, secrets: Iterable[str]) -> bool:
    """Whether one of `secrets` made one of the signatures; takes as long whichever it is."""
    found = False
    for secret in secrets:
        expected = _mac(secret, given.time, body).encode()
        for signature in given.signatures:
            found |= hmac.compare_digest(expected, signature.encode("utf-8", "replace"))
    return found


def _mac(secret: str, time: int, body: bytes) -> str:
    return hmac.new(secret.encode(), b"%d." % time + body, hashlib.sha256).hexdigest()
