"""Goods come in: the despatch advice announces them, the scan receives them, undo takes a slip back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa

from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import State as OrderState
from hub import decide, reports, store
from hub.announce import order_key
from hub.answer import Kind, ScanResult, place_in_order
from hub.assigning import assign
from hub.decide import Move
from hub.departing import deliver, send_out
from hub.expecting import expect, parcel_of_order
from hub.labels import Label, read_label
from hub.marking import pool
from hub.overview import parcels_for_unit
from hub.parcel import Parcel, State
from hub.reports import report
from hub.tables import parcels

__all__ = [
    "assign",
    "deliver",
    "expect",
    "parcels_for_unit",
    "receive",
    "report",
    "scan",
    "send_out",
    "undo",
]

_CLOSED = frozenset({OrderState.AWAITING_APPROVAL, OrderState.REJECTED, OrderState.CANCELLED})
_LONG = 12
_GONE = frozenset({State.DELIVERED, State.VOID})


def scan(conn: sa.Connection, text: str, user: str, now: datetime) -> ScanResult:
    """What the scanned or typed text is; a parcel that was expected is received in the same step.

    `text` is an SSCC in any spelling, an order number or an advice number. An unknown SSCC is kept for a person.
    """
    label = read_label(text)
    if label.sscc:
        known = _by_key(conn, label.sscc) or _by_key(conn, pool.key_of(conn, label.sscc))
        if known:
            here = [parcel for parcel in known if parcel.state not in _GONE] or list(known)
            return _arrive(conn, label, _without_strays(conn, here, user, now), user, now)
        if label.wrong_digit is None:
            return _unknown(conn, label, user, now)
    found = _by_number(conn, label, user, now)
    half_read = label.sscc or (label.digits >= _LONG and not label.gtin)
    return ScanResult(kind=Kind.MISREAD, label=label) if found.kind is Kind.NOTHING and half_read else found


def _by_key(conn: sa.Connection, key: str | None) -> Sequence[Parcel]:
    """The parcels of that key; a label that was made here stands on a parcel with a key of another kind."""
    return store.find(conn, (parcels.c.key == key) & (parcels.c.state != State.VOID.value)) if key else ()


def receive(conn: sa.Connection, parcel_ids: Collection[UUID], user: str, now: datetime, text: str = "") -> ScanResult:
    """Receives parcels that were chosen on the page; answers as a scan of the first of them does."""
    label = read_label(text)
    chosen = store.find(conn, parcels.c.id.in_(parcel_ids))
    return _arrive(conn, label, chosen, user, now) if chosen else ScanResult(kind=Kind.NOTHING, label=label)


def undo(
    conn: sa.Connection, batch: UUID, user: str, now: datetime, pressed: datetime | None = None
) -> tuple[Parcel, ...]:
    """Takes back what one scan or one press did; the parcels as they are now, none where it was too late.

    `pressed` is when somebody asked for it, where that was before `now`: without a network the asking waits.
    """
    moves, at = store.batch_of(conn, batch)
    ids = [move.parcel_id for move in moves]
    standing = store.concerned(conn, (), ids)
    states = {parcel.id: parcel.state for parcel in standing}
    back = decide.undo(moves, states, at, pressed or now) if at else ()
    if not back:
        return ()
    store.take_back(conn, batch, back, now)
    taken = tuple(parcel for parcel in decide.moved(standing, back) if parcel.id in ids)
    steps = {move.parcel_id: move.after.value for move in moves}
    for parcel in {parcel.order_id: parcel for parcel in taken if parcel.order_id}.values():
        labels = [one.sscc or one.key for one in taken if one.order_id == parcel.order_id]
        detail = {"step": "undone", "undone": steps[parcel.id], "parcel": labels[-1], "labels": labels}
        book.record(conn, parcel.order_id, "note", user, now, detail)  # type: ignore[arg-type]
    reports.withdraw_unknown(conn, ids, user, "undone", now)
    return taken


def _without_strays(conn: sa.Connection, here: Sequence[Parcel], user: str, now: datetime) -> Sequence[Parcel]:
    """Scanned as unknown in the moment its advice came: from now on it is the announced parcel only."""
    strays = [parcel.id for parcel in here if parcel.order_id is None]
    announced = [parcel for parcel in here if parcel.order_id is not None]
    if not (strays and announced):
        return here
    for stray in strays:
        store.change(conn, stray, state=State.VOID.value)
    reports.withdraw_unknown(conn, strays, user, "announced", now)
    return announced


def _arrive(conn: sa.Connection, label: Label, chosen: Sequence[Parcel], user: str, now: datetime) -> ScanResult:
    """Receives a parcel that the hub knows: every row of its key, and all that stands on it."""
    everything = store.concerned(conn, {parcel.key for parcel in chosen})
    ids = {parcel.id for parcel in chosen}
    moves = decide.advance(everything, ids, State.RECEIVED)
    before = min((parcel.state for parcel in everything if parcel.id in ids), key=list(State).index)
    batch = _carry_out(conn, everything, moves, user, now) if moves else None
    after = decide.moved(everything, moves)
    rows = tuple(parcel for parcel in after if parcel.id in ids)
    number, of, on_it = place_in_order(rows[0], after)
    kind = Kind.RECEIVED if moves else Kind.UNKNOWN if before is State.UNKNOWN else Kind.AGAIN
    return ScanResult(
        kind=kind, label=label, parcels=rows, number=number, of=of, boxes=on_it, before=before, batch=batch
    )


def _carry_out(
    conn: sa.Connection, everything: Sequence[Parcel], moves: Sequence[Move], user: str, now: datetime
) -> UUID:
    batch = store.carry_out(conn, moves, user, now)
    store.tell_orders(conn, decide.moved(everything, moves), moves, user, now)
    return batch


def _unknown(conn: sa.Connection, label: Label, user: str, now: datetime) -> ScanResult:
    """A parcel that nobody announced stands here all the same: it is kept, and a person is told."""
    assert label.sscc is not None
    unit = _unit_by_gln(conn, label)
    parcel = Parcel(
        id=uuid4(),
        key=label.sscc,
        sscc=label.sscc,
        state=State.VOID,
        unit_gln=label.forward_to or label.destination,
        unit_name=unit.unit_name if unit else None,
    )
    if not store.enter(conn, parcel):
        there = store.find(conn, (parcels.c.key == label.sscc) & parcels.c.order_id.is_(None), lock=True)
        if not there:
            return scan(conn, label.text, user, now)  # its advice came this very moment
        parcel = there[0]
    if parcel.state is not State.VOID:
        return _arrive(conn, label, [parcel], user, now)  # somebody else scanned it this very moment
    moves = (Move(parcel.id, State.VOID, State.UNKNOWN),)
    batch = store.carry_out(conn, moves, user, now)
    reports.report(conn, parcel.id, "unknown", user, now, text=label.text)
    rows = decide.moved((parcel,), moves)
    return ScanResult(kind=Kind.UNKNOWN, label=label, parcels=rows, before=State.VOID, batch=batch)


def _unit_by_gln(conn: sa.Connection, label: Label) -> Parcel | None:
    """A unit that has had parcels here and whose GLN is on the label."""
    gln = label.forward_to or label.destination
    found = store.find(conn, (parcels.c.unit_gln == gln) & parcels.c.unit_id.is_not(None)) if gln else ()
    return found[0] if found else None


def _by_number(conn: sa.Connection, label: Label, user: str, now: datetime) -> ScanResult:
    """An order number or an advice number, typed by hand."""
    names = {label.text, label.text.upper()}
    numbered = parcels.c.advice.in_(names) | parcels.c.order_number.in_(names)
    known = store.find(conn, numbered & (parcels.c.state != State.VOID.value)) if label.text else ()
    waiting = [parcel for parcel in decide.boxes(known) if parcel.state is State.EXPECTED]
    if len({parcel.key for parcel in waiting}) > 1:
        return ScanResult(kind=Kind.CHOOSE, label=label, parcels=decide.boxes(known), of=len(known))
    if known:
        return _arrive(conn, label, waiting or known, user, now)
    order = book.get(conn, label.text.upper()) if label.text else None
    if order is None or order.test:  # no goods belong to a self-test's order
        return ScanResult(kind=Kind.NOTHING, label=label)
    return _without_advice(conn, label, order, user, now)


def _without_advice(conn: sa.Connection, label: Label, order: OrderRow, user: str, now: datetime) -> ScanResult:
    """Goods of a supplier who sends no despatch advice: received against the order itself, as one parcel."""
    if order.state in _CLOSED:
        return ScanResult(kind=Kind.NOT_COMING, label=label, order_state=order.state.value)
    standing = store.of_order(conn, order.id)
    if any(parcel.state is not State.VOID for parcel in standing):
        return _by_number(conn, label, user, now)  # an advice or another scanner came this very moment
    key = order_key(order.number)
    parcel = next((parcel for parcel in standing if parcel.key == key), None) or parcel_of_order(conn, order, now)
    store.enter(conn, parcel)
    moves = (Move(parcel.id, State.VOID, State.RECEIVED),)
    batch = _carry_out(conn, (parcel,), moves, user, now)
    rows = decide.moved((parcel,), moves)
    return ScanResult(
        kind=Kind.RECEIVED, label=label, parcels=rows, number=1, of=1, before=State.VOID, batch=batch, unannounced=True
    )
