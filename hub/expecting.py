"""A despatch advice becomes parcels that the dock waits for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa

from gateway.model import DespatchAdvice, Order
from gateway.orders.advices import REPLACED, WITHDRAWN
from gateway.orders.book import OrderRow
from gateway.workdays import working_day_after
from hub import decide, lanes, reports, store
from hub.announce import Announced, announced, order_key
from hub.around import closed_units
from hub.decide import Move
from hub.parcel import Content, Parcel, State
from hub.tables import parcels
from web.figures import LOCAL

_HERE = frozenset({State.UNKNOWN, State.RECEIVED})


def expect(conn: sa.Connection, order_row: OrderRow, advice: DespatchAdvice, now: datetime) -> None:
    """Announces the advice's parcels for this order; the same advice again changes nothing.

    A withdrawn advice calls its parcels off, a replacing one those that it leaves out, unless they are here.

    A parcel that was scanned before its advice came, as unknown or against the order's number, is recognised.
    """
    promised = announced(advice, order_row.number, order_row.supplier_id) if advice.status != WITHDRAWN else ()
    if advice.status in (WITHDRAWN, REPLACED):
        _call_off(conn, order_row.id, advice.number, {new.key for new in promised})
    if not promised:
        return
    standing = {parcel.key: parcel for parcel in store.of_order(conn, order_row.id)}
    frame = _frame(conn, order_row, advice, now)
    fresh = [new for new in promised if new.key not in standing]
    moves: list[Move] = []
    for new in promised:
        if new.key in standing:
            _correct(conn, standing[new.key], new, advice, now)
    loose = standing.get(order_key(order_row.number))
    if loose and loose.state is not State.VOID and len(fresh) == 1:
        # It came before its advice and was received by the order's number: this is that parcel.
        store.change(conn, loose.id, **_facts(fresh[0]), advice=advice.number, announced_at=now)
        fresh = []
    for new in fresh:
        moves += _enter(conn, new, frame)
    if moves:
        _arrived_before_its_advice(conn, order_row.id, moves, now)


def _call_off(conn: sa.Connection, order_id: UUID, number: str, still: Collection[str]) -> None:
    """Nobody waits any more for parcels of this advice that it does not name now; what is here stays here."""
    gone = (parcels.c.advice == number) & (parcels.c.state == State.EXPECTED.value) & parcels.c.key.not_in(still)
    changed = parcels.update().where(parcels.c.order_id == order_id, gone)
    conn.execute(changed.values(state=State.VOID.value, stop_id=None))


def parcel_of_order(conn: sa.Connection, order_row: OrderRow, now: datetime) -> Parcel:
    """The parcel of an order without a despatch advice: it holds what was ordered, until somebody says otherwise."""
    contents = tuple(ordered(order_row.order))
    frame = _frame(conn, order_row, None, now)
    key = order_key(order_row.number)
    return msgspec.structs.replace(frame, id=uuid4(), key=key, state=State.VOID, contents=contents, announced_at=None)


def _frame(conn: sa.Connection, row: OrderRow, advice: DespatchAdvice | None, now: datetime) -> Parcel:
    """What all parcels of an order have in common."""
    delivery = row.order.delivery
    unit = delivery.recipient if delivery else None
    wished = delivery.requested if delivery else None
    lane = lanes.lane_of(conn, row.unit_id)
    today = now.astimezone(LOCAL).date()
    day = lanes.next_delivery(lane.weekdays, today, (wished.end_date or wished.start_date) if wished else None)
    return Parcel(
        id=UUID(int=0),
        key="",
        state=State.EXPECTED,
        supplier_id=row.supplier_id,
        supplier_name=row.order.seller.name or row.supplier_id,
        order_id=row.id,
        order_number=row.number,
        unit_id=row.unit_id,
        unit_name=(unit.name if unit else None) or row.unit_id,
        unit_gln=next((name.value for name in unit.ids if name.scheme == "0088"), None) if unit else None,
        lane=lane.lane,
        delivery_day=_when_open(conn, row.unit_id, day),
        advice=advice.number if advice else None,
        announced_at=now,
        due=_due(advice, today) if advice else None,
    )


def _when_open(conn: sa.Connection, unit_id: str, day: date | None) -> date | None:
    """The day, or the unit's first run after a closed time that the day falls into."""
    closed = closed_units(conn, [unit_id]).get(unit_id) if day else None
    if day is None or closed is None or not closed.first <= day <= (closed.last or date.max):
        return day
    return closed.opens


def _due(advice: DespatchAdvice, today: date) -> date:
    """The day the supplier names for the hub; without one the first working day after it was sent."""
    return _named_day(advice) or working_day_after(max(advice.issued, today), 1)


def _named_day(advice: DespatchAdvice) -> date | None:
    named = advice.shipment.estimated if advice.shipment else None
    return (named.end_date or named.start_date) if named else None


def _facts(new: Announced) -> dict[str, object]:
    return {
        "key": new.key,
        "sscc": new.sscc,
        "within": new.within,
        "pallet": new.pallet,
        "position": new.position,
        "contents": new.contents,
    }


def _correct(conn: sa.Connection, known: Parcel, new: Announced, advice: DespatchAdvice, now: datetime) -> None:
    """A later advice may correct a parcel until it is here; one whose receiving was undone is expected again."""
    if known.state is State.VOID:
        store.change(conn, known.id, state=State.EXPECTED.value)
    if known.state in (State.VOID, State.EXPECTED):
        due = _named_day(advice) or known.due or _due(advice, now.astimezone(LOCAL).date())
        announced_at = known.announced_at or now
        store.change(conn, known.id, **_facts(new), advice=advice.number, announced_at=announced_at, due=due)


def _enter(conn: sa.Connection, new: Announced, frame: Parcel) -> Iterator[Move]:
    """Announces one parcel; it has come already if its SSCC has been scanned."""
    same = store.find(conn, (parcels.c.key == new.key) & parcels.c.state.in_(_HERE), lock=True)
    stray = next((parcel for parcel in same if parcel.state is State.UNKNOWN), None)
    facts = {name: value for name, value in msgspec.structs.asdict(frame).items() if name not in ("id", "state")}
    if stray:
        arrived = {"received_at": stray.received_at, "received_by": stray.received_by}
        store.change(conn, stray.id, **facts | _facts(new) | arrived)
        yield Move(stray.id, State.UNKNOWN, State.RECEIVED)
        return
    parcel = msgspec.structs.replace(frame, id=uuid4(), **_facts(new))
    store.enter(conn, parcel)
    if any(other.supplier_id == parcel.supplier_id for other in same):
        yield Move(parcel.id, State.EXPECTED, State.RECEIVED)


def _arrived_before_its_advice(conn: sa.Connection, order_id: UUID, moves: list[Move], now: datetime) -> None:
    arrived = {parcel.id: parcel for parcel in store.of_order(conn, order_id)}
    who = next((parcel.received_by for parcel in arrived.values() if parcel.received_by), None) or "hub"
    store.carry_out(conn, [move for move in moves if move.before is not State.UNKNOWN], who, now)
    store.recognise(conn, [move.parcel_id for move in moves if move.before is State.UNKNOWN])
    reports.withdraw_unknown(conn, [move.parcel_id for move in moves], who, "announced", now)
    after = decide.moved(store.of_order(conn, order_id), moves)
    store.tell_orders(conn, after, moves, who, now, before_advice=True)


def ordered(order: Order) -> Iterator[Content]:
    """What the order's lines ask for."""
    for line in order.lines:
        yield Content(
            line=line.id,
            name=line.item.name or line.item.seller_id or line.id,
            quantity=line.quantity.value,
            unit=line.quantity.unit,
            article=line.item.seller_id,
            gtin=line.item.standard_id.value if line.item.standard_id else None,
        )
