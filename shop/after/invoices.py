"""Invoices and credit notes as they came: each finds its order, is laid beside it, and waits for whoever may attest.

Paying is not done here: what is attested is handed to the accounts by whoever keeps them. The bytes as received stay in
the journal (`message_id`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa

from gateway.exchange import log
from gateway.findings import Finding, Place
from gateway.model import CreditNote, Document, Invoice
from gateway.model.invoice import Billing
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import Event
from gateway.orders.tables import orders
from gateway.suppliers.supplier import Supplier
from shop.after.references import order_numbers
from shop.after.tables import invoices

STEP = "invoice"
OPEN, ATTESTED, DISPUTED = "open", "attested", "disputed"
KINDS = {"invoice": Invoice, "credit": CreditNote}


class InvoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice as we keep it; `billing` is what it says, `sequence` counts them as they came."""

    id: UUID
    sequence: int
    supplier_id: str
    number: str
    kind: str
    message_id: UUID
    billing: Billing
    order_id: UUID | None
    matched_by: str | None
    issued: date
    due: date | None
    received_at: datetime
    state: str
    decided_by: str | None
    decided_at: datetime | None
    reason: str

    @property
    def payable(self) -> Decimal:
        """With VAT; a credit note is negative."""
        return self.billing.totals.payable.value * (-1 if self.kind == "credit" else 1)


def invoice_came(
    conn: sa.Connection, supplier: Supplier, message_id: UUID, document: Document, now: datetime
) -> Sequence[Finding]:
    """Keeps it beside the order that it names. A second one of the same number is refused, and a person is told."""
    assert isinstance(document, Invoice | CreditNote)
    number = document.number.strip()
    known = _numbered(conn, supplier.id, number)
    if known is not None:
        what = "says the same" if known.billing == document else "says something else"
        why = f"{supplier.name} sent number {number} before, {known.received_at:%Y-%m-%d}; this one {what}"
        return (Finding(rule="invoice-twice", message=why, place=Place(path="number")),)
    order_id = _order_of(conn, supplier.id, document)
    row: dict[str, object] = {
        "id": uuid4(),
        "supplier_id": supplier.id,
        "number": number,
        "message_id": message_id,
        "order_id": order_id,
    }
    kind = "credit" if isinstance(document, CreditNote) else "invoice"
    row |= {"kind": kind, "document": document}
    row |= {"matched_by": "avrop" if order_id else None, "issued": document.issued, "received_at": now, "state": OPEN}
    conn.execute(invoices.insert().values(row | {"due": _due(document)}))
    if order_id is not None:
        _tell(conn, order_id, supplier.name, now, "came", number, kind)
    log.say(f"{STEP}_came", message=message_id, supplier=supplier.id, number=number, order=order_id)
    return ()


def get(conn: sa.Connection, invoice_id: UUID, *, lock: bool = False) -> InvoiceRow | None:
    """One invoice; its order and then itself locked if wanted, as every writer of this room does."""
    wanted = sa.select(invoices).where(invoices.c.id == invoice_id)
    row = conn.execute(wanted).first()
    if row is not None and lock:
        if row.order_id is not None:
            book.lock(conn, row.order_id)
        row = conn.execute(wanted.with_for_update()).first()
    return _row(row) if row is not None else None


def of_order(conn: sa.Connection, order_id: UUID) -> list[InvoiceRow]:
    """All of an order, as they came."""
    mine = sa.select(invoices).where(invoices.c.order_id == order_id).order_by(invoices.c.sequence)
    return [_row(row) for row in conn.execute(mine)]


def page(
    conn: sa.Connection, units: Collection[str] | None, state: str, limit: int, offset: int = 0
) -> list[tuple[InvoiceRow, str | None]]:
    """Those in this state with their order's number, the first due first; of `units` only, or of all and unmatched."""
    joined = invoices.outerjoin(orders, orders.c.id == invoices.c.order_id)
    wanted = sa.select(invoices, orders.c.number.label("order_number")).select_from(joined)
    wanted = wanted.where(invoices.c.state == state)
    if units is not None:
        wanted = wanted.where(orders.c.unit_id.in_(sorted(units)))
    newest = invoices.c.decided_at.desc() if state != OPEN else invoices.c.due.asc().nulls_last()
    rows = conn.execute(wanted.order_by(newest, invoices.c.sequence).limit(limit).offset(offset))
    return [(_row(row), row.order_number) for row in rows]


def others_than(found: InvoiceRow, all_of_order: Iterable[InvoiceRow]) -> list[Billing]:
    """What `match` reckons in: what came before, and every credit note; nothing that is disputed."""
    return [
        one.billing
        for one in all_of_order
        if one.id != found.id and one.state != DISPUTED and (one.kind == "credit" or one.sequence < found.sequence)
    ]


def belongs_to(conn: sa.Connection, invoice: InvoiceRow, row: OrderRow, actor: str, now: datetime) -> None:
    """A person says which order it is for; its own supplier's only."""
    if row.supplier_id != invoice.supplier_id or invoice.state == ATTESTED:
        raise ValueError(f"invoice {invoice.number} cannot be for order {row.number}")
    conn.execute(invoices.update().where(invoices.c.id == invoice.id).values(order_id=row.id, matched_by=actor))
    _tell(conn, row.id, actor, now, "came", invoice.number, invoice.kind)


def decide(conn: sa.Connection, invoice: InvoiceRow, state: str, actor: str, reason: str, now: datetime) -> None:
    """Attested, disputed, or open again; the order's timeline hears of it. Who may do so is the caller's to ask."""
    decided = {"decided_by": actor, "decided_at": now} if state != OPEN else {"decided_by": None, "decided_at": None}
    conn.execute(
        invoices.update().where(invoices.c.id == invoice.id).values(decided | {"state": state, "reason": reason})
    )
    if invoice.order_id is not None:
        _tell(conn, invoice.order_id, actor, now, state, invoice.number, invoice.kind, reason)
    log.say(f"invoice_{state}", supplier=invoice.supplier_id, number=invoice.number, who=actor)


def candidates(conn: sa.Connection, invoice: InvoiceRow, limit: int = 5) -> list[OrderRow]:
    """Orders of the supplier that it may be for: those it names first, then by how near their sum and their day are."""
    net = invoice.billing.totals.lines.value
    theirs = sa.select(orders.c.number, orders.c.document["totals"]["lines"]["value"].astext.label("net"))
    theirs = theirs.where(orders.c.supplier_id == invoice.supplier_id, ~orders.c.test)
    theirs = theirs.where(orders.c.state.not_in(("awaiting_approval", "rejected"))).order_by(orders.c.placed_at.desc())
    named = set(order_numbers(invoice.billing))
    known = [(row.number, Decimal(row.net or 0)) for row in conn.execute(theirs.limit(500))]
    near = sorted(known, key=lambda one: (one[0] not in named, abs(one[1] - net)))
    best = [number for number, _ in near[:limit]]
    return sorted(book.by_numbers(conn, best), key=lambda row: best.index(row.number))


def _numbered(conn: sa.Connection, supplier_id: str, number: str) -> InvoiceRow | None:
    same = (invoices.c.supplier_id == supplier_id) & (sa.func.lower(invoices.c.number) == number.lower())
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"invoice {supplier_id} {number.lower()}"))))
    row = conn.execute(sa.select(invoices).where(same)).first()
    return _row(row) if row is not None else None


def _order_of(conn: sa.Connection, supplier_id: str, document: Billing) -> UUID | None:
    """The one order of the supplier that it names; where it names several or none, a person says."""
    named = {row.id for row in book.by_numbers(conn, order_numbers(document)) if row.supplier_id == supplier_id}
    if len(named) != 1:
        return None
    (order_id,) = named
    book.lock(conn, order_id)
    return order_id


def _due(document: Billing) -> date | None:
    if isinstance(document, Invoice) and document.due is not None:
        return document.due
    return next((one.due for one in document.payment_means if one.due is not None), None)


def _tell(
    conn: sa.Connection, order_id: UUID, actor: str, now: datetime, what: str, number: str, kind: str, reason: str = ""
) -> None:
    detail = {"step": STEP, "what": what, "number": number, "kind": kind} | ({"reason": reason} if reason else {})
    book.record(conn, order_id, Event.NOTE, actor, now, detail)


def _row(row: sa.Row[tuple[object, ...]]) -> InvoiceRow:
    facts = {name: getattr(row, name) for name in InvoiceRow.__struct_fields__ if name != "billing"}
    billing = msgspec.convert(row.document, KINDS[row.kind], strict=False)
    return InvoiceRow(**facts, billing=billing)
