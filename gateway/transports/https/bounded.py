"""Their answers are words for a person: a little of them is read, for a while, and nothing is unpacked or followed."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx

MOST_BYTES = 64 * 1024
LOCATION = "avrop.location"


class _Short(httpx.SyncByteStream):
    """The first `MOST_BYTES` of a stream; httpx.ReadTimeout where they take longer than the request may."""

    def __init__(self, inner: httpx.SyncByteStream, ends: float) -> None:
        self._inner, self._ends = inner, ends

    def __iter__(self) -> Iterator[bytes]:
        left = MOST_BYTES
        for chunk in self._inner:
            yield chunk[:left]
            left -= len(chunk)
            if left <= 0:
                return
            if time.monotonic() > self._ends:
                raise httpx.ReadTimeout("the answer does not end")

    def close(self) -> None:
        self._inner.close()


def bounded(answer: httpx.Response) -> None:
    """A hook for each answer. What is packed is not read at all: a few bytes can unpack to any size.

    A redirect's target is kept for the message and taken away, so that nothing builds a request from it.
    """
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        if isinstance(answer.stream, httpx.SyncByteStream):
            answer.stream.close()
        answer.stream = httpx.ByteStream(b"")
        del answer.headers["content-encoding"]
    elif isinstance(answer.stream, httpx.SyncByteStream):
        seconds = answer.request.extensions.get("timeout", {}).get("read") or 30.0
        answer.stream = _Short(answer.stream, time.monotonic() + seconds)
    if "location" in answer.headers:
        answer.extensions[LOCATION] = answer.headers.pop("location")
