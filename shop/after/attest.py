"""What may be done with an invoice: attested by who had no hand in the order, disputed, or given to an order."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import tasks
from gateway.orders import book
from gateway.orders.book import OrderRow
from shop import units
from shop.after import invoices, tolerance
from shop.after.deputies import stands_in_for
from shop.after.facts import Facts, facts_of
from shop.after.invoices import ATTESTED, DISPUTED, OPEN, InvoiceRow
from shop.after.match import Match
from shop.after.separation import why_not_attest
from web.access import ADMIN, APPROVER, PURCHASER
from web.languages import N_
from web.sessions import Viewer


class Stand(StrEnum):
    """Where an invoice stands; all but the last two are open."""

    UNMATCHED = "unmatched"
    WAITS = "waits"
    DIFFERS = "differs"
    MATCHED = "matched"
    ATTESTED = "attested"
    DISPUTED = "disputed"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice with everything that a decision about it needs."""

    invoice: InvoiceRow
    stand: Stand
    facts: Facts | None = None
    match: Match | None = None

    @property
    def mark(self) -> str:
        """Changes when what the person saw does: a form that carries an old one is refused."""
        found = self.match.all_differences if self.match else ()
        version = self.facts.row.version if self.facts else 0
        return f"{self.stand.value}.{version}.{len(found)}.{self.invoice.order_id or ''}"


class CannotDecide(Exception):
    """The message is a message id."""


def look(conn: sa.Connection, invoice: InvoiceRow, facts: Facts | None = None) -> Seen:
    """The invoice beside its order as both stand now; `facts` are the order's, where they are read already."""
    row = _order(conn, invoice) if facts is None else facts.row
    if row is None:
        return Seen(invoice=invoice, stand=Stand(invoice.state) if invoice.state != OPEN else Stand.UNMATCHED)
    facts = facts or facts_of(conn, row)
    found = facts.match(invoice, tolerance.current(conn))
    return Seen(invoice=invoice, stand=_stand(invoice, found), facts=facts, match=found)


def _stand(invoice: InvoiceRow, found: Match) -> Stand:
    if invoice.state != OPEN:
        return Stand(invoice.state)
    if found.agrees:
        return Stand.MATCHED
    return Stand.WAITS if found.waits else Stand.DIFFERS


def why_not(conn: sa.Connection, seen: Seen, person: Viewer) -> str | None:
    """Why this person may not attest it, as a message id."""
    if seen.facts is None:
        return N_("Say first which order the invoice is for.")
    if seen.match is not None and seen.match.too_early:
        return N_("Not everything on the invoice has come. It can be attested when it has been received.")
    if seen.invoice.state != OPEN:
        return N_("The invoice is decided already.")
    approves = seen.facts.row.unit_id in units.ids_of_user(conn, person.id, [units.APPROVER])
    if APPROVER not in person.roles or not approves:
        return N_("Only an approver of the unit attests its invoices.")
    return why_not_attest(person.login, stands_in_for(conn, person), seen.facts.hands)


def attest(conn: sa.Connection, invoice_id: UUID, person: Viewer, mark: str, reason: str, now: datetime) -> InvoiceRow:
    """Beslutsattest. What differs is attested with a reason only. Raises CannotDecide and leaves nothing behind."""
    seen = _locked(conn, invoice_id, mark)
    if (no := why_not(conn, seen, person)) is not None:
        raise CannotDecide(no)
    if seen.stand is Stand.DIFFERS and not reason:
        raise CannotDecide(N_("The invoice differs from the order: write why it is right all the same."))
    invoices.decide(conn, seen.invoice, ATTESTED, person.login, reason, now)
    return seen.invoice


def dispute(conn: sa.Connection, invoice_id: UUID, person: Viewer, mark: str, reason: str, now: datetime) -> InvoiceRow:
    """It is not paid as it is, and the purchasing office takes it up with the supplier. Raises CannotDecide."""
    seen = _locked(conn, invoice_id, mark)
    if not reason:
        raise CannotDecide(N_("Write what is wrong: the purchasing office tells the supplier."))
    if seen.invoice.state != OPEN:
        raise CannotDecide(N_("The invoice is decided already."))
    invoices.decide(conn, seen.invoice, DISPUTED, person.login, reason, now)
    row, number = seen.facts.row if seen.facts else None, seen.invoice.number
    about = {"order_id": row.id if row else None, "message_id": None, "supplier_id": seen.invoice.supplier_id}
    summary = f"{person.login} disputes invoice {number} from {seen.invoice.supplier_id}"
    tasks.add(conn, tasks.Kind.FROM_UNIT, summary, now, **about, finding=f"“{reason}”")  # type: ignore[arg-type]
    return seen.invoice


def open_again(conn: sa.Connection, invoice_id: UUID, person: Viewer, now: datetime) -> InvoiceRow:
    """Takes back one's own attest, or a dispute that is settled. Raises CannotDecide."""
    found = invoices.get(conn, invoice_id, lock=True)
    if found is None:
        raise LookupError(f"there is no invoice {invoice_id}")
    settles = found.state == DISPUTED and bool(person.roles & {PURCHASER, ADMIN})
    if found.state == OPEN or not (found.decided_by == person.login or settles):
        raise CannotDecide(N_("Only who decided it can take that back."))
    invoices.decide(conn, found, OPEN, person.login, "", now)
    return found


def give(conn: sa.Connection, invoice_id: UUID, number: str, person: Viewer, now: datetime) -> InvoiceRow:
    """The invoice is for this order of its supplier. Raises CannotDecide."""
    found = invoices.get(conn, invoice_id, lock=True)
    row = book.get(conn, number.strip().upper())
    if found is None:
        raise LookupError(f"there is no invoice {invoice_id}")
    if row is None or row.supplier_id != found.supplier_id or row.test:
        raise CannotDecide(N_("The supplier has no order with that number."))
    if found.state == ATTESTED:
        raise CannotDecide(N_("The invoice is decided already."))
    book.lock(conn, row.id)
    invoices.belongs_to(conn, found, row, person.login, now)
    return found


def _locked(conn: sa.Connection, invoice_id: UUID, mark: str) -> Seen:
    found = invoices.get(conn, invoice_id, lock=True)
    if found is None:
        raise LookupError(f"there is no invoice {invoice_id}")
    seen = look(conn, found)
    if seen.mark != mark:
        raise CannotDecide(N_("Something has changed since you opened the page. Look again before you decide."))
    return seen


def _order(conn: sa.Connection, invoice: InvoiceRow) -> OrderRow | None:
    return book.get(conn, invoice.order_id) if invoice.order_id is not None else None
