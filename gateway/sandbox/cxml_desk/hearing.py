"""What an OrderRequest asks for, as the supplier's own system reads it. With lxml alone; pure."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from lxml import etree

from gateway.model import Order, OrderCancellation, OrderChange
from gateway.model.item import Item, Price
from gateway.model.order import OrderDelivery, OrderLine
from gateway.model.party import Amount, Party, Period, Quantity
from gateway.sandbox.cxml_house import HERE, Unreadable, said

Asked = Order | OrderChange | OrderCancellation


def asked(request: etree._Element, payload_id: str, house: str) -> Asked:
    """An order, a change of one or its end. `house` is what the supplier calls itself. Raises `Unreadable`.

    A change has no number of its own in cXML: it is called after the order and the version, or what it travelled under.
    """
    if request.tag != "OrderRequest":
        raise Unreadable(f"{request.tag} is no OrderRequest")
    head = request.find("OrderRequestHeader")
    if head is None or not head.get("orderID"):
        raise Unreadable("the order has no orderID")
    order = _order(request, head, house)
    kind, mark = head.get("type", "new"), head.get("orderVersion") or payload_id
    if kind == "new":
        return order
    if kind == "update":
        facts = {name: getattr(order, name) for name in OrderChange.__struct_fields__ if hasattr(order, name)}
        facts |= {"number": f"{order.number}.{mark}", "order": order.number, "sequence": head.get("orderVersion", "1")}
        return OrderChange(**facts)
    if kind != "delete":
        raise Unreadable(f"the type {kind!r} is not known here")
    return OrderCancellation(
        number=f"{order.number}.{payload_id}",
        issued=order.issued,
        order=order.number,
        reason=said(head.find("Comments")) or "delete",
        buyer=order.buyer,
        seller=order.seller,
    )


def _order(request: etree._Element, head: etree._Element, house: str) -> Order:
    lines = tuple(_line(one, place) for place, one in enumerate(request.iterfind("ItemOut"), 1))
    if not lines:
        raise Unreadable("the order has no ItemOut")
    currency = next((line.price.amount.currency for line in lines if line.price is not None), "")
    day = _day(head.get("requestedDeliveryDate")) or _day(_extrinsics(head).get("requesteddelivery"))
    day = day or next((_day(one.get("requestedDeliveryDate")) for one in request.iterfind("ItemOut")), None)
    return Order(
        number=head.get("orderID", ""),
        issued=_day(head.get("orderDate")) or date.min,
        currency=currency,
        buyer=Party(),
        seller=Party(legal_name=house),
        note=said(head.find("Comments")) or None,
        delivery=OrderDelivery(requested=Period(end_date=day)) if day is not None else None,
        lines=lines,
    )


def _line(item: etree._Element, place: int) -> OrderLine:
    detail = item.find("ItemDetail")
    money = item.find("ItemDetail/UnitPrice/Money")
    number = said(item.find("ItemID/SupplierPartID"))
    if detail is None or money is None or not number:
        raise Unreadable(f"ItemOut {place} lacks its article number, its description or its price")
    unit, basis = said(detail.find("UnitOfMeasure")), detail.find("PriceBasisQuantity")
    per = _number(basis.get("quantity")) if basis is not None else None
    return OrderLine(
        id=item.get("lineNumber", str(place)),
        quantity=Quantity(value=_number(item.get("quantity")), unit=unit),
        item=Item(
            name=said(detail.find("Description/ShortName")) or said(detail.find("Description")) or number,
            seller_id=number,
            seller_id_extension=said(item.find("ItemID/SupplierPartAuxiliaryID")) or None,
        ),
        price=Price(
            amount=Amount(value=_number(said(money)), currency=money.get("currency", "")),
            base_quantity=Quantity(value=per, unit=unit) if per is not None else None,
        ),
        note=said(item.find("Comments")) or None,
    )


def _extrinsics(element: etree._Element) -> dict[str, str]:
    return {one.get("name", "").casefold(): said(one) for one in element.iterfind("Extrinsic")}


def _number(text: str | None) -> Decimal:
    try:
        found = Decimal((text or "").strip())
    except InvalidOperation:
        raise Unreadable(f"{text!r} is no number") from None
    if not found.is_finite():
        raise Unreadable(f"{text!r} is no number")
    return found


def _day(text: str | None) -> date | None:
    try:
        at = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return at.astimezone(HERE).date() if at.tzinfo is not None else at.date()
