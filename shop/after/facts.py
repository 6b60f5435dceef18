"""All that is known of an order after it was placed, read once for a page or a decision."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import sqlalchemy as sa

from gateway.orders import book, versions
from gateway.orders.book import EventRow, OrderRow
from gateway.orders.versions import Standing, Version
from shop.after import came, invoices, receipts
from shop.after.invoices import ATTESTED, InvoiceRow
from shop.after.match import Match, match
from shop.after.receipts import Receipt
from shop.after.separation import Hands
from shop.after.tolerance import Tolerance
from web import accounts


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """`hands` are log-ins; `received` whole ones by order line."""

    row: OrderRow
    events: tuple[EventRow, ...]
    versions: tuple[Version, ...]
    receipts: tuple[Receipt, ...]
    invoices: tuple[InvoiceRow, ...]
    hands: Hands
    received: dict[str, Decimal]

    @property
    def offer(self) -> Version | None:
        """What the supplier offers and we have not answered."""
        return next((one for one in reversed(self.versions) if one.state is Standing.OFFERED), None)

    @property
    def last_event(self) -> int:
        return self.events[-1].id if self.events else 0

    def match(self, invoice: InvoiceRow, rules: Tolerance) -> Match:
        """The invoice beside the order and everything else that was invoiced of it."""
        others = invoices.others_than(invoice, self.invoices)
        return match(self.row.order, self.received, others, invoice.billing, rules)


def facts_of(conn: sa.Connection, row: OrderRow) -> Facts:
    """Everything; hub people are known by name there, so every log-in of such a name counts as theirs."""
    events, came_in = tuple(book.timeline(conn, row.id)), tuple(receipts.of_order(conn, row.id))
    billed = tuple(invoices.of_order(conn, row.id))
    scanned = accounts.logins_named(conn, came.scanned_by(events))
    attested = [one.decided_by for one in billed if one.state == ATTESTED]
    return Facts(
        row=row,
        events=events,
        versions=tuple(versions.of_order(conn, row.id)),
        receipts=came_in,
        invoices=billed,
        hands=came.hands_of(row, events, came_in, scanned, attested),
        received=came.received(row.order, events, came_in),
    )
