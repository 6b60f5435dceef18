"""What a supplier said by telephone or e-mail, typed in by a person: an order response like any other from then on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import journal, responses
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.said import TypedAnswer, TypedLine, said_as, wrong
from gateway.findings import Rejected
from gateway.formats import Dialect
from gateway.model import OrderResponse
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import Event
from gateway.suppliers.supplier import Supplier

TRANSPORT = "typed"
"""The channel of these messages in the journal; their bytes are the canonical response as JSON."""

__all__ = ["TRANSPORT", "TypedAnswer", "TypedLine", "type_in"]


def type_in(
    conn: sa.Connection,
    row: OrderRow,
    said: TypedAnswer,
    supplier: Supplier,
    dialects: Mapping[str, Dialect],
    who: object,
    now: datetime,
) -> UUID:
    """Journals the answer and moves the order as a received response would; the message's id. `who` typed it.

    Raises `Rejected` where it cannot be meant so; roll back then. The same answer once more gives the first's id.
    """
    book.lock(conn, row.id)
    standing = book.get(conn, row.id) or row
    earlier = [one for one in journal.of_order(conn, row.id) if one.transport == TRANSPORT]
    if earlier and _told(conn, earlier[-1]) == said_as(standing.order, said, "", now.date()):
        return earlier[-1].id
    if found := tuple(wrong(standing, said)):
        raise Rejected(found)
    number = said.number.strip() or f"{row.number}-T{len(earlier) + 1}"
    response = said_as(standing.order, said, number, now.date())
    message = _journaled(conn, standing, response, supplier, who, now)
    findings = responses.answer(conn, message, supplier, standing, response, dialects, now, typed_by=str(who))
    if any(finding.fatal for finding in findings):
        raise Rejected(findings)
    journal.add_findings(conn, message.id, findings, now)
    return message.id


def _journaled(
    conn: sa.Connection, row: OrderRow, response: OrderResponse, supplier: Supplier, who: object, now: datetime
) -> Message:
    raw = msgspec.json.encode(response)
    facts = {"supplier_id": supplier.id, "transport": TRANSPORT, "document": OrderResponse.__name__, "order_id": row.id}
    facts |= {"source": f"{TRANSPORT}:{journal.storable(str(who))}", "name": f"response-{row.number}.json"}
    facts |= {"raw": raw, "sha256": journal.digest(raw), "journaled_at": now, "done_at": now}
    message = journal.get(conn, journal.add(conn, "in", MessageState.PROCESSED, now, **facts))
    assert message is not None
    return message


def _told(conn: sa.Connection, message: Message) -> OrderResponse | None:
    """What was typed last, without its number, where nothing else has happened to the order since."""
    told = book.timeline(conn, message.order_id) if message.order_id is not None else []
    answers = [one.detail.get("message") for one in told if one.event is not Event.NOTE]
    if not answers or answers[-1] != str(message.id):
        return None
    kept = msgspec.json.decode(journal.raw(conn, message.id) or b"", type=OrderResponse)
    return msgspec.structs.replace(kept, number="")
