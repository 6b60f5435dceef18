"""What a message says, before it is written in anybody's dialect."""

from __future__ import annotations

from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange.journal import Message
from gateway.exchange.tables import message_documents
from gateway.formats import CHANGES, Dialect
from gateway.model import DOCUMENTS, Document, Order
from gateway.orders import versions
from gateway.orders.amend import ADVANCED
from gateway.orders.book import OrderRow

__all__ = ["CHANGES", "advanced", "keep", "of_message", "replace", "spoken", "takes_changes"]


def takes_changes(dialect: Dialect | None) -> bool:
    """Whether a supplier who speaks this dialect can be asked for changes; None: no documents are sent."""
    return dialect is not None and dialect.takes_changes


def advanced(dialect: Dialect | None) -> bool:
    """Whether a supplier who speaks it has agreed to Peppol Advanced Ordering: what they offer waits for our yes."""
    return dialect is not None and dialect.advanced


def keep(conn: sa.Connection, message_id: UUID, document: Document) -> None:
    """The document that the message will be written from."""
    conn.execute(message_documents.insert().values(message_id=message_id, document=document))


def replace(conn: sa.Connection, message_id: UUID, document: Document) -> None:
    """Another document for a message that nobody has written yet."""
    conn.execute(message_documents.delete().where(message_documents.c.message_id == message_id))
    keep(conn, message_id, document)


def of_message(conn: sa.Connection, message: Message, row: OrderRow | None) -> Document | None:
    """The document of an outgoing message: the one kept with it, or its order `row` as it was placed."""
    wanted = sa.select(message_documents.c.document).where(message_documents.c.message_id == message.id)
    kept = conn.execute(wanted).scalar()
    if kept is not None:
        found: Document = msgspec.convert(kept, DOCUMENTS[message.document or ""], strict=False)
        return found
    if message.order_id is None or message.document != Order.__name__:
        return None
    return row.order if row is not None and row.version == 1 else first_version(conn, message.order_id)


def first_version(conn: sa.Connection, order_id: UUID) -> Order:
    """The order as it was placed."""
    return versions.of_order(conn, order_id)[0].order


def spoken(document: Document, dialect: Dialect) -> Document:
    """The document under the profile that the supplier has agreed to."""
    if isinstance(document, Order) and document.profile is not None and dialect.advanced:
        return msgspec.structs.replace(document, profile=ADVANCED)
    return document
