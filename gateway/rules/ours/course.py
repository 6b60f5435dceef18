"""Whether a document may come now: after what was said before, and only once (trap 9 of Peppol: nobody else looks)."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.findings import Finding
from gateway.model import Document, InvoiceResponse, OrderCancellation, OrderChange, OrderResponse
from gateway.rules.ours.context import Context, KnownOrder
from gateway.rules.ours.say import say

_INVOICE_COURSE = ("AB", "IP", "UQ", "CA", "RE", "AP", "PD")
_FINAL = frozenset({"RE", "PD"})
_NOT_ACCEPTED = "7"


def check_course(document: Document, context: Context) -> Iterator[Finding]:
    """Repeats, sequence numbers, and what comes after an end."""
    yield from _repeated(document, context)
    if isinstance(document, OrderChange | OrderCancellation | OrderResponse):
        known = context.orders.get(document.order.strip())
        if known is not None:
            yield from _after_end(document, known)
            if isinstance(document, OrderChange):
                yield from _sequence(document, known)
    if isinstance(document, InvoiceResponse):
        yield from _invoice(document, context)


def _repeated(document: Document, context: Context) -> Iterator[Finding]:
    if not context.earlier:
        return
    kind, number = type(document).__name__, document.number
    if document in context.earlier:
        yield say("repeated", "number", f"{kind} {number} came before, word for word", fatal=False)
    else:
        yield say("number-reused", "number", f"{kind} {number} came before and said something else: which one counts?")


def _after_end(document: OrderChange | OrderCancellation | OrderResponse, known: KnownOrder) -> Iterator[Finding]:
    if known.ended is None:
        return
    if isinstance(document, OrderResponse) and _agrees(document, known.ended):
        return
    why = f"order {document.order} was {known.ended}: nothing can follow; a new order is needed"
    yield say("after-end", "order", why)


def _agrees(response: OrderResponse, ended: str) -> bool:
    """A late answer that says no more than that it is over, or that it was received, or takes the cancellation."""
    all_off = bool(response.lines) and all(line.status == _NOT_ACCEPTED for line in response.lines)
    return response.code in ("AB", "RE") or all_off or (ended == "cancelled" and response.code == "AP")


def _sequence(document: OrderChange, known: KnownOrder) -> Iterator[Finding]:
    due = known.sequence + 1
    if document.sequence is None or document.sequence.strip() != str(due):
        why = f"this is change {due} of order {document.order}, and it says {document.sequence or 'nothing'}"
        yield say("sequence", "sequence", why)


def _invoice(document: InvoiceResponse, context: Context) -> Iterator[Finding]:
    """T111: each later code stands further on, with skips; RE and PD end it."""
    said = [code for code in context.invoice_codes if code in _INVOICE_COURSE]
    if not said or document.code not in _INVOICE_COURSE:
        return
    last = said[-1]
    if last in _FINAL:
        why = f"{last} was the last word on invoice {document.invoice}, and {document.code} comes after it"
        yield say("invoice-course", "code", why)
    elif _INVOICE_COURSE.index(document.code) <= _INVOICE_COURSE.index(last):
        why = f"{last} was said of invoice {document.invoice}, and {document.code} does not come after it"
        yield say("invoice-course", "code", why)
