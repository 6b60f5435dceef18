"""An order as a letter that a person reads, sends by e-mail or reads aloud. Pure; in Swedish, as suppliers are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from gateway.formats.receipt_letter import about_receipt, told_receipt
from gateway.formats.swedish import amount as _amount
from gateway.model import Document, Order, OrderCancellation, OrderChange, ReceiptAdvice
from gateway.model.item import Price
from gateway.model.order import OrderLine
from gateway.model.party import Address, Quantity

_STATUS: Final = {"1": " (NY)", "2": " (STRUKEN)", "3": " (ÄNDRAD)"}
_ANSWER: Final = "Svara gärna på detta meddelande med leveransdag. Märk varje kolli med beställningens nummer."


def mail_link(order: Order, address: str) -> str:
    """A mailto address with subject and letter filled in."""
    body = quote("\r\n".join(letter(order)))
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject(order))}&body={body}"


def subject(document: Document) -> str:
    """What the letter is about, in a few words."""
    if isinstance(document, OrderChange):
        return f"Ändring av beställning {document.order}"
    if isinstance(document, OrderCancellation):
        return f"Avbeställning av {document.order}"
    if isinstance(document, ReceiptAdvice):
        return about_receipt(document)
    return f"Beställning {document.number}"


def letter(document: Document) -> Iterator[str]:
    """Everything the supplier must know, line by line."""
    if isinstance(document, OrderCancellation):
        yield from _cancelled(document)
    elif isinstance(document, Order | OrderChange):
        yield from _ordered(document)
    elif isinstance(document, ReceiptAdvice):
        yield from told_receipt(document)
    else:
        yield f"{subject(document)}: se bifogad fil."


def address_lines(address: Address | None) -> list[str]:
    """Street, postal code and city, as on an envelope."""
    if address is None:
        return []
    city = " ".join(part for part in (address.postal_code, address.city) if part)
    return [part for part in (address.street, address.additional_street, city) if part]


def _cancelled(document: OrderCancellation) -> Iterator[str]:
    yield f"{subject(document)} från {document.buyer.name or document.buyer.legal_name or ''}".rstrip()
    yield ""
    yield f"Hela beställningen {document.order} tas tillbaka. Skäl: {document.reason}"
    if document.note:
        yield f"Meddelande: {document.note}"
    yield ""
    yield "Svara gärna på detta meddelande."


def _ordered(document: Order | OrderChange) -> Iterator[str]:
    yield f"{subject(document)} från {document.buyer.name or ''}".rstrip()
    if isinstance(document, OrderChange):
        yield f"Ändring nummer {document.sequence}. Så här gäller beställningen nu, i sin helhet:"
    if document.contract:
        yield f"Avtal: {document.contract}"
    if document.customer_reference:
        yield f"Er referens på följesedel och faktura: {document.customer_reference}"
    yield ""
    for line in document.lines:
        yield _line(line)
        if line.note:
            yield f"   {line.note}"
    yield ""
    yield from _delivery(document)
    if document.note:
        yield f"Meddelande: {document.note}"
    yield ""
    yield _ANSWER


def _line(line: OrderLine) -> str:
    article = f", art.nr {line.item.seller_id}" if line.item.seller_id else ""
    price = f", {_price(line.price, line.quantity)}" if line.price else ""
    status = _STATUS.get(line.status or "", "")
    return (
        f"{line.id}. {_amount(line.quantity.value, line.quantity.unit)} {line.item.name or ''}{article}{price}{status}"
    )


def _price(price: Price, quantity: Quantity) -> str:
    """The price, and for how much it is where that is not one unit."""
    base = price.base_quantity
    each = f" per {_amount(base.value, base.unit or quantity.unit)}" if base is not None and base.value != 1 else ""
    return f"{price.amount.value} {price.amount.currency}{each}"


def _delivery(document: Order | OrderChange) -> Iterator[str]:
    delivery = document.delivery
    if delivery is None:
        return
    if delivery.consignee:
        place = [delivery.consignee.name or "", *address_lines(delivery.consignee.address)]
        yield "Leverans till: " + ", ".join(part for part in place if part)
    if delivery.recipient:
        yield f"Mottagande enhet (skriv den på kollit): {delivery.recipient.name or ''}"
    wished = delivery.requested and (delivery.requested.end_date or delivery.requested.start_date)
    if wished:
        yield f"Önskad dag hos enheten: {wished.isoformat()}"
