"""What a cXML document says that neither its DTD nor a table can judge: both let quantity="-1" and "44.10.31" through.

Sources: cXML 1.2, chapters 3 (payloadID, timestamp), 5 (punchout) and 8 (orders); UNSPSC codes have eight digits. What
tables judge (numbers, codes, moments) is not said here once more. Paths and lines are those of the document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Final

from lxml import etree

from gateway.findings import Finding, Place
from gateway.formats.cxml.envelope import Opened
from gateway.formats.cxml.sums import total_of
from gateway.formats.ubl.notes import path_of
from gateway.formats.values import read_decimal
from gateway.xml import line_of

MOST: Final = 100
"""Findings of one document; a person reads none beyond that."""
_LINES: Final = ("ItemOut", "ItemIn", "ShipNoticeItem", "ConfirmationItem")
_LOCAL: Final = "InLocalCurrency"
_NEW: Final = "new"
_ORDER_IN: Final = {
    "ConfirmationRequest": ("OrderReference", "OrderIDInfo"),
    "ShipNoticeRequest": ("ShipNoticePortion/OrderReference", "ShipNoticePortion/OrderIDInfo"),
}
_NAMES_ORDER: Final = ("@orderID", "DocumentReference/@payloadID")
_EIGHT: Final = re.compile(r"\d{8}", re.ASCII)


def facts_of(around: Opened) -> tuple[Finding, ...]:
    """What is wrong with the whole of a document, its envelope and what is in it."""
    found = (finding for check in _CHECKS for finding in check(around))
    return tuple(islice(found, MOST))


def _envelope(around: Opened) -> Iterator[Finding]:
    if not around.payload_id.strip():
        why = "has no payloadID: it cannot be told from others, nor from its own repetition; give it one that is unique"
        yield _finding("cxml-payload-id", why, around.root, around)
    said = around.root.get("timestamp", "").strip()
    if around.timestamp is None:
        why = f"the timestamp {said!r} is no moment; write it like 2026-11-26T09:30:00+01:00"
        yield _finding("cxml-timestamp", why, around.root, around)
    elif around.timestamp.tzinfo is None:
        why = f"the timestamp {said!r} says no offset from UTC; write it like {said[:19]}+01:00"
        yield _finding("cxml-timestamp", why, around.root, around, fatal=False)


def _quantities(around: Opened) -> Iterator[Finding]:
    for line in _each(around, *_LINES):
        said = line.get("quantity")
        if said is not None and (count := _number(said)) is not None and count <= 0:
            why = f"{line.tag} has the quantity {said}, and it must be above 0; leave the line out, or say how many"
            yield _finding("cxml-quantity", why, line, around)


def _currencies(around: Opened) -> Iterator[Finding]:
    """Amounts in the country's own money beside the invoice's are meant to differ."""
    first = ""
    for money in _each(around, "Money"):
        parent = money.getparent()
        said = money.get("currency", "").strip()
        if not said or (parent is not None and str(parent.tag).endswith(_LOCAL)):
            continue
        first = first or said
        if said != first:
            why = f"the amount is in {said}, and the document began in {first}: one document has one currency"
            yield _finding("cxml-currencies", why, money, around)
            return


def _classifications(around: Opened) -> Iterator[Finding]:
    for one in _each(around, "Classification"):
        said = (one.text or one.get("code") or "").strip()
        if one.get("domain", "").strip().casefold().startswith("unspsc") and said and not _EIGHT.fullmatch(said):
            yield _finding("cxml-unspsc", f"{said[:60]!r} is no UNSPSC code{_cure(said)}", one, around)


def _cure(said: str) -> str:
    digits = re.sub(r"[.\s-]", "", said)
    if not digits.isascii() or not digits.isdigit():
        return ": it is a name, or a code of another list; write the eight digits that stand for it"
    if len(digits) == 8:
        return f": it is written with other signs than digits; write {digits}"
    if len(digits) in (2, 4, 6):
        return f": it has {len(digits)} digits; write {digits.ljust(8, '0')} for the whole group, or a closer code"
    if len(digits) == 10:
        return f": it has ten digits; write {digits[:8]}"
    return ", which has eight digits; look it up"


def _sums(around: Opened) -> Iterator[Finding]:
    """The total of a basket or order is that of its lines without tax and shipping."""
    found = total_of(around.body) if around.body is not None else None
    if found is not None and not found.agrees:
        why = f"the lines add up to {found.lines:f}, and the total says {found.total:f}: ask which of them counts"
        yield _finding("cxml-total", why, found.element, around, fatal=False)


def _earlier(around: Opened) -> Iterator[Finding]:
    """A change or cancellation names the payloadID of the request that it is about."""
    header = around.body.find("OrderRequestHeader") if around.body is not None else None
    if header is None or header.get("type", _NEW) == _NEW:
        return
    if not _said(header, "DocumentReference/@payloadID"):
        kind = header.get("type")
        why = f"it is of type {kind}, and names no earlier request; add DocumentReference with its payloadID"
        yield _finding("cxml-earlier", why, header, around)


def _orders(around: Opened) -> Iterator[Finding]:
    body = around.body
    if body is None or body.tag not in _ORDER_IN:
        return
    named = [one for path in _ORDER_IN[str(body.tag)] for one in body.iterfind(path)]
    if not any(_said(one, path) for one in named for path in _NAMES_ORDER):
        why = f"{body.tag} names no order that it answers; add OrderReference with its orderID and payloadID"
        yield _finding("cxml-order-reference", why, body, around)


_CHECKS: Final[tuple[Callable[[Opened], Iterator[Finding]], ...]] = (
    *(_envelope, _quantities, _currencies, _classifications, _sums, _earlier, _orders),
)


def _each(around: Opened, *names: str) -> Iterator[etree._Element]:
    return around.body.iter(*names) if around.body is not None else iter(())


def _said(element: etree._Element, path: str) -> str:
    return str(element.xpath(f"string({path})")).strip()


def _number(text: str) -> Decimal | None:
    try:
        return read_decimal(text)
    except ValueError:
        return None


def _finding(rule: str, message: str, at: etree._Element, around: Opened, *, fatal: bool = True) -> Finding:
    place = Place(source=around.source, line=line_of(at), path=path_of(at))
    return Finding(rule=rule, message=message, place=place, fatal=fatal)
