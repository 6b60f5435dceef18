"""A small app of the web floor alone, on the real database: one room with one page per role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from web import accounts
from web.access import ADMIN, BUYER, ROLES, allow
from web.app import create_app
from web.languages import N_
from web.room import MenuItem, Room

ORIGIN = "http://testserver"
PASSWORD = "en lång mening som lösenord"


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, **span: float) -> None:
        self.time += timedelta(**span)


def sample_room(folder: Path) -> Room:
    router = APIRouter()

    @router.get("/")
    @allow(*ROLES)
    def start(request: Request) -> Response:
        return PlainTextResponse(f"hello {request.state.viewer.name}")

    @router.get("/admin")
    @allow(ADMIN)
    def for_admins() -> Response:
        return PlainTextResponse("secret")

    @router.post("/change")
    @allow(BUYER)
    def change() -> Response:
        return PlainTextResponse("changed")

    @router.get("/broken")
    @allow(BUYER)
    def broken() -> Response:
        raise ValueError("the shelf fell down")

    item = MenuItem(path="/admin", label=N_("Log in"), roles=frozenset({ADMIN}))
    return Room(name="sample", folder=folder, routers=(router,), menu=(item,))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(engine: sa.Engine, clock: Clock, tmp_path: Path) -> Any:
    with engine.begin() as conn:
        accounts.add(conn, "kim", name="Kim Exempel", password=PASSWORD, roles=[BUYER], now=clock())
        accounts.add(conn, "anna", name="Anna Exempel", password=PASSWORD, roles=[ADMIN, BUYER], now=clock())
    return create_app(load_settings({}), engine, Suppliers(()), [sample_room(tmp_path)], now=clock)


@pytest.fixture
def client(app: Any) -> TestClient:
    """A browser that has not logged in; it sends our own Origin and does not follow redirects."""
    return TestClient(app, headers={"origin": ORIGIN}, follow_redirects=False, raise_server_exceptions=False)


def token_of(page: str) -> str:
    """The form token of a page."""
    return page.split('name="csrf" value="', 1)[1].split('"', 1)[0]


@pytest.fixture
def log_in(client: TestClient) -> Callable[..., Any]:
    def go(login: str = "kim", password: str = PASSWORD, **more: str) -> Any:
        token = token_of(client.get("/login").text)
        return client.post("/login", data={"login": login, "password": password, "csrf": token, **more})

    return go
