"""Edit and resend: a person corrects the document of a message; it is checked, and goes as a new message linked to it.

The number of the document stays, because the supplier's answers are matched by it; the key is new. Checking may take
seconds (official rules), so `check` holds no transaction and `send` asks again only what can have changed since.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import differences, documents, handling, journal, judging, resending
from gateway.exchange.allowed import UNSENT
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.office import Office
from gateway.exchange.retry import Outcome
from gateway.exchange.wrapping import as_judged
from gateway.findings import Finding, Place, Rejected, reject
from gateway.formats import Dialect
from gateway.model import DOCUMENTS, Document, Order, OrderChange
from gateway.orders import book, versions
from gateway.orders.lifecycle import PENDING, TERMINAL
from gateway.rules.verdict import Verdict
from gateway.suppliers.supplier import Supplier

_FROM = UNSENT | {MessageState.HELD, MessageState.SENT, MessageState.SKIPPED}
_FIXED = ("number", "currency", "seller", "order")
_TOLD = 40  # terms named on a timeline; the documents themselves are kept whole


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """A corrected document that may go; with `warnings` only if a person says so once more. `content` is bare."""

    document: Document
    changes: tuple[differences.Change, ...]
    warnings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    content: bytes


def original(conn: sa.Connection, message: Message) -> Document:
    """What the message says. Raises `Rejected` where that cannot be corrected."""
    row = book.get(conn, message.order_id) if message.order_id is not None else None
    found = documents.of_message(conn, message, row)
    if message.direction == "in" or message.state not in _FROM or found is None:
        raise _no(message, "correction-state", f"it is {message.state.value}, and only what we send can be corrected")
    if isinstance(found, OrderChange):
        raise _no(message, "correction-change", "skip it, and ask for the change anew: avrop order change")
    if row is not None and row.state in TERMINAL | PENDING:
        raise _no(message, "message-order-ended", f"its order is {row.state.value}: nothing more is sent for it")
    resending.standing(conn, message)
    if isinstance(found, Order) and row is not None and resending.changed_since(conn, message):
        raise _no(message, "correction-change", "a change of the order came after it: avrop order change")
    return found


def check(office: Office, message_id: UUID, wanted: Document) -> Correction:
    """Everything that can be said of the corrected document before it goes. Raises `Rejected`, or LookupError."""
    with office.engine.begin() as conn:
        message = journal.get(conn, message_id)
        if message is None:
            raise LookupError(f"there is no message {message_id}")
        before = original(conn, message)
        row = book.get(conn, message.order_id) if message.order_id is not None else None
        arrived = _may_have_arrived(conn, message)
    changed = differences.changes(before, wanted)
    _bounded(message, before, wanted, changed)
    supplier, dialect = _speaker(office, message)
    if arrived and isinstance(wanted, Order) and documents.takes_changes(dialect):
        raise _no(message, "correction-sent", "they may have it, and they take changes: avrop order change")
    spoken = documents.spoken(wanted, dialect)
    content = dialect.write(spoken)
    whole = as_judged(office, supplier, content, message.key or "")
    verdicts = judging.outgoing(office, spoken, dialect, whole)
    if against := judging.refused(verdicts, supplier.rules.outbound):
        raise Rejected(against)
    warnings = (*_beyond(row.order if row is not None else None, wanted), *_twice(message, arrived))
    return Correction(document=wanted, changes=changed, warnings=warnings, verdicts=verdicts, content=content)


def send(conn: sa.Connection, message_id: UUID, correction: Correction, actor: object, now: datetime) -> UUID:
    """The new message, on its way; an order in the book says from now on what was sent. Raises `Rejected`."""
    message, _ = handling.locked(conn, message_id)
    original(conn, message)
    told = [str(change) for change in correction.changes[:_TOLD]]
    if isinstance(correction.document, Order) and message.order_id is not None:
        versions.correct(conn, message.order_id, correction.document, now)
    new = resending.follow_up(conn, message, correction.document, actor, now, {"corrected": told})
    more = f" and {len(correction.changes) - len(told)} more" if len(correction.changes) > len(told) else ""
    text = f"{actor} corrected it: {'; '.join(told)}{more}"
    journal.add_findings(conn, new, [Finding(rule="corrected-by-person", message=text, fatal=False)], now)
    return new


def decoded(raw: bytes, kind: str) -> Document:
    """Canonical JSON as a document of this kind; raises `Rejected` with what is wrong in it."""
    try:
        found: Document = msgspec.json.decode(raw, type=DOCUMENTS[kind], strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError) as error:
        raise reject("correction-json", f"this is no {kind} in canonical JSON: {error}") from None
    return found


def _bounded(message: Message, before: Document, wanted: Document, changed: tuple[differences.Change, ...]) -> None:
    if type(before) is not type(wanted):
        raise _no(message, "correction-fixed", f"it is {type(before).__name__}, and stays one")
    if not changed:
        raise _no(message, "correction-none", "nothing is different: to send it as it is, resend it")
    fixed = [name for name in _FIXED if getattr(before, name, None) != getattr(wanted, name, None)]
    if fixed:
        raise _no(message, "correction-fixed", f"{', '.join(fixed)} cannot be corrected: answers are matched by them")


def _speaker(office: Office, message: Message) -> tuple[Supplier, Dialect]:
    supplier = office.suppliers.get(message.supplier_id or "")
    dialect = office.dialects.get(supplier.dialect) if supplier is not None else None
    if supplier is None or dialect is None:
        raise _no(message, "correction-nobody", f"{message.supplier_id} has no dialect of ours: see suppliers.yaml")
    return supplier, dialect


def _may_have_arrived(conn: sa.Connection, message: Message) -> bool:
    ended = {attempt.outcome for attempt in journal.attempts_of(conn, message.id)}
    return bool(ended & {Outcome.DELIVERED, Outcome.UNSURE})


def _twice(message: Message, arrived: bool) -> tuple[Finding, ...]:
    if not arrived:
        return ()
    why = f"message {message.id} may have arrived: they may take the corrected one for a second one; tell them"
    return (Finding(rule="correction-twice", message=why, place=Place(source=message.name), fatal=False),)


def _beyond(order: Order | None, wanted: Document) -> tuple[Finding, ...]:
    """More than the order has was not approved by anybody."""
    if order is None or not isinstance(wanted, Order):
        return ()
    had = {line.id: line.quantity.value for line in order.lines}
    return tuple(
        Finding(
            rule="correction-more",
            message=f"line {line.id} would be {line.quantity.value}, and {had.get(line.id, 0)} was ordered",
            place=Place(path=f"lines[{line.id}].quantity"),
            fatal=False,
        )
        for line in wanted.lines
        if line.quantity.value > had.get(line.id, 0)
    )


def _no(message: Message, rule: str, why: str) -> Rejected:
    return reject(rule, f"message {message.id} stays as it is: {why}", Place(source=message.name))
