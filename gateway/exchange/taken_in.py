"""What others say of a message of ours after they took it, by cXML StatusUpdateRequest or Peppol T71."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gateway.exchange import deadlines, journal, log, tasks
from gateway.exchange.allowed import UNSENT
from gateway.exchange.cxml_heads import key_of
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.send import hold_in
from gateway.exchange.tables import messages
from gateway.findings import Finding, Place
from gateway.model import MessageLevelResponse, Order
from gateway.orders import book
from gateway.orders.lifecycle import Event
from gateway.suppliers.supplier import Supplier

_REFUSED, _TAKEN = "RE", "AP"


def told(
    conn: sa.Connection, message: Message, supplier: Supplier, said: MessageLevelResponse, now: datetime
) -> tuple[Finding, ...]:
    """Yes to an order acknowledges it; no brings the message to a person, as if it had been refused at once.

    A fatal finding: it names no message of ours to this supplier, and nothing was done.
    """
    about = _named(conn, supplier, said.message)
    if about is None:
        why = f"no message to {supplier.id} travelled under {said.message!r}: ask them which one is meant"
        return (Finding(rule="status-unknown-message", message=why, place=Place(source=message.source)),)
    journal.change(conn, message.id, order_id=about.order_id, test=about.test)
    words = journal.storable(" ".join((said.description or said.code).split())[:300])
    if said.code == _REFUSED:
        _refused(conn, about, words, now)
    elif about.state is MessageState.SENT:
        _heard(conn, message, about, supplier, f"{said.code} {words}", said.code == _TAKEN, now)
    log.say("status_update", message=about.id, supplier=supplier.id, code=said.code, said=words)
    return ()


def _named(conn: sa.Connection, supplier: Supplier, name: str) -> Message | None:
    """The message, locked behind its order as whoever records outcomes locks them."""
    mine = (messages.c.direction == "out") & (messages.c.supplier_id == supplier.id)
    row = conn.execute(
        sa.select(messages.c.id, messages.c.order_id).where(mine, messages.c.key == journal.storable(key_of(name)))
    ).first()
    if row is None:
        return None
    if row.order_id is not None:
        book.lock(conn, row.order_id)
    return journal.get(conn, row.id, lock=True)


def _refused(conn: sa.Connection, about: Message, words: str, now: datetime) -> None:
    finding = Finding(rule="status-refused", message=f"after they had taken it they said: {words}")
    if about.state is not MessageState.SENT and about.state not in UNSENT:
        journal.add_findings(conn, about.id, [finding], now)
        return
    journal.change(conn, about.id, done_at=None, follow_at=None)
    deadlines.call_off(conn, about)
    hold_in(conn, about, tasks.Kind.REFUSED, "they took it and refused it later", [finding], now)


def _heard(
    conn: sa.Connection, message: Message, about: Message, supplier: Supplier, said: str, taken: bool, now: datetime
) -> None:
    journal.change(conn, about.id, receipt=f"{about.receipt or ''}; later: {said}".removeprefix("; "))
    if taken and about.order_id is not None and about.document == Order.__name__:
        detail = {"message": str(message.id), "receipt": said}
        book.record(conn, about.order_id, Event.ACKNOWLEDGED, supplier.name, now, detail)
        deadlines.answered(conn, about.order_id, now)
