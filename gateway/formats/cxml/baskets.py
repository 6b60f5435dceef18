"""Baskets, visits and status updates ↔ their trees."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from gateway.formats.cxml.envelope import Opened
from gateway.formats.cxml.lines import (
    UNCLASSIFIED,
    classification,
    classified,
    described,
    extrinsics_of,
    found_in,
    told,
)
from gateway.model.article import Article, ItemDocument
from gateway.model.basket import BasketLine, PunchOutBasket, PunchOutSetup, Traveller
from gateway.model.cxml_basket import CxmlBasket, CxmlIn, CxmlSetup, CxmlStatus
from gateway.model.cxml_order import CxmlContact
from gateway.model.item import Item, ItemProperty
from gateway.model.party import Party, Quantity
from gateway.model.verdict import MessageLevelResponse

_DAYS = "DAY"
_MOST_DECIMALS = 8
# What the traveller is told as, by the names that shops know.
_TRAVELLER = {"id": "UniqueName", "name": "UserFullName", "email": "UserEmail", "unit": "BusinessUnit"}
_VERDICTS = {"AP": "200", "AB": "201", "RE": "400"}


def basket_sayable(basket: PunchOutBasket) -> PunchOutBasket:
    """As cXML means it: a price that does not say for how many of what is for what is ordered."""
    return replace(basket, lines=tuple(map(_with_unit, basket.lines)))


def _with_unit(line: BasketLine) -> BasketLine:
    basis = line.base_quantity
    if basis is None or basis.unit is not None:
        return line
    return replace(line, base_quantity=replace(basis, unit=line.quantity.unit))


def basket_to_wire(basket: PunchOutBasket) -> CxmlBasket:
    """Raises ValueError where the shop said no total: the message cannot be without."""
    if basket.total is None:
        raise ValueError("total is missing")
    lines = tuple(_line(line) for line in basket.lines)
    sums: dict[str, Any] = {"total": basket.total, "shipping": basket.shipping, "tax": basket.tax}
    return CxmlBasket(cookie=basket.cookie or "", allowed=basket.allowed or "create", lines=lines, **sums)


def basket_from_wire(tree: CxmlBasket) -> PunchOutBasket:
    """Lines without a number of their own are numbered as they stand."""
    lines = tuple(_basket_line(line, str(place)) for place, line in enumerate(tree.lines, 1))
    sums: dict[str, Any] = {"total": tree.total, "shipping": tree.shipping, "tax": tree.tax}
    return PunchOutBasket(cookie=tree.cookie, allowed=tree.allowed, lines=lines, **sums)


def basket_enveloped(basket: PunchOutBasket, around: Opened) -> PunchOutBasket:
    """With what stands in its envelope: the payloadID, and when it was written."""
    at = around.timestamp
    day, hour = (at.date(), at.timetz()) if at is not None else (None, None)
    return replace(basket, number=around.payload_id, issued=day, issued_time=hour)


def setup_to_wire(setup: PunchOutSetup) -> CxmlSetup:
    """Who goes there is told by Extrinsics and as a contact."""
    who = setup.traveller
    facts = {told_as: getattr(who, name) for name, told_as in _TRAVELLER.items() if getattr(who, name) is not None}
    if setup.level is not None:
        facts["level"] = setup.level
    selected = setup.selected
    return CxmlSetup(
        operation=setup.operation,
        cookie=setup.number,
        return_url=setup.return_url,
        extrinsics=extrinsics_of(facts),
        contacts=(CxmlContact(role="endUser", name=who.name or who.id, email=who.email),),
        selected_id=selected.seller_id if selected is not None else None,
        selected_auxiliary_id=selected.seller_id_extension if selected is not None else None,
        lines=tuple(_line(line) for line in setup.lines),
    )


def setup_sayable(setup: PunchOutSetup) -> PunchOutSetup:
    """As every version of the DTD can say it: articles by the shop's own numbers, at the price of one unit.

    The shop knows its prices; where one has no exact share, it is told to eight decimals.
    """
    return replace(setup, lines=tuple(map(_for_one, setup.lines)))


def _for_one(line: BasketLine) -> BasketLine:
    basis = line.base_quantity.value if line.base_quantity is not None else Decimal(1)
    price = line.price
    if basis not in (0, 1):
        price = replace(price, value=round(price.value / basis, _MOST_DECIMALS).normalize() + Decimal(0))
    return replace(line, price=price, base_quantity=None, item=replace(line.item, buyer_id=None))


def setup_from_wire(tree: CxmlSetup) -> PunchOutSetup:
    """The visit that is asked for."""
    facts = found_in(tree.extrinsics)
    who: dict[str, Any] = {name: facts.get(told_as) for name, told_as in _TRAVELLER.items()}
    selected = None
    if tree.selected_id is not None:
        selected = Item(seller_id=tree.selected_id, seller_id_extension=tree.selected_auxiliary_id)
    return PunchOutSetup(
        operation=tree.operation,
        number=tree.cookie,
        return_url=tree.return_url,
        traveller=Traveller(**who | {"id": who["id"] or "-"}),
        level=facts.get("level"),
        selected=selected,
        lines=tuple(_basket_line(line, str(place)) for place, line in enumerate(tree.lines, 1)),
    )


def status_to_wire(answer: MessageLevelResponse) -> CxmlStatus:
    return CxmlStatus(
        code=_VERDICTS[answer.code], text=answer.code, payload=answer.message or None, words=answer.description
    )


def status_from_wire(tree: CxmlStatus) -> MessageLevelResponse:
    """2xx but 200 and 204: it is under way; what begins otherwise: it will not be done."""
    code = "AP" if tree.code in {"200", "204"} else "AB" if tree.code.startswith("2") else "RE"
    said: dict[str, Any] = {"number": None, "issued": None, "sender": Party(), "receiver": Party()}  # in the envelope
    return MessageLevelResponse(code=code, message=tree.payload or "", description=tree.words, **said)


def status_enveloped(answer: MessageLevelResponse, around: Opened) -> MessageLevelResponse:
    at = around.timestamp
    if at is None:
        raise ValueError("timestamp is missing, or is no moment")
    message = answer.message or around.reply_to or ""
    hour = at.timetz()
    return replace(answer, number=around.payload_id, issued=at.date(), issued_time=hour, message=message)


def _line(line: BasketLine) -> CxmlIn:
    item = line.item
    description = item.descriptions[0] if item.descriptions else None
    facts = {one.name: one.value for one in item.properties}
    return CxmlIn(
        quantity=line.quantity.value,
        unit=line.quantity.unit or "",
        seller_id=item.seller_id or "",
        auxiliary_id=item.seller_id_extension,
        buyer_id=item.buyer_id,
        number=line.id,
        price=line.price,
        basis=line.base_quantity.value if line.base_quantity is not None else None,
        basis_unit=line.base_quantity.unit if line.base_quantity is not None else None,
        basis_factor=Decimal(1) if line.base_quantity is not None else None,
        descriptions=(described(item.name, description),),
        classifications=tuple(map(classified, item.classifications)) or (UNCLASSIFIED,),
        manufacturer_id=item.manufacturer_id,
        manufacturer=item.manufacturer.name if item.manufacturer is not None else None,
        url=item.documents[0].uri if item.documents else None,
        lead_time=line.lead_time.value if line.lead_time is not None else None,
        extrinsics=extrinsics_of(facts),
        detail=line.detail,
    )


def _basket_line(line: CxmlIn, place: str) -> BasketLine:
    name, description = told(line.descriptions)
    if line.basis_factor not in {None, Decimal(1)}:
        why = f"the price is for another unit than is ordered (conversionFactor {line.basis_factor})"
        raise ValueError(f"ItemIn {line.number or place}: {why}; the shop must price what it sells")
    item = Article(
        name=name or line.seller_id,
        descriptions=(description,) if description else (),
        seller_id=line.seller_id,
        seller_id_extension=line.auxiliary_id,
        buyer_id=line.buyer_id,
        manufacturer_id=line.manufacturer_id,
        manufacturer=Party(name=line.manufacturer) if line.manufacturer is not None else None,
        documents=(ItemDocument(id="1", uri=line.url),) if line.url is not None else (),
        classifications=tuple(map(classification, (one for one in line.classifications if one != UNCLASSIFIED))),
        properties=tuple(ItemProperty(name=name, value=value) for name, value in found_in(line.extrinsics).items()),
    )
    return BasketLine(
        id=line.number or place,
        item=item,
        quantity=Quantity(value=line.quantity, unit=line.unit),
        price=line.price,
        base_quantity=Quantity(value=line.basis, unit=line.basis_unit or line.unit) if line.basis is not None else None,
        lead_time=Quantity(value=line.lead_time, unit=_DAYS) if line.lead_time is not None else None,
        detail=line.detail,
    )
