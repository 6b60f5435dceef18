"""The console with a handful of suppliers, and a journal with one of each trouble."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.console.room import ROOM
from gateway.exchange import journal, place, tasks
from gateway.exchange.batches import Written, keep_all
from gateway.exchange.journal import MessageState
from gateway.exchange.receive import keep, set_aside
from gateway.exchange.retry import Outcome
from gateway.exchange.tables import channels
from gateway.findings import Finding, Place
from gateway.suppliers.load import load
from gateway.suppliers.supplier import Suppliers
from gateway.transports import TRANSPORTS
from hub.room import ROOM as HUB
from tests.orders.samples import sample_order
from tests.web.apps import app_of
from web import accounts

PASSWORD = "en lång mening som lösenord"
FILE = """
profiles:
  csv:
    dialect: csv
    transport: {type: sftp, host: sftp.exempel.test, user: "{id}", host_key: SHA256:abc, password: env:SECRET_OF_THEIRS}
suppliers:
  - {id: papper, name: Papperslagret i Exempelstad AB, org: 5500008130, profile: csv}
  - {id: blomman, name: Blomman och Bladet AB, org: 5500006597, transport: portal, email: order@blomman.example}
  - {id: vilan, name: Vilande Varor AB, org: 5500003289, profile: csv, active: false}
  - {id: fel, name: Felstavat AB, org: 5500007959, profile: csvv}
"""
BAD_ANSWER = "Ordernr;Rad;Artikel;Antal;Enhet\r\n26-000001;1;PA-100;två;st\r\n".encode("cp1252")


def some_suppliers() -> Suppliers:
    return load(FILE, "suppliers.yaml", TRANSPORTS, {"csv", "peppol"}, {})


def open_house(engine: sa.Engine, now: Callable[[], datetime], *people: str, suppliers: Suppliers | None = None) -> Any:
    """The app with console and hub; `alex` is an admin, `dani` works at the dock."""
    with engine.begin() as conn:
        for login in people:
            role = {"alex": "admin", "dani": "dock"}[login]
            accounts.add(conn, login, name=f"{login.title()} Exempel", password=PASSWORD, roles=[role], now=now())
    known = some_suppliers() if suppliers is None else suppliers
    return app_of(engine, known, [HUB, ROOM], now)


def order_by_hand(engine: sa.Engine, now: datetime, number: str = "26-000007") -> int:
    """An order to a supplier that can only be written to; its task."""
    suppliers = some_suppliers()
    with engine.begin() as conn:
        order_id = place.place(conn, sample_order(number), suppliers.by_id["blomman"], "bjorken", "Kim Exempel", now)
        return tasks.for_order(conn, order_id)[0].id


def refused_order(engine: sa.Engine, now: datetime, number: str = "26-000001") -> tuple[int, UUID]:
    """An order that the supplier's server refused: its task and its message."""
    finding = Finding(rule="transport-refused", message="sftp.exempel.test: the password was refused")
    with engine.begin() as conn:
        supplier = some_suppliers().by_id["papper"]
        order_id = place.place(conn, sample_order(number), supplier, "bjorken", "Kim Exempel", now)
        (message,) = journal.of_order(conn, order_id)
        raw = b"Ordernr;Rad;Artikel\r\n26-000001;1;PA-100\r\n"
        written = Written(id=message.id, raw=raw, transport="sftp", dialect="csv", name=message.name)
        keep_all(conn, [written], now)
        journal.add_attempt(conn, message, Outcome.REFUSED, finding.message, now, None)
        journal.change(conn, message.id, state=MessageState.HELD.value)
        journal.add_findings(conn, message.id, [finding], now)
        about = {"order_id": order_id, "message_id": message.id, "supplier_id": "papper"}
        task_id = tasks.add(conn, tasks.Kind.REFUSED, "refused", now, finding=str(finding), **about)
        return task_id, message.id


def unreadable_answer(engine: sa.Engine, now: datetime) -> UUID:
    """An answer that cannot be read, as the exchange sets it aside; the message."""
    place_of = Place(source="svar_26-000001.csv", line=2, path="Antal")
    finding = Finding(rule="csv-number", message='"två" is not a number', place=place_of)
    with engine.begin() as conn:
        source = "sftp://sftp.exempel.test/svar_26-000001.csv"
        message_id = keep(conn, BAD_ANSWER, source, "papper", "sftp", now, "svar_26-000001.csv")
        journal.change(conn, message_id, dialect="csv")
        kind = tasks.Kind.REJECTED_DOCUMENT
        set_aside(conn, message_id, MessageState.REJECTED, kind, [finding], now, supplier_id="papper")
        return message_id


def failing_channel(engine: sa.Engine, now: datetime) -> None:
    """A supplier whose server has not answered three times in a row."""
    row = {"supplier_id": "vilan", "polled_at": now - timedelta(minutes=4), "failures": 3, "error": "no answer"}
    with engine.begin() as conn:
        conn.execute(channels.insert().values(row))
