"""What we ask of an order that was sent: a change, a cancellation, yes to an offer. It travels behind its order.

Everything happens in the caller's transaction. What cannot be asked raises `Rejected` and leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import documents, journal, lane_store, log, tasks
from gateway.exchange.journal import MessageState
from gateway.findings import Place, Rejected, reject
from gateway.formats import Dialect
from gateway.model import Order, OrderCancellation, OrderChange
from gateway.orders import book, versions
from gateway.orders.amend import cancellation_of, change_of
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import OPEN_TO_CHANGE, PENDING, Event, State
from gateway.orders.versions import Standing, Version
from gateway.suppliers.supplier import Supplier

CANCELLATIONS = "X"
_CHANGES = "C"
_SETTLED = {
    (State.CHANGE_PENDING, True): Event.CHANGE_ACCEPTED,
    (State.CHANGE_PENDING, False): Event.CHANGE_REFUSED,
    (State.CANCEL_PENDING, True): Event.CANCEL_ACCEPTED,
    (State.CANCEL_PENDING, False): Event.CANCEL_REFUSED,
}


def change(
    conn: sa.Connection,
    order_id: UUID,
    order: Order,
    supplier: Supplier,
    dialects: Mapping[str, Dialect],
    actor: object,
    now: datetime,
) -> OrderChange:
    """Asks the supplier for the order as `order` has it, whole; what was sent off. The standing version stands on."""
    row = _open(conn, order_id, supplier, dialects)
    known = versions.of_order(conn, order_id)
    sequence, number = _next(row, known)
    asked = change_of(row.order, order, number, sequence, now)
    same = all(line.status == "4" for line in asked.lines) and order == row.order
    if same and row.state is not State.PROPOSED:  # there it says: as we ordered it, and not as you offer it
        raise _no(row, "no-change", "nothing is different from what stands: there is nothing to ask for")
    versions.add(conn, order_id, order, Standing.PROPOSED, now, change=number, sequence=sequence)
    _ask(conn, row, asked, supplier, Event.CHANGE_ASKED, actor, now)
    return asked


def accept_offer(
    conn: sa.Connection,
    order_id: UUID,
    supplier: Supplier,
    dialects: Mapping[str, Dialect],
    actor: object,
    now: datetime,
) -> OrderChange:
    """Yes to what the supplier offered: it goes back as a change, and is agreed at once."""
    row = _open(conn, order_id, supplier, dialects)
    known = versions.of_order(conn, order_id)
    offer = next((one for one in reversed(known) if one.state is Standing.OFFERED), None)
    if row.state is not State.PROPOSED or offer is None:
        raise _no(
            row, "no-offer", f"it is {row.state.value}: the supplier has offered nothing that waits for an answer"
        )
    sequence, number = _next(row, known)
    versions.sent_as(conn, order_id, offer.version, number, sequence)
    agreed = change_of(row.order, offer.order, number, sequence, now)
    _ask(conn, row, agreed, supplier, Event.PROPOSAL_ACCEPTED, actor, now)
    return agreed


def cancel(
    conn: sa.Connection,
    order_id: UUID,
    reason: str,
    supplier: Supplier,
    dialects: Mapping[str, Dialect],
    actor: object,
    now: datetime,
) -> OrderCancellation:
    """Asks the supplier to take the whole order back; an offer that waits for our answer is ended by it."""
    row = _open(conn, order_id, supplier, dialects)
    if not reason.strip():
        raise _no(row, "no-reason", "the supplier is told why: give a reason")
    nth = sum(event.event is Event.CANCEL_ASKED for event in book.timeline(conn, order_id)) + 1
    asked = cancellation_of(row.order, f"{row.number}-{CANCELLATIONS}{nth}", reason.strip(), now)
    _ask(conn, row, asked, supplier, Event.CANCEL_ASKED, actor, now)
    return asked


_UNSENT = (MessageState.QUEUED, MessageState.WAITING, MessageState.HELD)


def settle(conn: sa.Connection, order_id: UUID, accepted: bool, actor: object, note: str, now: datetime) -> State:
    """What a person learned of a pending change or cancellation, by telephone for example; if unsent, it stays here."""
    row = _found(conn, order_id)
    if row.state not in PENDING:
        raise _no(row, "nothing-pending", f"it is {row.state.value}: nothing waits for an answer")
    for message in journal.of_order(conn, order_id):
        if message.document in documents.CHANGES and message.state in _UNSENT:
            journal.change(conn, message.id, state=MessageState.CLOSED.value, done_at=now)
            tasks.close_for_message(conn, message.id, actor, "settled", now)
    return book.record(conn, order_id, _SETTLED[row.state, accepted], actor, now, {"note": note, "by_hand": True})


def _found(conn: sa.Connection, order_id: UUID) -> OrderRow:
    """The order, locked: two who ask at the same moment ask one after the other."""
    book.lock(conn, order_id)
    row = book.get(conn, order_id)
    if row is None:
        raise LookupError(f"there is no order {order_id}")
    return row


def _open(conn: sa.Connection, order_id: UUID, supplier: Supplier, dialects: Mapping[str, Dialect]) -> OrderRow:
    """The order, if the supplier can be asked about it now."""
    row = _found(conn, order_id)
    if not documents.takes_changes(dialects.get(supplier.dialect)):
        why = f"{supplier.name} takes plain orders only: tell them by telephone or e-mail"
        raise _no(row, "no-advanced-ordering", why)
    if row.state in PENDING:
        why = f"it is {row.state.value}: one thing is asked at a time, wait for the answer to it"
        raise _no(row, "already-pending", why)
    if row.state not in OPEN_TO_CHANGE:
        raise _no(row, "not-open", f"it is {row.state.value}: nothing can be changed or cancelled any more")
    sent = [one for one in journal.of_order(conn, order_id) if one.document == Order.__name__]
    if not any(one.state in (MessageState.QUEUED, MessageState.WAITING, MessageState.SENT) for one in sent):
        raise _no(row, "never-sent", "it did not go out as a message: who was told of it must be told of this too")
    return row


def _no(row: OrderRow, rule: str, why: str) -> Rejected:
    return reject(rule, f"order {row.number} stays as it is: {why}", Place(source=row.number))


def _next(row: OrderRow, known: list[Version]) -> tuple[int, str]:
    """Sequence and number of the next change: T114 counts 1, 2, 3 without gaps, refused ones included."""
    sequence = max((one.sequence or 0 for one in known), default=0) + 1
    return sequence, f"{row.number}-{_CHANGES}{sequence}"


def _ask(
    conn: sa.Connection,
    row: OrderRow,
    asked: OrderChange | OrderCancellation,
    supplier: Supplier,
    event: Event,
    actor: object,
    now: datetime,
) -> None:
    """Message, document, job and event together; the key is the same on every attempt, after a crash too."""
    kind = type(asked).__name__
    asked = msgspec.structs.replace(asked, order_key=journal.message_key(row.id, Order.__name__, 1))
    how = {"supplier_id": supplier.id, "dialect": supplier.dialect, "transport": supplier.transport, "test": row.test}
    nth = int(asked.number.rsplit("-", 1)[1][1:])
    key = journal.message_key(row.id, kind, nth)
    message_id = journal.add(conn, "out", MessageState.QUEUED, now, **how, document=kind, order_id=row.id, key=key)
    documents.keep(conn, message_id, asked)
    detail = {"number": asked.number, "message": str(message_id)}
    if isinstance(asked, OrderCancellation):
        detail["reason"] = asked.reason
    book.record(conn, row.id, event, actor, now, detail)
    lane_store.stir(conn, supplier.id, now)
    log.say(event.value, message=message_id, order=row.number, supplier=supplier.id)
