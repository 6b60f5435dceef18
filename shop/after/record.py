"""An order with its whole history, for whoever asks for a public record: every version, event, message and receipt."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.exchange import journal, tasks
from gateway.exchange.journal import Message
from gateway.orders.book import OrderRow
from shop.after.facts import facts_of
from shop.after.invoices import InvoiceRow
from shop.after.receipts import Receipt
from shop.after.tables import order_wishes

FORMAT = "avrop order record 1"
_MESSAGE = (
    "id",
    "direction",
    "document",
    "state",
    "dialect",
    "transport",
    "name",
    "source",
    "sha256",
    "key",
    "receipt",
)


def record_of(conn: sa.Connection, row: OrderRow) -> dict[str, Any]:
    """Names and numbers as they were said; times in UTC. The messages' bytes are named by their SHA-256."""
    facts = facts_of(conn, row)
    return {
        "format": FORMAT,
        "order": {name: getattr(row, name) for name in ("number", "supplier_id", "unit_id", "placed_by", "placed_at")}
        | {"state": row.state.value, "version": row.version},
        "versions": [
            {"version": one.version, "state": one.state.value, "at": one.at, "change": one.change, "order": one.order}
            for one in facts.versions
        ],
        "events": [
            {"at": one.at, "event": one.event.value, "by": one.actor, "state": one.state.value, "detail": one.detail}
            for one in facts.events
        ],
        "messages": [_message(conn, one) for one in journal.of_order(conn, row.id)],
        "tasks": [_task(one) for one in tasks.for_order(conn, row.id)],
        "changes_that_needed_approval": _wishes(conn, row),
        "receipts_at_the_unit": [_receipt(one) for one in facts.receipts],
        "invoices": [_invoice(one) for one in facts.invoices],
    }


def as_json(found: dict[str, Any]) -> bytes:
    """The record as a file."""
    return msgspec.json.format(msgspec.json.encode(found, enc_hook=str), indent=2)


def _message(conn: sa.Connection, message: Message) -> dict[str, Any]:
    known = msgspec.structs.asdict(message)
    tried = [
        {"at": one.at, "outcome": one.outcome, "said": one.evidence} for one in journal.attempts_of(conn, message.id)
    ]
    facts = {name: known[name] for name in _MESSAGE if name in known}
    found = [str(one) for one in journal.findings_of(conn, message.id)]
    return facts | {"created_at": message.created_at, "done_at": message.done_at, "attempts": tried, "findings": found}


def _task(task: tasks.Task) -> dict[str, Any]:
    known = msgspec.structs.asdict(task)
    return {name: known[name] for name in ("kind", "summary", "created_at", "taken_by", "note", "closed_at", "outcome")}


def _wishes(conn: sa.Connection, row: OrderRow) -> list[dict[str, Any]]:
    mine = sa.select(order_wishes).where(order_wishes.c.order_id == row.id).order_by(order_wishes.c.asked_at)
    return [
        {name: value for name, value in found._mapping.items() if name != "order_id"} for found in conn.execute(mine)
    ]


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return msgspec.structs.asdict(receipt)


def _invoice(invoice: InvoiceRow) -> dict[str, Any]:
    known = msgspec.structs.asdict(invoice)
    kept = (
        "number",
        "kind",
        "issued",
        "due",
        "received_at",
        "state",
        "decided_by",
        "decided_at",
        "reason",
        "message_id",
    )
    return {name: known[name] for name in kept} | {"document": invoice.billing}
