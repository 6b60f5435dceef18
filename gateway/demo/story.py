"""What the journey came to: every order with its way in seconds, and everything that is not as it must be."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.demo.errand import CHOSEN
from gateway.demo.stage import Stage
from gateway.exchange import journal
from gateway.exchange.punchout import visits
from gateway.orders import book
from gateway.transports.punchout import PUNCHOUTS
from hub.tables import parcels

if TYPE_CHECKING:
    from gateway.demo.play import Fetched, Played

_QUIET = {"note"}


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """`good` when every order ended where it must; `data` for programs, `text` for people."""

    good: bool
    data: dict[str, Any]
    text: str


def tell(running: Stage, played: Sequence[Played], fetched: Sequence[Fetched], began: float) -> Outcome:
    """Reads everything back from the database and holds it against what must be."""
    with running.program.engine.connect() as conn:
        orders = [_order(conn, one.order_id, one) for one in played]
        shopped = [_visit(conn, one) for one in fetched]
        problems = [
            *_wrong_visits(shopped),
            *_wrong_ends(orders),
            *_parcels_left(conn, played),
            *_twice(conn, running, played),
        ]
    problems += [f"the sandbox complains of {who}: {why}" for who, _, why in running.sandbox.complaints]
    seconds = round(time.monotonic() - began, 1)
    data = {"good": not problems, "seconds": seconds, "orders": orders, "visits": shopped, "problems": problems}
    return Outcome(good=not problems, data=data, text=_text(orders, shopped, problems, seconds))


def _order(conn: sa.Connection, order_id: UUID, one: Played) -> dict[str, Any]:
    row = book.get(conn, order_id)
    assert row is not None
    events = book.timeline(conn, order_id)
    way = [
        {"event": event.event.value, "seconds": round((event.at - events[0].at).total_seconds(), 1)}
        for event in events
        if event.event.value not in _QUIET
    ]
    return {
        "number": row.number,
        "supplier": one.role.supplier.name,
        "transport": one.role.supplier.transport,
        "dialect": one.role.supplier.dialect or "by hand",
        "behaviour": _behaviour(one),
        "state": row.state.value,
        "expected": one.role.ends_as.value,
        "way": way,
    }


def _visit(conn: sa.Connection, one: Fetched) -> dict[str, Any]:
    visit = visits.get(conn, one.visit_id)
    assert visit is not None
    return {
        "supplier": one.role.supplier.name,
        "kind": visit.kind,
        "state": visit.state.value,
        "lines": len(visit.basket.lines) if visit.basket is not None else 0,
        "remarks": [str(remark) for remark in visit.remarks],
        "seconds": round(one.seconds, 1),
    }


def _wrong_visits(shopped: list[dict[str, Any]]) -> Iterator[str]:
    if {one["kind"] for one in shopped} != set(PUNCHOUTS):
        yield f"shops of the kinds {sorted({one['kind'] for one in shopped})} were visited, and all kinds were meant"
    for one in shopped:
        if (one["state"], one["lines"]) != ("added", len(CHOSEN)):
            yield f"the visit to {one['supplier']} ended as {one['state']} with {one['lines']} lines"


def _behaviour(one: Played) -> str:
    if one.role.behaviour is not None:
        return one.role.behaviour.value
    return "by hand" if one.role.supplier.by_hand else "answers in words"


def _wrong_ends(orders: list[dict[str, Any]]) -> Iterator[str]:
    if len(orders) != 25:
        yield f"{len(orders)} orders were placed, and 25 were meant"
    for order in orders:
        if order["state"] != order["expected"]:
            yield f"order {order['number']} ended as {order['state']}, and {order['expected']} was expected"


def _parcels_left(conn: sa.Connection, played: Sequence[Played]) -> Iterator[str]:
    mine = [one.order_id for one in played]
    left = sa.select(parcels).where(parcels.c.order_id.in_(mine), parcels.c.state != "delivered")
    for parcel in conn.execute(left):
        yield f"parcel {parcel.key} of order {parcel.order_number} is {parcel.state}, not delivered"


def _twice(conn: sa.Connection, running: Stage, played: Sequence[Played]) -> Iterator[str]:
    """Each order that is sent reached its supplier, under one key."""
    keys: dict[str, set[str]] = defaultdict(set)
    for _, number, key in running.sandbox.received:
        keys[number].add(key)
    for one in played:
        row = book.get(conn, one.order_id)
        if row is None or one.role.supplier.by_hand:
            continue
        found = keys.get(row.number, set())
        sent = [message for message in journal.of_order(conn, row.id) if message.direction == "out"]
        if len(found) != 1 or len(sent) != 1:
            keys_of_it = f"{len(found)} keys from {len(sent)} messages"
            yield f"order {row.number} reached its supplier under {keys_of_it}, and one of each was expected"


def _text(orders: list[dict[str, Any]], shopped: list[dict[str, Any]], problems: list[str], seconds: float) -> str:
    lines = [
        f"{one['kind']:8} {one['supplier']}: {one['lines']} lines brought home from its own shop in {one['seconds']} s"
        for one in shopped
    ]
    for order in orders:
        lines.append(
            f"{order['number']}  {order['transport']:12} {order['dialect']:12} "
            f"{order['behaviour']:20} {order['supplier']}"
        )
        lines.append("    " + " → ".join(f"{step['event']} {step['seconds']}s" for step in order["way"]))
    ends = Counter(order["state"] for order in orders)
    lines.append("")
    lines.append(f"{len(orders)} orders: " + ", ".join(f"{count} {state}" for state, count in ends.most_common()))
    lines += [f"WRONG  {problem}" for problem in problems]
    lines.append(f"{'Everything ended where it must' if not problems else 'Not as it must be'}, in {seconds} s")
    return "\n".join(lines)
