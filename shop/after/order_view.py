"""What the order page shows of the time after it was placed: the day, the way with its sides, what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from fastapi import Request

from gateway.identifiers import Sscc
from gateway.orders import book
from gateway.orders.book import EventRow, OrderRow
from gateway.orders.lifecycle import State
from shop import answers, units
from shop.after import came, receipts, wishes
from shop.after.attest import look
from shop.after.dearer import needs_approval
from shop.after.desk import OVERSEERS, buys_for, desk
from shop.after.due import Due, due_of
from shop.after.facts import facts_of
from shop.after.handed import proofs_of
from shop.after.progress import branches_of, notes_of, sides_of
from shop.after.receipt_pages import NOTHING_COMES
from shop.after.wanted import in_short
from shop.after.ways import way_of
from shop.after.wish_pages import may_decide
from shop.after.words import STANDS
from shop.desk import today, viewer
from shop.units import Unit
from shop.way import steps
from web.access import APPROVER, CONTROLLER

_COMING = frozenset({State.DESPATCHED, State.AT_HUB, State.OUT})


def order_view(
    conn: sa.Connection,
    request: Request,
    row: OrderRow,
    events: Sequence[EventRow],
    unit: Unit | None,
    names: dict[str, str],
) -> dict[str, Any]:
    """For `shop/order.html` and its parts."""
    facts, person, tools = facts_of(conn, row), viewer(request), desk(request)
    supplier = tools.suppliers.get(row.supplier_id)
    way = way_of(conn, row, supplier, tools.dialects, request.app.state.now())
    due = due_of(row, events, unit, today(request), supplier.lead_days if supplier else None)
    lines, wish = answers.lines_of(row.order, events), wishes.waiting(conn, row.id)
    marked = {line.id: came.at_unit(line.id, facts.receipts) for line in row.order.lines}
    bills = bool(person.roles & (OVERSEERS | {APPROVER, CONTROLLER}))
    member = row.unit_id in units.ids_of_user(conn, person.id)
    return {
        "due": due,
        "delivery": due.day if due and not due.done else None,
        "lines": lines,
        "steps": steps(row.state, events, names, due.day if due else None, notes_of(row.order, events, lines)),
        "sides": sides_of(events),
        "branches": branches_of(row.order, events),
        "proofs": proofs_of(events),
        "label_of": label,
        "change_way": way,
        "may_change": bool(person.roles & OVERSEERS) or buys_for(conn, request, row),
        "offer": facts.offer if row.state is State.PROPOSED else None,
        "offer_dear": facts.offer is not None and needs_approval(conn, row, facts.offer.order, unit),
        "wish": wish,
        "wish_words": in_short(row.order, wish.order) if wish else (),
        "wish_mine": wish is not None and wish.asked_by == person.login,
        "wish_decides": wish is not None and may_decide(conn, request, row, facts.hands.ordered),
        "may_receive": member and row.state not in NOTHING_COMES,
        "receive_first": row.state in _COMING or bool(due and due.day and not due.done and due.day <= today(request)),
        "at_unit": marked if facts.receipts else {},
        "receipts": facts.receipts,
        "my_receipt": receipts.last_of(events, facts.receipts, person.login) if not facts.hands.attested else None,
        "bills": [look(conn, invoice, facts) for invoice in facts.invoices] if bills else [],
        "stands": STANDS,
        "member": member or bool(person.roles & OVERSEERS),
    }


def dues_of(conn: sa.Connection, request: Request, rows: Sequence[OrderRow]) -> dict[str, Due | None]:
    """The delivery day of each order of a list, by number."""
    told = book.timelines(conn, [row.id for row in rows])
    known = {unit_id: units.get(conn, unit_id) for unit_id in {row.unit_id for row in rows}}
    suppliers, day = desk(request).suppliers, today(request)
    lead = {one.id: one.lead_days for row in rows if (one := suppliers.get(row.supplier_id)) is not None}
    return {row.number: due_of(row, told[row.id], known[row.unit_id], day, lead.get(row.supplier_id)) for row in rows}


def label(text: str) -> str:
    """An SSCC as people read it aloud; a supplier's own number as it is."""
    try:
        return format(Sscc(text), "label")
    except ValueError:
        return text
