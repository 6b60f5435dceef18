"""From journaled messages to the parcels that travel: bytes are written once, and committed before they leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import documents, house_mail, journal, judging, verdicts
from gateway.exchange.batches import Written, keep_all
from gateway.exchange.journal import Message
from gateway.exchange.office import Office
from gateway.exchange.tables import message_documents, messages, revisions
from gateway.exchange.wrapping import Bare, as_it_travels, as_judged, named, wrapped
from gateway.findings import Finding, Place, Rejected, reject
from gateway.formats import Dialect
from gateway.formats.contract import Codec
from gateway.model import DOCUMENTS, Document, Order
from gateway.orders.tables import orders
from gateway.rules.verdict import Verdict
from gateway.suppliers.revisions import Connection, supplier_with
from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Parcel, Transport


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message with what its parcel is made of: the order's number, the document, bytes written before, and how
    its supplier was reached where an earlier attempt may have arrived."""

    message: Message
    number: str | None
    document: Document | None
    written: bytes | None
    connection: Connection | None = None
    unreadable: Exception | None = None


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A parcel, and by which way it goes; `fresh` are the verdicts and notes of bytes that were written just now."""

    message: Message
    number: str | None
    supplier: Supplier
    transport: Transport
    parcel: Parcel
    fresh: tuple[tuple[Verdict, ...], tuple[Finding, ...]] | None


class Withheld(Rejected):
    """It breaks a rule that its supplier's policy obeys; `given` are the verdicts on it."""

    def __init__(self, findings: Sequence[Finding], given: tuple[Verdict, ...]) -> None:
        super().__init__(findings)
        self.given = given


def drafts(conn: sa.Connection, message_ids: Sequence[UUID]) -> list[Draft]:
    """These messages and what they say, in the order of the ids; unknown ones are left out."""
    columns = [column for column in messages.c if column.name != "raw"]
    written = sa.case((messages.c.journaled_at.is_not(None), messages.c.raw)).label("written")
    order, kept = sa.cast(orders.c.document, sa.Text), sa.cast(message_documents.c.document, sa.Text)
    facts = (written, orders.c.number, orders.c.version, order.label("order"), kept.label("kept"), revisions.c.settings)
    joined = messages.outerjoin(orders, messages.c.order_id == orders.c.id).outerjoin(message_documents)
    joined = joined.outerjoin(revisions, messages.c.revision == revisions.c.digest)
    mine = messages.c.id == sa.any_(sa.literal(list(message_ids), sa.ARRAY(sa.UUID)))
    found = {row.id: row for row in conn.execute(sa.select(*columns, *facts).select_from(joined).where(mine))}
    return [_draft(conn, found[one]) for one in message_ids if one in found]


def _draft(conn: sa.Connection, row: Any) -> Draft:
    facts = row._mapping
    message = journal.message_of({name: facts[name] for name in Message.__struct_fields__})
    given = {"message": message, "number": row.number, "written": row.written, "connection": row.settings}
    try:
        return Draft(document=_document(conn, message, row), **given)
    except (msgspec.MsgspecError, KeyError) as error:  # another version of this program may have kept it
        return Draft(document=None, unreadable=error, **given)


def _document(conn: sa.Connection, message: Message, row: Any) -> Document | None:
    if message.document == Order.__name__ and row.version == 1 and row.kept is None:
        return msgspec.json.decode(row.order, type=Order)
    if row.kept is not None:
        return msgspec.json.decode(row.kept, type=DOCUMENTS[message.document or ""], strict=False)
    if message.order_id is not None and message.document == Order.__name__:
        return documents.first_version(conn, message.order_id)
    return None


def compose(office: Office, found: Draft) -> Outgoing:
    """The parcel of a message, to be journaled by `keep` before it goes. Touches no database.

    `Rejected` says what is missing, inexpressible or against the rules; `Unjudged` that these cannot be applied now.
    """
    message = found.message
    supplier = _supplier(office, message, found.connection)
    place = Place(source="suppliers.yaml", line=supplier.line or None)
    transport = office.transports.get(supplier.transport)
    if message.transport == house_mail.MAIL:
        supplier, transport = house_mail.reached(office, supplier)
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
    codec = dialect.codec(message.document or Order.__name__)
    content: bytes | None = found.written
    fresh: tuple[tuple[Verdict, ...], tuple[Finding, ...]] | None = None
    if content is None:
        content, given, noted = _written(office, found, supplier, transport, dialect)
        fresh = given, noted
    name, media_type = as_it_travels(transport.envelope, _name(found, codec), codec.media_type, content)
    parcel = Parcel(
        key=message.key or "",
        name=message.name or name,
        content=content,
        media_type=media_type,
        # Bytes were journaled before: an attempt may have been made, also by a worker that was killed.
        resent=found.written is not None,
    )
    return Outgoing(
        message=message, number=found.number, supplier=supplier, transport=transport, parcel=parcel, fresh=fresh
    )


def keep(conn: sa.Connection, composed: Sequence[Outgoing], office: Office) -> list[Outgoing]:
    """Bytes, verdicts and notes of everything that was written just now; the parcels as they go.

    Where another worker was faster, its bytes are the ones that count.
    """
    now = office.clock()
    fresh = [(one, *one.fresh) for one in composed if one.fresh is not None]
    first = keep_all(conn, [_to_keep(one) for one, _, _ in fresh], now)
    verdicts.keep_all(conn, [(one.message.id, given) for one, given, _ in fresh], now)
    for one, _, noted in fresh:
        journal.add_findings(conn, one.message.id, noted, now)
    return [one if one.fresh is None or one.message.id in first else _earlier(conn, one) for one in composed]


def _earlier(conn: sa.Connection, one: Outgoing) -> Outgoing:
    content = journal.raw(conn, one.message.id)
    if content is None:
        raise LookupError(f"message {one.message.id} has no bytes, and none could be kept")
    return replace(one, parcel=msgspec.structs.replace(one.parcel, content=content, resent=True))


def _to_keep(one: Outgoing) -> Written:
    how = {"transport": one.supplier.transport, "dialect": one.supplier.dialect, "name": one.parcel.name}
    return Written(id=one.message.id, raw=one.parcel.content, **how)


def _supplier(office: Office, message: Message, connection: Connection | None) -> Supplier:
    """As suppliers.yaml has it now; as it was where only that place can tell whether the message arrived."""
    supplier = office.suppliers.get(message.supplier_id or "")
    if supplier is None:
        why = f"no supplier is called {message.supplier_id!r}: correct suppliers.yaml, then release the message"
        raise reject("unknown-supplier", why, Place(source="suppliers.yaml"))
    try:
        return supplier_with(supplier, connection, office.transports) if connection is not None else supplier
    except ValueError as error:
        raise reject("settings-gone", f"{error}; find out whether it arrived, then release or close it") from None


def _written(
    office: Office, found: Draft, supplier: Supplier, transport: Transport, dialect: Dialect
) -> tuple[bytes, tuple[Verdict, ...], tuple[Finding, ...]]:
    """The bytes as they travel, what the rules say of them, and what of that is noted with the message."""
    if found.unreadable is not None:
        raise found.unreadable
    if found.document is None:
        raise reject("unknown-order", f"message {found.message.id} has no order in the book and no document of its own")
    key = found.message.key or ""
    document = named(office, transport.envelope, documents.spoken(found.document, dialect), key)
    content = dialect.write(document)
    given = judging.outgoing(office, document, dialect, as_judged(office, supplier, content, key))
    if against := judging.refused(given, supplier.rules.outbound):
        raise Withheld(against, given)
    codec = dialect.codec(type(document).__name__)
    bare = Bare(document=document, content=content, name=_name(found, codec), media_type=codec.media_type, key=key)
    return wrapped(office, supplier, transport.envelope, bare), given, judging.noted(given, supplier.rules.outbound)


def _name(found: Draft, codec: Codec) -> str:
    """The file name: readable, and the same on every attempt."""
    number = found.number if found.number is not None else found.message.sequence
    suffix = codec.suffix if codec.suffix.startswith(".") else f".{codec.suffix}"
    return f"{codec.document.lower()}-{number}-{(found.message.key or '')[:8]}{suffix}"
