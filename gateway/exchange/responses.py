"""An order response meets its order: understood, told, and, where it offers something else, given to a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.exchange import deadlines, documents, log, tasks
from gateway.exchange.answering import asked_of, meaning
from gateway.exchange.journal import Message
from gateway.exchange.matching import detail_of
from gateway.findings import Finding, Place
from gateway.formats import Dialect
from gateway.model import OrderResponse
from gateway.orders import book, versions
from gateway.orders.amend import offered
from gateway.orders.book import EventRow, OrderRow
from gateway.orders.lifecycle import Event, State
from gateway.orders.versions import Standing
from gateway.suppliers.supplier import Supplier

_ABOUT = {"message", "typed_by"}


def answer(
    conn: sa.Connection,
    message: Message,
    supplier: Supplier,
    row: OrderRow,
    response: OrderResponse,
    dialects: Mapping[str, Dialect],
    now: datetime,
    typed_by: str = "",
) -> tuple[Finding, ...]:
    """Moves the order as the response says. Fatal findings: nothing was moved, and a person must see it.

    `typed_by` is who typed in what the supplier said.
    """
    life = book.lock(conn, row.id) or row.life
    told = book.timeline(conn, row.id)
    detail = detail_of(response)
    earlier = [one for one in told if _is_answer(one, response)]
    if any(_same(one.detail, detail) for one in earlier):
        return (_finding("avrop-repeated", f"response {response.number} came before; nothing was done again", message),)
    if any(one.detail.get("code") == response.code for one in earlier):
        why = f"response {response.number} came before and said something else: ask the supplier which one counts"
        return (_finding("avrop-number-reused", why, message, fatal=True),)
    known = versions.of_order(conn, row.id)
    advanced = documents.advanced(dialects.get(supplier.dialect))
    event = meaning(response, asked_of(life, known, told), advanced, message.source)
    if isinstance(event, Finding):
        return (event,)
    about = {"message": str(message.id)} | ({"typed_by": typed_by} if typed_by else {})
    state = book.record(conn, row.id, event, supplier.name, now, about | detail)
    deadlines.answered(conn, row.id, now, response)
    log.say(event.value, message=message.id, order=row.number, supplier=supplier.id, state=state.value)
    if state is State.PROPOSED and event in (Event.PROPOSED, Event.CHANGE_COUNTERED):
        asked = next((one.order for one in known if one.change and one.change == response.change), row.order)
        versions.add(conn, row.id, offered(asked, response), Standing.OFFERED, now)
        if row.test:
            return ()  # the self-test says yes by itself
        summary = f"{supplier.name} offers order {row.number} otherwise than it was asked for"
        facts = {"order_id": row.id, "message_id": message.id, "supplier_id": supplier.id}
        tasks.add(conn, tasks.Kind.OFFER, summary, now, **facts)  # type: ignore[arg-type]
    return ()


def _is_answer(row: EventRow, response: OrderResponse) -> bool:
    return "code" in row.detail and row.detail.get("number") == response.number


def _same(told: dict[str, Any], detail: dict[str, Any]) -> bool:
    stored = msgspec.json.decode(msgspec.json.encode(detail))
    return bool({name: fact for name, fact in told.items() if name not in _ABOUT} == stored)


def _finding(rule: str, why: str, message: Message, fatal: bool = False) -> Finding:
    return Finding(rule=rule, message=why, place=Place(source=message.source, path="number"), fatal=fatal)
