"""Order, change and cancellation ↔ OrderRequest new, update and delete.

What cXML has no place for travels as Extrinsics, under names that stand here. The price is that of one unit: where ours
is for more of them, it is divided and the Extrinsic `priceBasis` says for how many it was given.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from gateway.formats.cxml import addresses, lines
from gateway.formats.cxml.lines import extrinsics_of, found_in
from gateway.formats.cxml.moments import day_and_time, local, moment
from gateway.model import Order, OrderCancellation, OrderChange
from gateway.model.cxml_order import CxmlAttachment, CxmlContact, CxmlOrder
from gateway.model.item import Attachment
from gateway.model.order import OrderDelivery
from gateway.model.party import Amount, Contact, Party, Period

_KINDS = {"Order": "new", "OrderChange": "update", "OrderCancellation": "delete"}
_ZERO = Decimal(0)
_DELETED = "2"
# Our terms that are plain texts, and what the Extrinsic is called.
_TEXTS = {
    "customer_reference": "customerReference",
    "accounting_cost": "accountingCost",
    "kind": "orderTypeCode",
    "sales_order": "salesOrder",
    "quotation": "quotation",
    "project": "project",
    "payment_terms": "paymentTerms",
    "originator_document": "originatorDocument",
}
_END_USER = "endUser"


def sayable(document: Any) -> Any:
    """The document as cXML means it: whole without what is taken out of it, times local and to be told apart."""
    issued, issued_time = local(document.issued, document.issued_time)
    document = replace(document, issued=issued, issued_time=issued_time)
    document = replace(document, attachments=tuple(map(_elsewhere, document.attachments)))
    if isinstance(document, OrderCancellation) and document.cancels is not None:
        said: dict[str, Any] = {"issued": document.issued, "issued_time": document.issued_time, "note": None}
        said |= {"contract": document.contract, "originator": document.originator}
        document = replace(document, cancels=replace(document.cancels, **said))
    if isinstance(document, OrderChange):
        kept = tuple(replace(line, status=None) for line in document.lines if line.status != _DELETED)
        document = replace(document, lines=kept)
    return document


def to_wire(document: Any) -> CxmlOrder:
    """The request. Raises ValueError where a cancellation brings no order along: cXML repeats the whole of it."""
    kind = _KINDS[type(document).__name__]
    order = document
    if isinstance(document, OrderCancellation):
        if document.cancels is None:
            raise ValueError("cancels: the order is missing, and cXML takes an order back by repeating it")
        order = document.cancels
    texts = {name: getattr(order, name, None) for name in _TEXTS}
    facts = {_TEXTS[name]: value for name, value in texts.items() if value is not None}
    if kind != "new":
        facts["documentNumber"] = document.number
    if isinstance(document, OrderCancellation):
        facts["reason"] = document.reason
    facts |= addresses.delivery_facts(order.delivery) | _originator_facts(order.originator)
    return CxmlOrder(
        kind=kind,
        number=order.number if kind == "new" else document.order,
        version=document.sequence if isinstance(document, OrderChange) else None,
        payload=getattr(document, "order_key", None),
        ordered=moment(document.issued, document.issued_time),
        agreement=order.contract,
        total=_total(order),
        ship_to=addresses.ship_to(order.delivery),
        bill_to=addresses.bill_to(order.invoicee, order.buyer),
        contacts=_contacts(order.originator),
        note=document.note,
        attachments=tuple(_attached(one) for one in order.attachments),
        extrinsics=extrinsics_of(facts),
        lines=tuple(lines.to_wire(line, order.currency) for line in order.lines),
    )


def from_wire(tree: CxmlOrder) -> Order | OrderChange | OrderCancellation:
    """The document that a request means; who it is from and to stands in its envelope."""
    facts = found_in(tree.extrinsics)
    issued, issued_time = day_and_time(tree.ordered)
    said: dict[str, Any] = {
        "issued": issued,
        "issued_time": issued_time,
        "note": tree.note,
        "contract": tree.agreement,
        "buyer": Party(),
        "seller": Party(),
        "originator": _originator(tree.contacts, facts),
    }
    mine: dict[str, Any] = {name: facts[told] for name, told in _TEXTS.items() if told in facts}
    mine["currency"] = tree.total.currency
    mine["lines"] = tuple(lines.from_wire(line) for line in tree.lines)
    mine["delivery"] = _delivery(tree, facts)
    mine["attachments"] = tuple(Attachment(id=one.name or one.url, uri=one.url) for one in tree.attachments)
    if tree.kind == "new":
        return Order(number=tree.number, **said | mine)
    number = facts.get("documentNumber", tree.number)
    if tree.kind == "update":
        mine = {name: value for name, value in mine.items() if name in OrderChange.__struct_fields__}
        change = {"order": tree.number, "sequence": tree.version or "1", "order_key": tree.payload}
        return OrderChange(number=number, **said | mine | change)
    cancels = Order(number=tree.number, **said | {"note": None} | mine)
    reason = facts.get("reason", tree.note or "deleted")
    return OrderCancellation(
        number=number, order=tree.number, reason=reason, order_key=tree.payload, cancels=cancels, **said
    )


def _total(order: Any) -> Amount:
    amounts = [line.amount.value for line in order.lines if line.amount is not None]
    if order.totals is not None:
        return Amount(value=(order.totals.tax_exclusive or order.totals.lines).value, currency=order.currency)
    return Amount(value=sum(amounts, _ZERO), currency=order.currency)


def _contacts(originator: Party | None) -> tuple[CxmlContact, ...]:
    contact = originator.contact if originator is not None else None
    if contact is None:
        return ()
    name = contact.name or contact.email or contact.id or "-"
    return (CxmlContact(role=_END_USER, name=name, id=contact.id, email=contact.email, phone=contact.telephone),)


def _originator_facts(originator: Party | None) -> dict[str, str]:
    if originator is None:
        return {}
    facts = {"originatorName": originator.name} if originator.name else {}
    return facts | addresses.id_facts("originator", originator.ids)


def _originator(contacts: Iterable[CxmlContact], facts: dict[str, str]) -> Party | None:
    person = next((one for one in contacts if one.role == _END_USER), None)
    contact = Contact(name=person.name, id=person.id, email=person.email, telephone=person.phone) if person else None
    party = Party(name=facts.get("originatorName"), ids=addresses.ids_in("originator", facts), contact=contact)
    return party if party != Party() else None


def _delivery(tree: CxmlOrder, facts: dict[str, str]) -> OrderDelivery | None:
    period = Period(end_date=date.fromisoformat(facts["requestedDelivery"])) if "requestedDelivery" in facts else None
    if "earliestDelivery" in facts:
        period = replace(period or Period(), start_date=date.fromisoformat(facts["earliestDelivery"]))
    found = OrderDelivery(
        consignee=addresses.consignee(tree.ship_to), recipient=addresses.recipient(facts), requested=period
    )
    return found if found != OrderDelivery() else None


def _elsewhere(one: Attachment) -> Attachment:
    """A document inside travels as a part of its own beside the request, and is named there by its content id."""
    return Attachment(id=one.id, uri=one.uri or f"cid:{one.id}")


def _attached(one: Attachment) -> CxmlAttachment:
    return CxmlAttachment(url=one.uri or "", name=one.id)
