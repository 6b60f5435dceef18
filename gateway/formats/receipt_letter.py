"""What came of a delivery as a letter to who sent it: received, missing, not accepted, and what we ask for. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gateway.formats.swedish import amount
from gateway.model import ReceiptAdvice
from gateway.model.party import Quantity
from gateway.model.receipt import ReceiptLine

_WANTED: Final = {"1": "Skicka nya varor i stället.", "2": "Kreditera det som saknas eller inte godtas."}


def about_receipt(advice: ReceiptAdvice) -> str:
    """A demand is named one: it must not drown among what only tells that all is well."""
    kind = "Reklamation" if demands(advice) else "Mottagningsavisering"
    return f"{kind} {advice.number} för beställning {advice.order or ''}".rstrip()


def demands(advice: ReceiptAdvice) -> bool:
    """Whether something is asked for."""
    return any(line.short_action or line.reject_action for line in advice.lines)


def told_receipt(advice: ReceiptAdvice) -> Iterator[str]:
    """Everything the supplier must know, line by line."""
    yield f"{about_receipt(advice)} från {advice.consignee.name or advice.consignee.legal_name or ''}".rstrip()
    if advice.despatch_advice != advice.order:
        yield f"Er följesedel: {advice.despatch_advice}"
    came = advice.shipment
    if came is not None and came.delivered_date is not None:
        at = f" kl. {came.delivered_time:%H.%M}" if came.delivered_time is not None else ""
        yield f"Kom till hubben: {came.delivered_date.isoformat()}{at}"
    yield ""
    for line in advice.lines:
        yield from _line(line)
    wanted = sorted({action for line in advice.lines for action in (line.short_action, line.reject_action) if action})
    yield ""
    yield from (_WANTED[action] for action in wanted if action in _WANTED)
    if advice.note:
        yield f"Meddelande: {advice.note}"
    if advice.attachments:
        yield f"Bilder: {len(advice.attachments)}, bifogade."
    yield f"Ange {advice.number} i svar och på kreditfaktura." if wanted else "Svar behövs inte."


def _line(line: ReceiptLine) -> Iterator[str]:
    item = line.item
    article = f", art.nr {item.seller_id}" if item and item.seller_id else ""
    yield f"{line.order_line or line.id}. {item.name if item and item.name else ''}{article}"
    said = (("Mottaget", line.received), ("Saknas", line.short), ("Godtas inte", line.rejected))
    for word, quantity in (*said, ("För mycket", line.oversupply)):
        if quantity is not None:
            yield f"   {word}: {_many(quantity)}{_why(line) if word == 'Godtas inte' else ''}"
    if line.note:
        yield f"   {line.note}"


def _why(line: ReceiptLine) -> str:
    return f" ({line.reject_reason})" if line.reject_reason else ""


def _many(quantity: Quantity) -> str:
    return amount(quantity.value, quantity.unit)
