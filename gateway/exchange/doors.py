"""What the doors for machines have in common: a body of bounded size, a token, an answer in JSON."""

from __future__ import annotations

import hashlib
import hmac
import secrets

import msgspec
from fastapi import Request, Response


async def body_of(request: Request, limit: int) -> bytes | None:
    """The body, None as soon as it is larger than `limit`, whatever its header says."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        return None
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > limit:
            return None
    return bytes(read)


def shows_token(request: Request, token: str) -> bool:
    """Whether the header X-Token is ours. An empty `token` opens to nobody."""
    return bool(token) and secrets.compare_digest(request.headers.get("x-token", "").encode(), token.encode())


def is_signed(request: Request, body: bytes, token: str) -> bool:
    """Whether the header X-Signature is `sha256=` and the HMAC of the body under our token, in hexadecimal."""
    wanted = "sha256=" + hmac.new(token.encode(), body, hashlib.sha256).hexdigest()
    given = request.headers.get("x-signature", "").strip().lower()
    return bool(token) and secrets.compare_digest(given.encode(), wanted.encode())


def answer(status: int, **facts: object) -> Response:
    return Response(msgspec.json.encode(facts), status, media_type="application/json")
