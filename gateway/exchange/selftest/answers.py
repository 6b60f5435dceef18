"""What has come about a test order, read again as the supplier's dialect has it."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from gateway.exchange import journal
from gateway.exchange.envelope import opened
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.office import Office
from gateway.exchange.tables import messages
from gateway.findings import Finding, Rejected
from gateway.model import DespatchAdvice, Document, OrderResponse
from gateway.orders.book import OrderRow

_BAD = (MessageState.REJECTED, MessageState.UNMATCHED, MessageState.REFUSED)
_SEARCHED = 2_000_000


class Came(msgspec.Struct, frozen=True, kw_only=True):
    """`responses` and `advices` in the order in which they came; `bad` is what they sent and nobody can use.

    `strangers` came from them meanwhile, cannot be used either, and may be about something else.
    """

    responses: tuple[OrderResponse, ...] = ()
    advices: tuple[DespatchAdvice, ...] = ()
    bad: tuple[tuple[Message, tuple[Finding, ...]], ...] = ()
    strangers: tuple[tuple[Message, tuple[Finding, ...]], ...] = ()


def came(conn: sa.Connection, office: Office, row: OrderRow, since: datetime) -> Came:
    """Everything so far, from the journal alone: a self-test that is resumed sees the same."""
    known = [one for one in journal.of_order(conn, row.id) if one.direction == "in"]
    documents = [_read(conn, office, one) for one in known if one.state is MessageState.PROCESSED]
    bad = [one for one in known if one.state in _BAD]
    lost = _lost(conn, row, since)
    ours = [one for one in lost if _names(conn, one, row.number)]
    return Came(
        responses=tuple(one for one in documents if isinstance(one, OrderResponse)),
        advices=tuple(one for one in documents if isinstance(one, DespatchAdvice)),
        bad=tuple((one, tuple(journal.findings_of(conn, one.id))) for one in [*bad, *ours]),
        strangers=tuple((one, tuple(journal.findings_of(conn, one.id))) for one in lost if one not in ours),
    )


def _read(conn: sa.Connection, office: Office, message: Message) -> Document | None:
    try:
        supplier, payload = opened(office, message, journal.raw(conn, message.id) or b"")
        return office.dialects[supplier.dialect].read(payload, message.source).document
    except (Rejected, KeyError):
        return None  # the supplier's dialect was changed meanwhile


def _lost(conn: sa.Connection, row: OrderRow, since: datetime) -> list[Message]:
    """What came from this supplier since, found no order, and waits for a person."""
    theirs = (messages.c.supplier_id == row.supplier_id) & (messages.c.direction == "in")
    stuck = messages.c.state.in_([state.value for state in _BAD]) & messages.c.order_id.is_(None)
    wanted = sa.select(messages.c.id).where(theirs, stuck, messages.c.created_at >= since)
    found = conn.scalars(wanted.order_by(messages.c.sequence)).all()
    return [message for message_id in found if (message := journal.get(conn, message_id)) is not None]


def _names(conn: sa.Connection, message: Message, number: str) -> bool:
    """Whether the order's number stands in its file name or anywhere in its bytes."""
    if number in message.name:
        return True
    raw = (journal.raw(conn, message.id) or b"")[:_SEARCHED]
    return number.encode() in raw or number.encode("utf-16-le") in raw
