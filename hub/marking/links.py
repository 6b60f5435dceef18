"""Links that a supplier needs no account for: an order's number and a day, signed, so that neither can be changed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import date, datetime, timedelta
from typing import Final

import msgspec
import sqlalchemy as sa

from hub.marking.tables import labels_keys
from web.figures import LOCAL

LASTS: Final = timedelta(days=120)
"""How long a link is good where nobody says otherwise."""
_LOCK = 7_350_010
_TOKEN = re.compile(r"([A-Za-z0-9-]{1,40})\.(\d{8})\.([A-Za-z0-9_-]{32})")


class Link(msgspec.Struct, frozen=True):
    """What a link is for: `order` is a number, `until` the last day on which it opens."""

    order: str
    until: date


def token(conn: sa.Connection, order: str, now: datetime, lasts: timedelta = LASTS) -> str:
    """What stands in the address; the same for the same order and last day. Raises ValueError for what is no number."""
    until = (now + lasts).astimezone(LOCAL).date()
    made = f"{order}.{until:%Y%m%d}"
    signed = f"{made}.{_signature(_secret(conn, now), made)}"
    if _TOKEN.fullmatch(signed) is None:
        raise ValueError(f"{order!r} is not the number of an order")
    return signed


def read(conn: sa.Connection, given: str, now: datetime) -> Link | None:
    """The link, None for one that we did not sign; who opens it after its last day is told so."""
    parts = _TOKEN.fullmatch(given)
    secret = _newest(conn)
    if parts is None or secret is None:
        return None
    order, day, signature = parts.groups()
    if not hmac.compare_digest(signature, _signature(secret, f"{order}.{day}")):
        return None
    return Link(order, date.fromisoformat(day))


def renew(conn: sa.Connection, now: datetime) -> None:
    """A new key: no link that was given out before opens any more."""
    conn.execute(labels_keys.insert().values(secret=secrets.token_bytes(32), at=now))


def _secret(conn: sa.Connection, now: datetime) -> bytes:
    found = _newest(conn)
    if found is None:
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        if _newest(conn) is None:
            renew(conn, now)
        found = _newest(conn)
        assert found is not None
    return found


def _newest(conn: sa.Connection) -> bytes | None:
    found: bytes | None = conn.scalar(sa.select(labels_keys.c.secret).order_by(labels_keys.c.id.desc()).limit(1))
    return found


def _signature(secret: bytes, said: str) -> str:
    """192 bits of it, which no address needs more of."""
    digest = hmac.digest(secret, b"avrop labels " + said.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:24]).decode()
