"""What we send in each scenario, with invented data: the supplier's developers see it before any order comes. Pure."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from gateway.exchange.documents import spoken, takes_changes
from gateway.exchange.selftest.document import marked_order, sayable
from gateway.exchange.selftest.scenario import MARK, Scenario
from gateway.formats import Dialect
from gateway.identifiers import Gln, OrgNumber, ParticipantId
from gateway.model import Document, Order
from gateway.orders.amend import cancellation_of, change_of, with_quantities
from gateway.settings import EXAMPLE
from gateway.suppliers.supplier import Supplier

NUMBER: Final = "T26-000123"
SUPPLIER: Final = Supplier(
    id="exempelleverantoren",
    name="Exempelleverantören AB",
    org_number=OrgNumber("5500006597"),
    gln=Gln("7350001406596"),
    participant=ParticipantId("0007:5500006597"),
    transport="folder",
    contracts=("2025-183",),
)
_FEWER: Final = {"1": Decimal(3)}


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """One document as it goes over the wire, under the file name that it would bear."""

    name: str
    document: Document
    content: bytes
    media_type: str


def applies(dialect: Dialect, scenario: Scenario) -> bool:
    """Whether the scenario can be played in this dialect: without order cancellations none is sent."""
    return scenario is not Scenario.CANCEL or takes_changes(dialect)


def order_of(dialect: Dialect, scenario: Scenario, now: datetime) -> Order:
    """The order that the others are about, as the dialect's profile has it."""
    order = spoken(marked_order(NUMBER, now, EXAMPLE, SUPPLIER, scenario), dialect)
    assert isinstance(order, Order)
    return sayable(order, dialect)


def papers(dialect: Dialect, scenario: Scenario, now: datetime) -> tuple[Paper, ...]:
    """What goes out, in its order: the order, and with Advanced Ordering the change or the cancellation of it.

    Empty where the scenario does not apply. `now` is local time.
    """
    if not applies(dialect, scenario):
        return ()
    order = order_of(dialect, scenario, now)
    documents: list[Document] = [order]
    if takes_changes(dialect) and scenario is Scenario.CHANGE:
        documents.append(change_of(order, with_quantities(order, _FEWER), f"{NUMBER}-C1", 1, now))
    if scenario is Scenario.CANCEL:
        documents.append(cancellation_of(order, f"{NUMBER}-X1", f"{MARK}: provet är slut", now))
    return tuple(_paper(dialect, document) for document in documents)


def _paper(dialect: Dialect, document: Document) -> Paper:
    kind = type(document).__name__
    codec = dialect.codec(kind)
    suffix = codec.suffix if codec.suffix.startswith(".") else f".{codec.suffix}"
    name = f"{kind.lower()}-{document.number}{suffix}"
    return Paper(name=name, document=document, content=dialect.write(document), media_type=codec.media_type)
