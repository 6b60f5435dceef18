"""A seeded shop on the real database: twelve units, six hundred articles, 40 suppliers, four people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from gateway.suppliers.invent import DIALECTS, invent
from gateway.suppliers.load import load
from gateway.suppliers.supplier import Suppliers
from gateway.transports import TRANSPORTS
from shop.desk import UNIT
from shop.room import ROOM
from shop.seed import PEOPLE, seed
from tests.kept_rows import keep
from tests.web.apps import app_of, enter, token_for
from tests.web.conftest import ORIGIN, Clock
from web import sessions
from web.sessions import Viewer
from web.tables import users

NOW = datetime(2026, 11, 20, 8, 12, tzinfo=UTC)
PASSWORD = "en lång mening som lösenord"


@pytest.fixture(scope="session")
def suppliers() -> Suppliers:
    found = load(invent(40), "suppliers.yaml", TRANSPORTS, DIALECTS)
    assert len(found) == 40, [str(finding) for finding in found.findings]
    return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stocked(engine: sa.Engine, suppliers: Suppliers) -> sa.Engine:
    """The database with the demo's goods in it."""
    passwords, name = {person.login: PASSWORD for person in PEOPLE}, str(engine.url)
    with engine.begin() as conn:
        if name in _seeded:
            conn.exec_driver_sql(_seeded[name])
        else:
            assert seed(conn, suppliers, passwords=passwords, now=NOW, units=12, articles=600)
            _seeded[name] = keep(conn)
    return engine


_seeded: dict[str, str] = {}
"""By database: the SQL that puts back what was seeded once."""


@pytest.fixture
def app(stocked: sa.Engine, suppliers: Suppliers, clock: Clock) -> Any:
    return app_of(stocked, suppliers, [ROOM], clock)


@pytest.fixture
def browser(app: Any) -> Callable[[str], TestClient]:
    """A browser of its own for a person, logged in, with the first unit chosen."""

    def open_as(login: str, unit: str | None = "unit-0001") -> TestClient:
        client = TestClient(app, headers={"origin": ORIGIN})
        enter(client, app, login, **({UNIT: unit} if unit else {}))
        return client

    return open_as


def send(client: TestClient, path: str, **fields: Any) -> Any:
    """A form sent from a page of ours."""
    return client.post(path, data={"csrf": token_for(client), **fields})


def person(conn: sa.Connection, login: str) -> Viewer:
    """Who a log-in is, without a session."""
    row = conn.execute(sa.select(users).where(users.c.login == login)).one()
    roles = frozenset(row.roles)
    return sessions.Viewer(id=UUID(str(row.id)), login=login, name=row.name, roles=roles, remembered={})
