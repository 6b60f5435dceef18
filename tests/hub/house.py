"""An app with the hub's room, people who may use it, and goods on their way. For page and browser tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.orders import book
from gateway.suppliers.supplier import Suppliers
from hub import lanes
from hub.receiving import expect
from hub.room import ROOM
from tests.hub.advices import advice, line, unit
from tests.orders.samples import sample_order
from tests.web.apps import app_of
from web import accounts

PASSWORD = "en lång mening som lösenord"
PEOPLE = {"alva": ("Alva Exempel", ["dock"]), "robin": ("Robin Exempel", ["admin"]), "kim": ("Kim Exempel", ["buyer"])}


def open_house(engine: sa.Engine, now: Callable[[], datetime], *logins: str) -> Any:
    """The app, with accounts for those of `PEOPLE` who are named."""
    with engine.begin() as conn:
        for login in logins:
            name, roles = PEOPLE[login]
            accounts.add(conn, login, name=name, password=PASSWORD, roles=roles, now=now())
    return app_of(engine, Suppliers(()), [ROOM], now)


def send_goods(engine: sa.Engine, now: datetime) -> None:
    """One order in two boxes (SSCC 1 and 2) for one unit, one order in one box (SSCC 3) for another."""
    with engine.begin() as conn:
        lanes.plan(conn, "bjorken", weekdays=(2, 4), lane="B4")
        for number, unit_id, packing in (
            ("26-000123", "bjorken", (unit(1, "1"), unit(2, "2"))),
            ("26-000124", "granen", (unit(3, "1", "2"),)),
        ):
            order_id = book.add(conn, sample_order(number), "papperslagret", unit_id, "Kim Exempel", now, "confirmed")
            row = book.get(conn, order_id)
            assert row is not None
            book.record(conn, order_id, "despatched", "Papperslagret", now)
            lines = (line("1", "3"), line("2", "12"))
            expect(conn, row, advice(*packing, lines=lines, number=f"DA-{number}"), now)
