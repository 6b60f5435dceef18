"""The shop speaks cXML PunchOut: reads a setup request, answers it, and writes the cart, faults and all."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation

import msgspec
from lxml import etree

from gateway.sandbox.cxml_house import LANGUAGE, Unreadable, answer, letter, new_id, request_of, said, written
from gateway.sandbox.elements import E
from gateway.sandbox.shopfront.cart import leaving, total
from gateway.sandbox.shopfront.quirks import Quirk
from gateway.sandbox.shopfront.shop import Position, Shop
from gateway.sandbox.shopfront.visits import Key, Visit

SETUP = "PunchOutSetupRequest"
_ENTITY = '<!ENTITY shop "Provhandeln">'
_LATIN1 = "iso-8859-1"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a setup request says. `start` is an article number, `lines` what is edited or inspected."""

    operation: str
    cookie: str
    hook: str
    who: str = ""
    start: str = ""
    lines: tuple[tuple[Key, Decimal], ...] = ()


def asked(root: etree._Element) -> Asked:
    """The visit that is asked for. Raises `Unreadable` where the request lacks what a shop must know."""
    request = request_of(root)
    if request.tag != SETUP:
        raise Unreadable(f"{request.tag} is not for the shop")
    operation, hook = request.get("operation", ""), said(request.find("BrowserFormPost/URL"))
    if operation not in {"create", "edit", "inspect"}:
        raise Unreadable(f"the operation {operation!r} is not known here")
    if not hook.startswith(("http://", "https://")):
        raise Unreadable("BrowserFormPost has no address")
    names = {one.get("name", "").casefold(): said(one) for one in request.iterfind("Extrinsic")}
    who = names.get("userfullname") or said(request.find("Contact/Name"))
    return Asked(
        operation=operation,
        cookie=said(request.find("BuyerCookie")),
        hook=hook,
        who=who,
        start=said(request.find("SelectedItem/ItemID/SupplierPartID")),
        lines=tuple(_line(one) for one in request.iterfind("ItemOut")),
    )


def setup_answer(start_page: str | None, now: datetime) -> bytes:
    """Come in; without a `start_page` the answer is as good as none."""
    found = E.PunchOutSetupResponse(E.StartPage(E.URL(start_page or "")))
    return answer(200, "Välkommen", now, *((found,) if start_page is not None else ()), text="OK")


def cart(shop: Shop, visit: Visit, now: datetime) -> bytes:
    """The PunchOutOrderMessage that the browser carries, in us-ascii with entities."""
    lines = leaving(shop, visit)
    message = _message(visit, lines)
    if Quirk.WRONG_ORDER in visit.quirks:
        _disorder(message)
    root = letter(shop.house, message, new_id(), now, "Message")
    return _with_faults(written(root, encoding="us-ascii"), visit.quirks)


def nothing(shop: Shop, visit: Visit, now: datetime) -> bytes:
    """Somebody left without buying: status 204, nothing has changed."""
    root = letter(shop.house, _message(visit, []), new_id(), now, "Message")
    part = root.find("Message")
    assert part is not None
    part.insert(0, E.Status("Avbrutet", code="204", text="No Content"))
    return written(root, encoding="us-ascii")


def detail(line: Position) -> etree._Element:
    """The article as it is described and priced."""
    return E.ItemDetail(
        E.UnitPrice(_money(line.price, line.currency)),
        E.Description(E.ShortName(line.name), line.text, {LANGUAGE: "sv"}),
        E.UnitOfMeasure(line.unit),
        *_basis(line),
        E.Classification(line.unspsc, domain="UNSPSC"),
        *([E.ManufacturerPartID(line.maker_part)] if line.maker_part else []),
        *([E.ManufacturerName(line.maker, {LANGUAGE: "sv"})] if line.maker else []),
        E.LeadTime(str(line.lead_days)),
        E.Extrinsic("Lagervara", name="sortiment"),
    )


def _message(visit: Visit, lines: list[Position]) -> etree._Element:
    return E.PunchOutOrderMessage(
        E.BuyerCookie(visit.cookie),
        E.PunchOutOrderMessageHeader(E.Total(_money(total(lines, visit.quirks), "SEK")), operationAllowed="edit"),
        *(_item(line, place) for place, line in enumerate(lines, 1)),
    )


def _item(line: Position, place: int) -> etree._Element:
    ids = [E.SupplierPartID(line.part)]
    if line.auxiliary:
        ids.append(E.SupplierPartAuxiliaryID(line.auxiliary))
    return E.ItemIn(E.ItemID(*ids), detail(line), quantity=f"{line.quantity:f}", lineNumber=str(place))


def _basis(line: Position) -> list[etree._Element]:
    if line.basis == 1:
        return []
    return [E.PriceBasisQuantity(E.UnitOfMeasure(line.unit), quantity=f"{line.basis:f}", conversionFactor="1")]


def _money(value: Decimal, currency: str) -> etree._Element:
    return E.Money(f"{value:f}", currency=currency)


def _disorder(message: etree._Element) -> None:
    """The header before the cookie, and the unit before what it is the unit of."""
    message.insert(0, message[1])
    for found in message.iterfind("ItemIn/ItemDetail"):
        found.insert(0, found.find("UnitOfMeasure"))  # type: ignore[arg-type]


def _with_faults(document: bytes, quirks: frozenset[Quirk]) -> bytes:
    if Quirk.ENTITIES in quirks:
        document = re.sub(rb"(<!DOCTYPE [^>]*)>", rb"\1 [" + _ENTITY.encode() + rb"]>", document, count=1)
        document = document.replace(b"</ShortName>", b" &shop;</ShortName>", 1)
    if Quirk.LATIN1_DECLARED in quirks:
        spelt = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), document.decode("ascii"))
        document = re.sub(r"encoding='[^']*'", f"encoding='{_LATIN1}'", spelt, count=1).encode()
    return document


def _line(item: etree._Element) -> tuple[Key, Decimal]:
    key = said(item.find("ItemID/SupplierPartID")), said(item.find("ItemID/SupplierPartAuxiliaryID"))
    try:
        quantity = Decimal(item.get("quantity", ""))
    except InvalidOperation:
        raise Unreadable(f"the quantity {item.get('quantity')!r} is no number") from None
    return key, quantity
