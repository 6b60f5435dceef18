"""What a supplier said that it has sent, typed in by a person: a despatch advice like any other from then on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import deadlines, journal, log
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.matching import detail_of
from gateway.exchange.office import DespatchHandler
from gateway.exchange.typed import TRANSPORT
from gateway.findings import Finding, Place, Rejected
from gateway.model import DespatchAdvice
from gateway.model.despatch import DespatchLine, Shipment
from gateway.model.party import Identifier, Party, Period, Quantity
from gateway.model.transport import LogisticUnit
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import TERMINAL, Event, State
from gateway.suppliers.supplier import Supplier

MOST_PARCELS = 99
_CLOSED = TERMINAL | {State.AWAITING_APPROVAL}


class TypedAdvice(msgspec.Struct, frozen=True, kw_only=True):
    """`number` is that of their delivery note, or one that `next_number` gave; `day` when it is at the hub.

    `sent` says how much of each order line, those not named as ordered; 0 leaves a line out. `codes` are the SSCCs on
    the parcels, where those carry any: as many as there are parcels.
    """

    number: str
    parcels: int
    day: date | None = None
    sent: tuple[tuple[str, Decimal], ...] = ()
    codes: tuple[str, ...] = ()


def type_in_advice(
    conn: sa.Connection,
    row: OrderRow,
    said: TypedAdvice,
    supplier: Supplier,
    told: DespatchHandler | None,
    who: object,
    now: datetime,
) -> UUID:
    """Journals the advice, moves the order and tells the dock; the message's id. The same once more gives the first's.

    `told` is `Handlers.despatch_advice`. Raises `Rejected` where it cannot be meant so; roll back then.
    """
    book.lock(conn, row.id)
    standing = book.get(conn, row.id) or row
    if found := tuple(_wrong(standing, said)):
        raise Rejected(found)
    advice = advice_of(standing, said, now.date())
    for one in _typed(conn, row):
        kept = _kept(conn, one.id)
        if kept is not None and kept.number == said.number:
            if msgspec.structs.replace(kept, issued=advice.issued) == advice:
                return one.id
            raise Rejected([_finding("advice-reused", f"{said.number} is typed in already, otherwise", "number")])
    message_id = _journaled(conn, standing, advice, supplier, who, now)
    detail = {"message": str(message_id), "typed_by": str(who)} | detail_of(advice)
    state = book.record(conn, row.id, Event.DESPATCHED, supplier.name, now, detail)
    deadlines.answered(conn, row.id, now)
    if told is not None and not row.test:
        told(conn, standing, advice, now)
    log.say(Event.DESPATCHED.value, message=message_id, order=row.number, supplier=supplier.id, state=state.value)
    return message_id


def next_number(conn: sa.Connection, row: OrderRow) -> str:
    """A number for the next advice that has none of the supplier's. A form keeps it, so that sent twice it is one."""
    return f"{row.number}-L{len(_typed(conn, row)) + 1}"


def advice_of(row: OrderRow, said: TypedAdvice, today: date) -> DespatchAdvice:
    """The despatch advice that says this: every parcel may hold any line, because nobody said which holds what."""
    order, amounts, number = row.order, dict(said.sent), said.number
    lines = [(line, amounts.get(line.id, line.quantity.value)) for line in order.lines]
    consignee = order.delivery.consignee if order.delivery else None
    hub = Party(ids=(consignee.id,) if consignee and consignee.id else (), name=consignee.name if consignee else None)
    day = Period(start_date=said.day, end_date=said.day) if said.day else None
    return DespatchAdvice(
        number=number,
        issued=today,
        supplier=order.seller,
        consignee=hub,
        orders=(order.number,),
        shipment=Shipment(id=number, estimated=day, recipient=order.delivery.recipient if order.delivery else None),
        lines=tuple(
            DespatchLine(
                id=line.id,
                delivered=Quantity(value=amount, unit=line.quantity.unit),
                order_line=line.id,
                order=order.number,
                item=line.item,
            )
            for line, amount in lines
            if amount > 0
        ),
        packing=tuple(LogisticUnit(id=name) for name in _names(said)),
    )


def _names(said: TypedAdvice) -> list[Identifier]:
    """What each parcel is called: by its SSCC, or by the advice's number and its place."""
    if said.codes:
        return [Identifier(value=code, scheme="SSCC") for code in said.codes]
    return [Identifier(value=f"{said.number}/{place}") for place in range(1, said.parcels + 1)]


def _wrong(row: OrderRow, said: TypedAdvice) -> Iterator[Finding]:
    if row.state in _CLOSED:
        why = f"order {row.number} has ended, or awaits approval: nothing can be on its way"
        yield _finding("advice-closed", why, "parcels")
    if not 1 <= said.parcels <= MOST_PARCELS:
        yield _finding("advice-parcels", f"write how many parcels, 1 to {MOST_PARCELS}", "parcels")
    if said.codes and len(said.codes) != said.parcels:
        yield _finding("advice-codes", f"{said.parcels} parcels have {len(said.codes)} SSCCs", "parcels")
    known = {line.id: place for place, line in enumerate(row.order.lines)}
    for line, amount in said.sent:
        if line not in known or not (amount.is_finite() and 0 <= amount < 10**9):
            yield _finding("advice-amount", f"{amount} is not a number from 0 up", f"sent.{known.get(line, 0)}")
    if known and all(dict(said.sent).get(line, Decimal(1)) == 0 for line in known):
        yield _finding("advice-nothing", "nothing is sent: write how much of at least one line", "sent.0")


def _typed(conn: sa.Connection, row: OrderRow) -> list[Message]:
    advices = (one for one in journal.of_order(conn, row.id) if one.document == DespatchAdvice.__name__)
    return [one for one in advices if one.transport == TRANSPORT]


def _kept(conn: sa.Connection, message_id: UUID) -> DespatchAdvice | None:
    raw = journal.raw(conn, message_id)
    return msgspec.json.decode(raw, type=DespatchAdvice) if raw else None


def _journaled(
    conn: sa.Connection, row: OrderRow, advice: DespatchAdvice, supplier: Supplier, who: object, now: datetime
) -> UUID:
    raw = msgspec.json.encode(advice)
    facts = {"supplier_id": supplier.id, "transport": TRANSPORT, "document": "DespatchAdvice", "order_id": row.id}
    facts |= {"source": f"{TRANSPORT}:{journal.storable(str(who))}", "name": f"advice-{row.number}.json"}
    facts |= {"raw": raw, "sha256": journal.digest(raw), "journaled_at": now, "done_at": now}
    message_id: UUID = journal.add(conn, "in", MessageState.PROCESSED, now, **facts)
    return message_id


def _finding(rule: str, why: str, path: str) -> Finding:
    return Finding(rule=rule, message=why, place=Place(source=TRANSPORT, path=path))
