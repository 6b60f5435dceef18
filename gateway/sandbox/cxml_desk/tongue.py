"""cXML as a language of the sandbox's clerk: orders are heard, answers are dressed, and nothing goes by our tables."""

from __future__ import annotations

import hashlib
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from lxml import etree

from gateway.findings import Rejected, reject
from gateway.formats.contract import Reading
from gateway.model import (
    DespatchAdvice,
    Document,
    Order,
    OrderCancellation,
    OrderChange,
    OrderResponse,
    ReceiptAdvice,
)
from gateway.sandbox.changes import order_of
from gateway.sandbox.cxml_desk.book import Book, Taken
from gateway.sandbox.cxml_desk.hearing import Asked, asked
from gateway.sandbox.cxml_desk.saying import About, confirmation, ship_notice, status_update
from gateway.sandbox.cxml_house import HERE, House, Unreadable, letter, read, request_of, written

_SUFFIX = SimpleNamespace(suffix=".xml")
_RECEIVED = "Ordern är mottagen och behandlas"


class CxmlTongue:
    """The clerk's `Tongue` for one supplier. `opens_boxes` are article numbers with the pieces in a box of them."""

    variants: tuple[str, ...] = ()
    acknowledges = True
    """By the 201 of a cXML response."""

    def __init__(self, supplier_id: str, house: House, book: Book, opens_boxes: dict[str, int] | None = None) -> None:
        self.supplier_id, self.house = supplier_id, house
        self._book, self._opens = book, opens_boxes or {}

    def read(self, raw: bytes, source: str, document: str | None = None) -> Reading:
        """A whole cXML document with an OrderRequest; it is in the book from now on."""
        try:
            root = read(raw)
            found = asked(request_of(root), root.get("payloadID", ""), self.house.ours)
        except Unreadable as unreadable:
            raise reject("sandbox-cxml", str(unreadable)) from None
        self._book.take(_taken(self.supplier_id, root.get("payloadID", ""), found))
        return Reading(document=found)

    def write(self, document: Document) -> bytes:
        """A whole cXML document that answers a request in the book."""
        now = datetime.now(HERE)
        body = self._body(document, now)
        mark = hashlib.sha256(f"{self.supplier_id} {document.number}".encode()).hexdigest()[:32]
        return written(letter(self.house, body, f"{mark}@provhandeln.example", now), body.tag)

    def codec(self, document: str) -> Any:
        """Only its file ending is asked for. Raises `Rejected` for a receipt, which the door hears by itself."""
        if document == ReceiptAdvice.__name__:
            raise reject("sandbox-cxml", "a receipt is no order")
        return _SUFFIX

    def _body(self, document: Document, now: datetime) -> etree._Element:
        if isinstance(document, OrderResponse):
            about = self._about(document.change or document.number.removeprefix("OB-"), document.order)
            return status_update(about, _RECEIVED) if document.code == "AB" else confirmation(document, about, now)
        if isinstance(document, DespatchAdvice):
            return ship_notice(document, self._about("", document.orders[0]), now, self._opens)
        raise reject("sandbox-cxml", f"a {type(document).__name__} is not said in cXML here")

    def _about(self, number: str, order_number: str) -> About:
        """The request called `number`, else the order's own."""
        taken = self._book.called(self.supplier_id, number) or self._book.called(self.supplier_id, order_number)
        order = self._book.order(self.supplier_id, order_number)
        if taken is None or order is None:
            raise Rejected(reject("sandbox-cxml", f"there is no order {order_number} here").findings)
        return About(order_number, taken.payload_id, order)


def _taken(supplier_id: str, payload_id: str, found: Asked) -> Taken:
    order = found if isinstance(found, Order) else order_of(found) if isinstance(found, OrderChange) else None
    number = found.order if isinstance(found, OrderChange | OrderCancellation) else found.number
    return Taken(supplier_id=supplier_id, payload_id=payload_id, number=found.number, order_number=number, order=order)
