"""The order as a letter that a person sends by e-mail or reads aloud. Pure; always in Swedish, as suppliers are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

from gateway.model import Order
from gateway.model.order import OrderLine
from gateway.model.party import Address, Quantity

UnitWord = Callable[[str | None], str]


def mail_link(order: Order, address: str, unit_word: UnitWord) -> str:
    """A mailto address with subject and letter filled in; `unit_word` says a unit of measure in Swedish."""
    subject, body = quote(f"Beställning {order.number}"), quote("\r\n".join(letter(order, unit_word)))
    return f"mailto:{quote(address, safe='@')}?subject={subject}&body={body}"


def letter(order: Order, unit_word: UnitWord) -> Iterator[str]:
    """Everything the supplier must know, line by line."""
    yield f"Beställning {order.number} från {order.buyer.name or ''}".rstrip()
    if order.contract:
        yield f"Avtal: {order.contract}"
    if order.customer_reference:
        yield f"Er referens på följesedel och faktura: {order.customer_reference}"
    yield ""
    for line in order.lines:
        yield _line(line, unit_word)
    yield ""
    yield from _delivery(order)
    if order.note:
        yield f"Meddelande: {order.note}"
    yield ""
    yield "Svara gärna på detta meddelande med leveransdag. Märk varje kolli med beställningens nummer."


def address_lines(address: Address | None) -> list[str]:
    """Street, postal code and city, as on an envelope."""
    if address is None:
        return []
    city = " ".join(part for part in (address.postal_code, address.city) if part)
    return [part for part in (address.street, address.additional_street, city) if part]


def _line(line: OrderLine, unit_word: UnitWord) -> str:
    article = f", art.nr {line.item.seller_id}" if line.item.seller_id else ""
    price = f", {line.price.amount.value} {line.price.amount.currency}" if line.price else ""
    return f"{line.id}. {_amount(line.quantity, unit_word)} {line.item.name or ''}{article}{price}"


def _amount(quantity: Quantity, unit_word: UnitWord) -> str:
    return f"{quantity.value.normalize():f} {unit_word(quantity.unit)}".replace(".", ",").rstrip()


def _delivery(order: Order) -> Iterator[str]:
    delivery = order.delivery
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
