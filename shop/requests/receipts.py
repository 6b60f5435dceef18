"""A receipt of a store, against its requisition: an order in the book with what it really cost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.exchange.by_hand import How
from gateway.exchange.outside import Purchase, enter
from gateway.model import Order
from gateway.model.party import Amount
from gateway.orders import book
from gateway.settings import Municipality
from gateway.suppliers.supplier import Supplier
from shop.articles import Article
from shop.document import Terms, Wanted, build_order
from shop.requests import outside, requisitions
from shop.requests.ceiling import fits, net_of_gross
from shop.requests.events import What, tell
from shop.requests.raising import CannotDo
from shop.requests.requisitions import Requisition, State
from shop.requests.tables import requisition_uses
from shop.units import Unit
from web.figures import LOCAL
from web.languages import N_

PURCHASE = "220"
"""UNCL1001: a purchase order; nothing goes through the hub."""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt says. `gross` is kronor with VAT by its rate in per cent; `number` the receipt's own."""

    id: UUID
    bought_on: date
    what: str
    gross: Mapping[Decimal, Decimal]
    number: str = ""

    @property
    def net(self) -> Decimal:
        """Without VAT."""
        return sum((net_of_gross(amount, rate) for rate, amount in self.gross.items()), Decimal(0))

    @property
    def total(self) -> Decimal:
        """With VAT, as paid."""
        return sum(self.gross.values(), Decimal(0))


def register(
    conn: sa.Connection,
    id: UUID,
    receipt: Receipt,
    supplier: Supplier,
    unit: Unit,
    login: str,
    municipality: Municipality,
    now: datetime,
) -> None:
    """The receipt counts, once however often the form is sent. Raises CannotDo: too late, too dear, not open."""
    known = requisitions.locked(conn, id)
    if any(one.id == receipt.id for one in requisitions.uses_of(conn, id)):
        return
    _may_be_bought(known, receipt)
    row = {"id": receipt.id, "requisition_id": id, "bought_on": receipt.bought_on, "net": receipt.net}
    row |= {"gross": receipt.total, "by": login, "at": now}
    used = insert(requisition_uses).values(row).on_conflict_do_nothing().returning(requisition_uses.c.id)
    if conn.execute(used).first() is None:
        raise CannotDo(N_("The receipt is registered with another requisition already."))
    local = now.astimezone(LOCAL)
    number = book.next_number(conn, local.year)
    order = order_of(number, local, known, receipt, supplier, unit, municipality)
    bought = Purchase(
        how=How.STORE,
        bought_on=receipt.bought_on,
        bought_by=known.holder,
        reference=receipt.number,
        received_by=known.holder,
    )
    order_id = enter(conn, order, supplier, unit.id, known.issued_by, login, bought, now)
    conn.execute(requisition_uses.update().where(requisition_uses.c.id == receipt.id).values(order_id=order_id))
    tell(conn, id, login, What.USED, now, receipt.what, amount=str(receipt.net))


def _may_be_bought(known: Requisition, receipt: Receipt) -> None:
    if known.state is not State.OPEN:
        raise CannotDo(N_("The requisition may not be used. Open it again, or wait for the yes."))
    if receipt.bought_on > known.valid_to:
        raise CannotDo(N_("It could be used until %(day)s. Issue a new one for this receipt."), day=known.valid_to)
    if receipt.bought_on < known.created_at.astimezone(LOCAL).date():
        raise CannotDo(N_("The receipt is older than the requisition. Look at its day again."))
    if not fits(known.ceiling, known.spent, receipt.net):
        raise CannotDo(
            N_("The receipt is %(net)s without VAT, and %(left)s is left. Say yes to a higher ceiling first."),
            net=Amount(value=receipt.net, currency="SEK"),
            left=Amount(value=known.left, currency="SEK"),
        )


def order_of(
    number: str,
    local: datetime,
    known: Requisition,
    receipt: Receipt,
    supplier: Supplier,
    unit: Unit,
    municipality: Municipality,
) -> Order:
    """One line for each rate of VAT; what is paid is what the receipt says, to the öre."""
    lines = [
        Wanted(article=_bought(known, receipt, supplier, rate, amount), quantity=Decimal(1))
        for rate, amount in sorted(receipt.gross.items(), reverse=True)
        if amount
    ]
    terms = Terms(customer_reference=unit.customer_reference, accounting_cost=unit.accounting_cost, note=known.purpose)
    order = build_order(number, local, municipality, supplier, unit, known.holder, lines, terms)
    assert order.totals is not None
    assert order.totals.tax_inclusive is not None
    assert order.delivery is not None
    rounding = receipt.total - order.totals.tax_inclusive.value
    payable = Amount(value=receipt.total, currency=order.currency)
    rounded = Amount(value=rounding, currency=order.currency) if rounding else None
    return msgspec.structs.replace(
        order,
        kind=PURCHASE,
        issued=receipt.bought_on,
        issued_time=None,
        delivery=msgspec.structs.replace(order.delivery, consignee=None),
        totals=msgspec.structs.replace(order.totals, payable=payable, rounding=rounded),
    )


def _bought(known: Requisition, receipt: Receipt, supplier: Supplier, rate: Decimal, amount: Decimal) -> Article:
    net = net_of_gross(amount, rate)
    article = outside.free_line(supplier, known.number, receipt.what, "C62", net, rate, known.category)
    return msgspec.structs.replace(article, contract=known.contract)
