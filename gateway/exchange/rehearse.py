"""A dry run: what would go to a supplier, byte for byte, what is said against it, and when and where it would leave.

Nothing is stored and nobody is called. A test keeps these bytes equal to those that are really sent.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import documents, halting, journal, judging
from gateway.exchange.compose import Draft, compose
from gateway.exchange.hours import opens
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.judging import Unjudged
from gateway.exchange.office import Office
from gateway.findings import Finding, Place, Rejected, reject
from gateway.formats import Dialect
from gateway.formats.bare import bare
from gateway.formats.proof import exemplar
from gateway.model import Document, Order
from gateway.model.party import Identifier
from gateway.orders import book
from gateway.rules.verdict import Verdict
from gateway.suppliers.agreement import Window
from gateway.suppliers.policy import every
from gateway.suppliers.shown import place_of
from gateway.suppliers.supplier import Supplier, Suppliers

Answer = Literal["goes", "refused", "unjudged", "by_hand"]


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """How it would travel. `leaves_at` is None while a person has paused the lane."""

    transport: str
    place: str
    windows: tuple[Window, ...]
    leaves_at: datetime | None
    paused_by: str | None
    broken_at: datetime | None
    waiting: int


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """`content` is what would be uploaded, `bare` the same without its envelope; empty where nothing is written.

    `answer` is the policy's verdict: `against` keeps it from going, `noted` goes along.
    """

    supplier_id: str
    dialect: str
    document: Document
    verdicts: tuple[Verdict, ...]
    answer: Answer
    noted: tuple[Finding, ...]
    way: Way
    against: tuple[Finding, ...] = ()
    name: str = ""
    media_type: str = ""
    envelope: str = ""
    bare: bytes = b""
    content: bytes = b""


def rehearse(office: Office, supplier: Supplier, document: Document, key: str = "") -> Rehearsal:
    """What would become of `document`. Raises `Rejected` only where the supplier's own line is wrong."""
    facts: dict[str, Any] = {"supplier_id": supplier.id, "dialect": supplier.dialect, "document": document}
    facts |= {"way": _way(office, supplier), "noted": (), "verdicts": ()}
    transport = office.transports.get(supplier.transport)
    if supplier.by_hand or transport is None:
        return Rehearsal(**facts, answer="by_hand")
    facts["document"] = documents.spoken(document, _dialect(office, supplier))
    try:
        outgoing = compose(_lenient(office, supplier), _draft(supplier, document, key))
    except Rejected as rejected:
        return Rehearsal(**facts, answer="refused", against=rejected.findings)
    parcel, (verdicts, _) = outgoing.parcel, outgoing.fresh or ((), ())
    answer, against = _answer(verdicts, supplier)
    facts |= {"verdicts": verdicts, "noted": judging.noted(verdicts, supplier.rules.outbound)}
    return Rehearsal(
        **facts,
        name=parcel.name,
        media_type=parcel.media_type,
        envelope=transport.envelope,
        bare=bare(parcel.content),
        content=parcel.content,
        answer=answer,
        against=against,
    )


def from_book(conn: sa.Connection, number: str) -> tuple[Order, str]:
    """An order of the book as it stands, and the key under which it goes (or went). Raises LookupError."""
    row = book.get(conn, number)
    if row is None:
        raise LookupError(f"there is no order {number}")
    return row.order, journal.message_key(row.id, Order.__name__, 1)


def example(office: Office, supplier: Supplier, texts: Mapping[str, str]) -> Order:
    """The example order of the supplier's own tables, addressed to it. `texts` are the mapping files."""
    codec = _dialect(office, supplier).codec(Order.__name__)
    found = exemplar(codec.table, texts)
    if not isinstance(found, Order):
        raise reject("rehearse-example", f"the example of {codec.name} is no order", codec.table.root.place)
    known = supplier.participant
    company = Identifier(value=str(supplier.org_number), scheme="0007")
    endpoint = Identifier(value=known.value, scheme=known.scheme) if known is not None else company
    seller = replace(found.seller, endpoint=endpoint, name=supplier.name, legal_name=supplier.name, legal_id=company)
    return replace(found, seller=seller)


def _dialect(office: Office, supplier: Supplier) -> Dialect:
    found = office.dialects.get(supplier.dialect)
    if found is None:
        why = f"no mapping is called {supplier.dialect!r}: add it under mappings, or correct the supplier's dialect"
        raise reject("unknown-dialect", why, Place(source="suppliers.yaml", line=supplier.line or None))
    return found


def _lenient(office: Office, supplier: Supplier) -> Office:
    """The office with this supplier only, and a policy that lets everything be written; the real one is asked later."""
    policies = replace(supplier.rules, outbound=every("warn"))
    return dataclasses.replace(office, suppliers=Suppliers([replace(supplier, rules=policies)]))


def _draft(supplier: Supplier, document: Document, key: str) -> Draft:
    """As a message of the journal would be that has yet to be written; one in no book gets a key of its own."""
    facts: dict[str, Any] = dict.fromkeys(Message.__struct_fields__)
    kind = type(document).__name__
    facts |= {"supplier_id": supplier.id, "document": kind, "state": MessageState.QUEUED, "name": "", "id": "rehearsal"}
    facts["key"] = key or str(uuid5(NAMESPACE_URL, f"urn:avrop:rehearsal:{document.number}"))
    number = getattr(document, "order", None) or document.number
    return Draft(message=journal.message_of(facts), number=number, document=document, written=None)


def _answer(verdicts: tuple[Verdict, ...], supplier: Supplier) -> tuple[Answer, tuple[Finding, ...]]:
    try:
        against = judging.refused(verdicts, supplier.rules.outbound)
    except Unjudged as failure:
        return "unjudged", (Finding(rule="rules-unavailable", message=str(failure), fatal=False),)
    return ("refused" if against else "goes"), against


def _way(office: Office, supplier: Supplier) -> Way:
    with office.engine.connect() as conn:
        lane = halting.lane_of(conn, supplier.id)
        waiting = halting.all_waiting(conn, supplier.id).get(supplier.id, halting.NOTHING)
    leaves = None if lane.paused_by else opens(supplier.lane.windows, office.clock())
    if leaves is not None and lane.next_slot_at is not None:
        leaves = max(leaves, lane.next_slot_at)
    return Way(
        transport=supplier.transport,
        place=place_of(supplier),
        windows=supplier.lane.windows,
        leaves_at=leaves,
        paused_by=lane.paused_by,
        broken_at=lane.broken_at,
        waiting=waiting.count,
    )
