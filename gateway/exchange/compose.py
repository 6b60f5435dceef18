"""From a journaled message to the parcel that travels: the bytes are written once, and journaled before they leave."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import sqlalchemy as sa

from gateway.exchange import documents, journal, judging, verdicts
from gateway.exchange.journal import Message
from gateway.exchange.office import Office
from gateway.findings import Finding, Place, Rejected, reject
from gateway.formats import Dialect, sbdh
from gateway.formats.contract import Codec
from gateway.model import Document
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.rules.verdict import Verdict
from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Parcel, Transport

_XML = "application/xml"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message with what its parcel is made of: order, document, and the bytes if they were written before."""

    message: Message
    row: OrderRow | None
    document: Document | None
    written: bytes | None


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    supplier: Supplier
    transport: Transport
    parcel: Parcel


def draft(conn: sa.Connection, message: Message) -> Draft:
    row = book.get(conn, message.order_id) if message.order_id is not None else None
    written = journal.raw(conn, message.id) if message.journaled_at is not None else None
    return Draft(message=message, row=row, document=documents.of_message(conn, message, row), written=written)


def compose(office: Office, found: Draft) -> Outgoing:
    """The parcel of a message, its bytes journaled and committed.

    `Rejected` says what is missing, inexpressible or against the rules; `Unjudged` that these cannot be applied now.
    """
    message = found.message
    supplier = _supplier(office, message)
    place = Place(source="suppliers.yaml", line=supplier.line or None)
    transport = office.transports.get(supplier.transport)
    if transport is None or supplier.by_hand:
        why = f"sending by {supplier.transport} is not built: order by hand, or give {supplier.id} another transport"
        raise reject("transport-not-built", why, place)
    dialect = office.dialects.get(supplier.dialect)
    if dialect is None:
        why = f"no mapping is called {supplier.dialect!r}: add it under mappings, or correct the supplier's dialect"
        raise reject("unknown-dialect", why, place)
    if found.written is not None and message.transport != supplier.transport:
        why = f"it was written for {message.transport}, and {supplier.id} is now reached by {supplier.transport}"
        raise reject("transport-changed", why, place)
    codec = dialect.codec(message.document or "Order")
    name = message.name or _name(found, codec)
    content = found.written
    if content is None:
        content = _journaled(office, found, supplier, name, _written(office, found, supplier, transport, dialect))
    media_type = _XML if transport.envelope == "sbdh" else codec.media_type
    # Bytes were journaled before: an attempt may have been made, also by a worker that was killed.
    resent = found.written is not None
    parcel = Parcel(key=message.key or "", name=name, content=content, media_type=media_type, resent=resent)
    return Outgoing(supplier=supplier, transport=transport, parcel=parcel)


def _supplier(office: Office, message: Message) -> Supplier:
    supplier = office.suppliers.get(message.supplier_id or "")
    if supplier is None:
        why = f"no supplier is called {message.supplier_id!r}: correct suppliers.yaml, then release the message"
        raise reject("unknown-supplier", why, Place(source="suppliers.yaml"))
    return supplier


class _Written(msgspec.Struct, frozen=True, kw_only=True):
    """The bytes as they travel, what the rules say of them, and what of that is noted with the message."""

    content: bytes
    verdicts: tuple[Verdict, ...]
    noted: tuple[Finding, ...]


def _written(office: Office, found: Draft, supplier: Supplier, transport: Transport, dialect: Dialect) -> _Written:
    if found.document is None:
        raise reject("unknown-order", f"message {found.message.id} has no order in the book and no document of its own")
    document = documents.spoken(found.document, dialect)
    content = dialect.write(document)
    given = judging.outgoing(office, document, dialect, content)
    if against := judging.refused(given, supplier.rules.outbound):
        with office.engine.begin() as conn:
            verdicts.keep(conn, found.message.id, given, office.clock())
        raise Rejected(against)
    wrapped = _wrapped(office, found, supplier, content) if transport.envelope == "sbdh" else content
    return _Written(content=wrapped, verdicts=given, noted=judging.noted(given, supplier.rules.outbound))


def _wrapped(office: Office, found: Draft, supplier: Supplier, content: bytes) -> bytes:
    if supplier.participant is None:
        why = f"{supplier.id} has no participant identifier, and {supplier.transport} delivers by it"
        raise reject("no-participant", why, Place(source="suppliers.yaml", line=supplier.line or None))
    sender = office.settings.municipality.participant
    header = sbdh.header_for(content, sender, supplier.participant, found.message.key or "", office.clock())
    return sbdh.wrap(content, header)


def _journaled(office: Office, found: Draft, supplier: Supplier, name: str, written: _Written) -> bytes:
    with office.engine.begin() as conn:
        now, how = office.clock(), {"transport": supplier.transport, "dialect": supplier.dialect, "name": name}
        verdicts.keep(conn, found.message.id, written.verdicts, now)
        journal.add_findings(conn, found.message.id, written.noted, now)
        return journal.keep_bytes(conn, found.message.id, written.content, now, **how)


def _name(found: Draft, codec: Codec) -> str:
    """The file name: readable, and the same on every attempt."""
    number = found.row.number if found.row is not None else found.message.sequence
    suffix = codec.suffix if codec.suffix.startswith(".") else f".{codec.suffix}"
    return f"{codec.document.lower()}-{number}-{(found.message.key or '')[:8]}{suffix}"
