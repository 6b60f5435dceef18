"""One question over HTTP and its answer, of which only so much is read, unpacked and waited for."""

from __future__ import annotations

import time
import zlib
from typing import Any, Final

import httpx
import msgspec

BEFORE_BODY: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""Nothing of what we send has left."""
OUR_FAULT: Final = (httpx.UnsupportedProtocol, httpx.LocalProtocolError, httpx.InvalidURL)
"""The request cannot be made at all: a setting is wrong."""

_MOST = 1_000_000
# A proxy of the house cannot reach this machine's own addresses.
_DIRECT: Final = {"all://127.0.0.1": None, "all://localhost": None}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """`content` is unpacked, and ends where the bound was reached; `reason` is what the status is called."""

    url: str
    status: int
    reason: str
    headers: httpx.Headers
    content: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_redirect(self) -> bool:
        return self.status in {301, 302, 303, 307, 308}


def client() -> httpx.Client:
    """A client for many threads and hosts. It follows no redirect: settings say where to send."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=30)
    # Not asked to pack its answer, a server sends it plain; who packs it all the same is unpacked with a bound.
    return httpx.Client(limits=limits, follow_redirects=False, mounts=_DIRECT, headers={"Accept-Encoding": "identity"})


def ask(client: httpx.Client, method: str, url: str, *, seconds: float, most: int = _MOST, **request: Any) -> Answer:
    """The answer, at most `most` bytes of it; `seconds` for each step, and twice that for reading all of it.

    Raises what httpx raises, httpx.ReadTimeout also where the answer drips.
    """
    end = time.monotonic() + 2 * seconds
    timeout = httpx.Timeout(seconds, connect=min(seconds, 10.0))
    with client.stream(method, url, timeout=timeout, **request) as answer:
        packed = bytearray()
        for chunk in answer.iter_raw():
            packed += chunk
            if len(packed) > most:
                break
            if time.monotonic() > end:
                raise httpx.ReadTimeout("the answer comes too slowly", request=answer.request)
    content = _unpacked(bytes(packed), answer.headers.get("content-encoding", ""), most)
    return Answer(
        url=url, status=answer.status_code, reason=answer.reason_phrase, headers=answer.headers, content=content
    )


def mistake(url: str, error: Exception) -> str:
    """One of `OUR_FAULT` in words; h11 repeats the header that was wrong, and that may be a token."""
    why = type(error).__name__ if isinstance(error, httpx.LocalProtocolError) else error
    return f"{url} cannot be used: {why}; correct the settings url and token"


def named(error: Exception) -> str:
    """An error of httpx in words: its name says more than its text, which may be empty."""
    words = str(error).strip()
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _unpacked(packed: bytes, encoding: str, most: int) -> bytes:
    """At most `most` bytes, also of what a few bytes would unpack to; nothing where it cannot be unpacked."""
    if encoding.strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        return packed[:most]
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(packed, most)
    except zlib.error:
        return b""
