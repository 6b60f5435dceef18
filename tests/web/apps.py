"""One app for all tests of the same rooms, and people who are logged in to it.

A route is worked out at the first request to it, which takes 0.2 s in all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI
from starlette.datastructures import State
from starlette.testclient import TestClient

from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from web import sessions
from web.app import create_app, utc_now
from web.room import Room
from web.security import SESSION_COOKIE, form_token
from web.tables import users


def app_of(
    engine: sa.Engine, suppliers: Suppliers, rooms: Sequence[Room], now: Callable[[], datetime] = utc_now
) -> FastAPI:
    """As `create_app` makes it, with nothing left of what another test put into its state or its routes."""
    names = tuple(room.name for room in rooms)
    if names not in _apps:
        made = create_app(load_settings({}), engine, suppliers, rooms, now=now)
        _apps[names] = made, dict(made.state._state), list(made.router.routes)
    app, state, routes = _apps[names]
    app.state = State(state | {"settings": load_settings({}), "engine": engine, "suppliers": suppliers, "now": now})
    app.router.routes[:] = routes
    return app


def enter(client: TestClient, app: Any, login: str, **remembered: str) -> None:
    """Logged in, as the form does it, which has tests of its own: two pages less to each of two thousand tests."""
    with app.state.engine.begin() as conn:
        user = conn.scalar(sa.select(users.c.id).where(users.c.login == login))
        secret = sessions.start(conn, user, app.state.now())
        sessions.remember(conn, secret, **remembered)
    client.cookies.set(SESSION_COOKIE, secret, domain="testserver.local", path="/")


def token_for(client: TestClient) -> str:
    """What the forms of whoever has entered carry."""
    return form_token(client.cookies[SESSION_COOKIE])


_apps: dict[tuple[str, ...], tuple[FastAPI, dict[str, Any], list[Any]]] = {}
