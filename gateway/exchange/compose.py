"""From a journaled message to the parcel that travels: the bytes are written once, and journaled before they leave."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gateway.exchange import journal
from gateway.exchange.journal import Message
from gateway.exchange.office import Office
from gateway.findings import Place, reject
from gateway.formats import sbdh
from gateway.formats.contract import Codec
from gateway.orders import book
from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Parcel, Transport

_XML = "application/xml"


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    supplier: Supplier
    transport: Transport
    parcel: Parcel


def compose(office: Office, message: Message) -> Outgoing:
    """The parcel of `message`, its bytes journaled and committed. `Rejected` says what is missing or inexpressible."""
    supplier = _supplier(office, message)
    transport = office.transports.get(supplier.transport)
    if transport is None or supplier.by_hand:
        why = f"sending by {supplier.transport} is not built: order by hand, or give {supplier.id} another transport"
        raise reject("transport-not-built", why, Place(source="suppliers.yaml", line=supplier.line or None))
    dialect = office.dialects.get(supplier.dialect)
    if dialect is None:
        why = f"no mapping is called {supplier.dialect!r}: add it under mappings, or correct the supplier's dialect"
        raise reject("unknown-dialect", why, Place(source="suppliers.yaml", line=supplier.line or None))
    if message.journaled_at is not None and message.transport != supplier.transport:
        why = f"it was written for {message.transport}, and {supplier.id} is now reached by {supplier.transport}"
        raise reject("transport-changed", why)
    codec = dialect.codec(message.document or "Order")
    parcel = Parcel(
        key=message.key or "",
        name=_name(office, message, codec),
        content=_journaled(office, message, supplier, transport, codec),
        media_type=_XML if transport.envelope == "sbdh" else codec.media_type,
        # Bytes were journaled before: an attempt may have been made, also by a worker that was killed.
        resent=message.journaled_at is not None,
    )
    return Outgoing(supplier=supplier, transport=transport, parcel=parcel)


def _supplier(office: Office, message: Message) -> Supplier:
    supplier = office.suppliers.get(message.supplier_id or "")
    if supplier is None:
        why = f"no supplier is called {message.supplier_id!r}: correct suppliers.yaml, then release the message"
        raise reject("unknown-supplier", why, Place(source="suppliers.yaml"))
    return supplier


def _journaled(office: Office, message: Message, supplier: Supplier, transport: Transport, codec: Codec) -> bytes:
    with office.engine.begin() as conn:
        written = journal.raw(conn, message.id)
        row = book.get(conn, message.order_id) if message.order_id is not None else None
    if written is not None:
        return written
    if row is None:
        raise reject("unknown-order", f"message {message.id} has no order in the book")
    content = codec.write(row.order)
    if transport.envelope == "sbdh":
        content = _enveloped(office, content, message, supplier)
    with office.engine.begin() as conn:
        journal.change(conn, message.id, transport=supplier.transport, dialect=supplier.dialect)
        return journal.keep_bytes(conn, message.id, content, office.clock())


def _enveloped(office: Office, payload: bytes, message: Message, supplier: Supplier) -> bytes:
    if supplier.participant is None:
        why = f"{supplier.id} has no participant identifier, and {supplier.transport} delivers by it"
        raise reject("no-participant", why, Place(source="suppliers.yaml", line=supplier.line or None))
    sender = office.settings.municipality.participant
    header = sbdh.header_for(payload, sender, supplier.participant, message.key or "", office.clock())
    return sbdh.wrap(payload, header)


def _name(office: Office, message: Message, codec: Codec) -> str:
    """The file name: readable, and the same on every attempt."""
    if message.name:
        return message.name
    with office.engine.begin() as conn:
        row = book.get(conn, message.order_id) if isinstance(message.order_id, UUID) else None
        number = row.number if row is not None else message.sequence
        suffix = codec.suffix if codec.suffix.startswith(".") else f".{codec.suffix}"
        name = f"{codec.document.lower()}-{number}-{(message.key or '')[:8]}{suffix}"
        journal.change(conn, message.id, name=name)
    return name
