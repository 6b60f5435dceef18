"""An exchange for tests: the real database, the real mappings, folders as the suppliers' servers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange.office import Handlers, Office
from gateway.formats import Dialect, load_dialects
from gateway.identifiers import OrgNumber, ParticipantId
from gateway.model import DespatchAdvice, Order, OrderResponse
from gateway.model.despatch import DespatchLine, LogisticUnit, Shipment
from gateway.model.party import Identifier, Party
from gateway.model.response import ResponseLine
from gateway.settings import Settings, load_settings, mapping_texts
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports import TRANSPORTS
from gateway.transports.contract import Transport
from gateway.transports.folder import FolderSettings
from tests.orders.samples import NOW

ADVICE_PROFILE = "urn:fdc:peppol.eu:poacc:bis:despatch_advice:3"
RESPONSE_PROFILE = "urn:fdc:peppol.eu:poacc:bis:ordering:3"


@cache
def dialects() -> dict[str, Dialect]:
    return load_dialects(mapping_texts(load_settings({})))


def settings(**changes: Any) -> Settings:
    environ = {"AVROP_RETRY_FIRST": "0.2", "AVROP_POLL_ACTIVE": "0.2", "AVROP_POLL_IDLE": "1"}
    return load_settings(environ | {"AVROP_WORKER_HEARTBEAT": "1", "AVROP_HOME": "unused"} | changes)


def supplier(root: Path, name: str = "papperslagret", **changes: Any) -> Supplier:
    """A Peppol-speaking supplier behind two folders under `root`."""
    for box in ("in", "out"):
        (root / name / box).mkdir(parents=True, exist_ok=True)
    folders = FolderSettings(inbox=str(root / name / "in"), outbox=str(root / name / "out"), settle_seconds=0.01)
    facts = {"id": name, "name": name.title(), "org_number": OrgNumber("5599990008"), "transport": "folder"}
    facts |= {"settings": folders, "dialect": "peppol", "participant": ParticipantId("0007:5599990008")}
    return Supplier(**facts | changes)


def office(
    engine: sa.Engine,
    *suppliers: Supplier,
    transports: dict[str, Transport] | None = None,
    handlers: Handlers | None = None,
    clock: Callable[[], datetime] = lambda: NOW,
) -> Office:
    return Office(
        engine=engine,
        suppliers=Suppliers(suppliers),
        dialects=dialects(),
        transports=transports or TRANSPORTS,
        settings=settings(),
        handlers=handlers or Handlers(),
        clock=clock,
        chance=lambda: 0.5,
    )


def response(order: Order, code: str = "AP", status: str = "5", number: str = "OS-1") -> OrderResponse:
    lines = tuple(
        ResponseLine(id=line.id, order_line=line.id, status=status, item=line.item, quantity=line.quantity)
        for line in order.lines
    )
    return OrderResponse(
        number=number,
        issued=date(2026, 3, 2),
        code=code,
        order=order.number,
        currency="SEK",
        seller=_named_by(order.seller),
        buyer=_named_by(order.buyer),
        profile=RESPONSE_PROFILE,
        lines=lines if code == "CA" else (),
    )


def advice(order: Order, sscc: str = "373500010000000018") -> DespatchAdvice:
    lines = tuple(
        DespatchLine(id=line.id, order_line=line.id, delivered=line.quantity, item=line.item, shipment_id="NA")
        for line in order.lines
    )
    return DespatchAdvice(
        number="LA-1",
        issued=date(2026, 3, 3),
        supplier=_party(order.seller),
        consignee=_party(order.buyer),
        profile=ADVICE_PROFILE,
        orders=(order.number,),
        lines=lines,
        shipment=Shipment(id="1"),
        packing=(LogisticUnit(id=Identifier(value=sscc, scheme="SSCC"), lines=tuple(line.id for line in lines)),),
    )


def _named_by(party: Party) -> Party:
    return Party(endpoint=party.endpoint, legal_name=party.legal_name)


def _party(party: Party) -> Party:
    return Party(endpoint=party.endpoint, legal_name=party.legal_name, address=party.address)


def only(engine: sa.Engine, statement: str) -> Any:
    """The one value that a question to the database has for an answer."""
    with engine.connect() as conn:
        return conn.execute(sa.text(statement)).scalar_one()


def message_of(engine: sa.Engine, order_id: UUID) -> UUID:
    with engine.connect() as conn:
        found: UUID = conn.execute(sa.text("SELECT id FROM messages WHERE order_id = :o"), {"o": order_id}).scalar_one()
        return found
