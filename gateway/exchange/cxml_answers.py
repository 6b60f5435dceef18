"""Which of our requests a cXML confirmation answers: it names its payloadID, and we know it by its number."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import journal
from gateway.exchange.cxml_heads import key_of
from gateway.exchange.documents import CHANGES
from gateway.exchange.tables import message_documents, messages
from gateway.formats.cxml.envelope import is_cxml, try_open
from gateway.model import Document, OrderResponse
from gateway.suppliers.supplier import Supplier

_HEAD = 8000


def meant(conn: sa.Connection, supplier: Supplier, payload: bytes, document: Document) -> Document:
    """The document; a response that names a change or a cancellation of ours by payloadID says its number."""
    if not isinstance(document, OrderResponse) or not is_cxml(payload[:_HEAD]):
        return document
    found = try_open(payload)
    body = found.body if found is not None else None
    named = body.find("OrderReference/DocumentReference") if body is not None else None
    number = _number(conn, supplier, named.get("payloadID", "")) if named is not None else None
    return replace(document, change=number) if number is not None else document


def _number(conn: sa.Connection, supplier: Supplier, payload_id: str) -> str | None:
    """The number of the change or cancellation that went to this supplier under a payloadID."""
    wanted = sa.select(message_documents.c.document).join(messages, messages.c.id == message_documents.c.message_id)
    wanted = wanted.where(messages.c.key == journal.storable(key_of(payload_id)), messages.c.direction == "out")
    wanted = wanted.where(messages.c.supplier_id == supplier.id, messages.c.document.in_(CHANGES))
    kept: dict[str, Any] | None = conn.execute(wanted).scalar()
    return str(kept["number"]) if kept is not None else None
