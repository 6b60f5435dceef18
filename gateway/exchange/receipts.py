"""What came back to who sent it: a receipt advice on its way, by the supplier's channel or by letter.

It is journaled and waits in the supplier's lane as every message does, behind the order that it is about.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import documents, house_mail, journal, lane_store, log, typed
from gateway.exchange.journal import MessageState
from gateway.exchange.office import Office
from gateway.exchange.whole import read_again
from gateway.model import DespatchAdvice, ReceiptAdvice
from gateway.orders import book
from gateway.orders.advices import standing
from gateway.orders.book import OrderRow
from gateway.suppliers.supplier import Supplier

Way = Literal["channel", "mail", "none"]
_DOCUMENT: Final = ReceiptAdvice.__name__
_ANSWERS_AN_ADVICE: Final = frozenset({"ubl", "cxml"})
"""Families of formats whose receipt cannot be without a despatch advice."""
NO_ADVICE: Final = "there is no despatch advice to answer"


class Chosen(msgspec.Struct, frozen=True):
    """How a supplier hears what came, and why not as it was agreed."""

    way: Way
    why: str = ""


def way_for(office: Office, supplier: Supplier, has_advice: bool) -> Chosen:
    """T128 and cXML answer a despatch advice: goods without one, or a dialect without the document, go by letter."""
    agreed = supplier.receiving.receipt or _usual(supplier)
    why = ""
    if agreed == "channel":
        why = _against_channel(office, supplier, has_advice)
        if not why:
            return Chosen("channel")
    if agreed == "none":
        return Chosen("none", "receiving says none" if supplier.receiving.receipt else "no e-mail address is known")
    if house_mail.can_reach(office, supplier):
        return Chosen("mail", why)
    if why == NO_ADVICE:
        return Chosen("none", why)
    missing = "no e-mail address is known" if supplier.email is None else "no mail server is set (AVROP_ALARM_SMTP)"
    return Chosen("none", f"{why}; {missing}" if why else missing)


def _usual(supplier: Supplier) -> Way:
    if supplier.transport == "email":
        return "channel"
    return "mail" if supplier.email else "none"


def _against_channel(office: Office, supplier: Supplier, has_advice: bool) -> str:
    dialect = office.dialects.get(supplier.dialect)
    if supplier.by_hand or supplier.transport not in office.transports:
        return f"nothing is sent by {supplier.transport}"
    if dialect is None or _DOCUMENT not in dialect.documents:
        return f"the dialect {supplier.dialect} has no receipt advice"
    if dialect.codec(_DOCUMENT).table.syntax in _ANSWERS_AN_ADVICE and not has_advice:
        return NO_ADVICE
    return ""


def send(
    conn: sa.Connection, advice: ReceiptAdvice, row: OrderRow, supplier: Supplier, way: Way, now: datetime
) -> UUID:
    """The message, in the caller's transaction; the same advice number is the same message for ever."""
    key = journal.message_key(row.id, f"{_DOCUMENT}:{advice.number}", 1)
    how = {"supplier_id": supplier.id, "document": _DOCUMENT, "order_id": row.id, "key": key, "test": row.test}
    how |= {"dialect": supplier.dialect, "transport": supplier.transport}
    if way == "mail":
        how |= {"dialect": house_mail.DIALECT, "transport": house_mail.MAIL}
    message_id = journal.add(conn, "out", MessageState.QUEUED, now, **how)
    documents.keep(conn, message_id, advice)
    lane_store.stir(conn, supplier.id, now)
    log.say("receipt", message=message_id, order=row.number, supplier=supplier.id, way=way, number=advice.number)
    return message_id


def advice_of(conn: sa.Connection, office: Office, row: OrderRow, number: str) -> DespatchAdvice | None:
    """The despatch advice of this number as it came, read again from the journal; None where it is not there."""
    told = (one.detail for one in standing(book.timeline(conn, row.id)))
    ids = [one["message"] for one in told if one.get("number") == number and one.get("message")]
    message = journal.get(conn, UUID(ids[-1])) if ids else None
    raw = journal.raw(conn, message.id) if message is not None else None
    if message is None or raw is None:
        return None
    if message.transport == typed.TRANSPORT:
        return msgspec.json.decode(raw, type=DespatchAdvice)
    found, _ = read_again(raw, message.source, office.dialects.get(message.dialect or ""))
    return found if isinstance(found, DespatchAdvice) else None
