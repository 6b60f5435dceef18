"""Where no worker runs, a self-test does for its supplier what a worker would, and touches nobody else's messages."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from gateway.exchange import journal, judging
from gateway.exchange.alone import deliver
from gateway.exchange.envelope import opened
from gateway.exchange.follow import follow
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.office import Office
from gateway.exchange.poll import is_polled, poll
from gateway.exchange.process import process
from gateway.exchange.tables import messages
from gateway.findings import Rejected
from gateway.suppliers.supplier import Supplier

_UNSENT = (MessageState.QUEUED, MessageState.WAITING)


def turn(office: Office, supplier: Supplier, order_id: UUID) -> None:
    """Sends what is due of this order, asks what became of it, fetches from the supplier, and reads what came."""
    now = office.clock()
    with office.engine.begin() as conn:
        mine = [one for one in journal.of_order(conn, order_id) if one.direction == "out"]
    for message in mine:
        if message.state in _UNSENT and (message.next_at is None or message.next_at <= now):
            deliver(office, message.id)
        elif message.follow_at is not None and message.follow_at <= now:
            follow(office, message.id)
    if is_polled(office, supplier):
        poll(office, supplier)
    for message in list(_unread(office, supplier)):
        given = judging.incoming(office, message.id)
        with office.engine.begin() as conn:
            process(conn, message.id, office, office.clock(), given)


def _unread(office: Office, supplier: Supplier) -> Iterator[Message]:
    """What waits to be read and is this supplier's; who sent an envelope stands inside it."""
    fresh = (messages.c.direction == "in") & (messages.c.state == MessageState.RECEIVED.value)
    theirs = messages.c.supplier_id.is_(None) | (messages.c.supplier_id == supplier.id)
    with office.engine.begin() as conn:
        for message_id in conn.scalars(sa.select(messages.c.id).where(fresh, theirs)).all():
            message, raw = journal.get(conn, message_id), journal.raw(conn, message_id) or b""
            if message is not None and _sender(office, message, raw) == supplier.id:
                yield message


def _sender(office: Office, message: Message, raw: bytes) -> str | None:
    if message.supplier_id is not None:
        return message.supplier_id
    try:
        return opened(office, message, raw)[0].id
    except Rejected:
        return None
