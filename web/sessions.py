"""Server-side sessions. The cookie holds a random secret; the table holds only its hash."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from fastapi import Request
from sqlalchemy import Connection, delete, insert, select, update
from starlette.responses import Response

from web import tables
from web.security import SESSION_COOKIE, new_secret

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks at the page. `remembered` is what rooms keep in the session, such as the chosen unit."""

    id: UUID
    login: str
    name: str
    roles: frozenset[str]
    remembered: dict[str, Any]


def id_hash(secret: str) -> bytes:
    """What the table knows of a session's secret."""
    return hashlib.sha256(secret.encode()).digest()


def start(conn: Connection, user_id: UUID, now: datetime, replaces: str | None = None) -> str:
    """A new session for a user; the one it replaces ends. Returns the secret for the cookie."""
    if replaces:
        end(conn, replaces)
    conn.execute(delete(tables.sessions).where(tables.sessions.c.created_at < now - ABSOLUTE))
    secret = new_secret()
    row = {"id_hash": id_hash(secret), "user_id": user_id, "created_at": now, "seen_at": now}
    conn.execute(insert(tables.sessions).values(row))
    return secret


def end(conn: Connection, secret: str) -> None:
    """The session is gone, wherever its cookie still is."""
    conn.execute(delete(tables.sessions).where(tables.sessions.c.id_hash == id_hash(secret)))


def find(conn: Connection, secret: str, now: datetime) -> Viewer | None:
    """The viewer of a living session; an idle or old one is deleted. Notes the visit at most once a minute."""
    row = conn.execute(
        select(tables.sessions, tables.users.c.login, tables.users.c.name, tables.users.c.roles)
        .join(tables.users, tables.users.c.id == tables.sessions.c.user_id)
        .where(tables.sessions.c.id_hash == id_hash(secret), tables.users.c.active)
    ).one_or_none()
    if row is None:
        return None
    if now - row.seen_at > IDLE or now - row.created_at > ABSOLUTE:
        end(conn, secret)
        return None
    if now - row.seen_at > SEEN_EVERY:
        conn.execute(update(tables.sessions).where(tables.sessions.c.id_hash == row.id_hash).values(seen_at=now))
    roles = frozenset(row.roles)
    return Viewer(id=row.user_id, login=row.login, name=row.name, roles=roles, remembered=row.remembered)


def remember(conn: Connection, secret: str, **values: Any) -> None:
    """Keeps values in the session, beside what is there."""
    merged = tables.sessions.c.remembered.op("||")(values)
    conn.execute(update(tables.sessions).where(tables.sessions.c.id_hash == id_hash(secret)).values(remembered=merged))


def viewer_of(request: Request) -> Viewer | None:
    """The viewer of a request, looked up once and kept in `request.state.viewer`."""
    if not hasattr(request.state, "viewer"):
        secret = request.cookies.get(SESSION_COOKIE)
        request.state.viewer = None
        if secret:
            with request.app.state.engine.begin() as conn:
                request.state.viewer = find(conn, secret, request.app.state.now())
    viewer: Viewer | None = request.state.viewer
    return viewer


def set_cookie(request: Request, response: Response, name: str, value: str, max_age: int | None = None) -> None:
    """A cookie that scripts cannot read and other sites do not send."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=max_age, httponly=True, samesite="lax", secure=secure, path="/")
