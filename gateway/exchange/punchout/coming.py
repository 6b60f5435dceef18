"""What came back from a shop is read when its person first looks at it: once, whatever number of pages is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import journal, log
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.office import PriceBook
from gateway.exchange.punchout import visits
from gateway.exchange.punchout.checks import Shop, examine
from gateway.exchange.punchout.visits import State, Visit
from gateway.exchange.receive import set_aside
from gateway.exchange.tables import messages
from gateway.exchange.tasks import Kind
from gateway.findings import Finding, Place, Rejected, reject
from gateway.formats import Dialect
from gateway.formats.cxml.envelope import try_open
from gateway.formats.cxml.verbatim import kept
from gateway.formats.form.posted import posted
from gateway.model.basket import BasketLine, PunchOutBasket
from gateway.model.item import Price
from gateway.transports.punchout import OciShop

BASKET: Final = "PunchOutBasket"
_MOST_NOTES: Final = 200
_UNCHANGED: Final = 204
_TOLD: Final = frozenset({"cxml-dropped", "form-dropped", "form-gap", "form-look"})
"""What the person must know of the reading: an OCI shop has no other way to hear that a line was dropped."""
_NO_PRICES: Mapping[str, Price] = {}


class Read(msgspec.Struct, frozen=True):
    """What came, and what its dialect does not carry. `unchanged`: the shop said that nothing was changed there."""

    basket: PunchOutBasket
    notes: tuple[Finding, ...] = ()
    unchanged: bool = False


def read_in(
    engine: sa.Engine,
    dialects: Mapping[str, Dialect],
    visit_id: UUID,
    shop: Shop | None,
    prices: PriceBook | None,
    now: datetime,
) -> None:
    """Reads what came for a visit and looks through it, where that has not been done. `shop` None: it is gone.

    It is read outside of any transaction, since that takes seconds for thousands of lines; who is first keeps it.
    """
    with engine.begin() as conn:
        visit = visits.get(conn, visit_id)
        if not _waits(visit):
            return
        message = _first(conn, visit_id)
        raw = journal.raw(conn, message.id) or b""
    assert visit is not None
    read = _tried(visit, shop, message, raw, dialects)
    with engine.begin() as conn:
        if not _waits(visits.get(conn, visit_id, lock=True)):
            return
        if isinstance(read, Rejected) or shop is None:
            findings = read.findings if isinstance(read, Rejected) else ()
            _refuse(conn, visit, message, findings, now)
            return
        journal.add_findings(conn, message.id, read.notes[:_MOST_NOTES], now)
        _keep(conn, visit, read, shop, prices, now)


def _waits(visit: Visit | None) -> bool:
    return visit is not None and visit.state is State.RETURNED and visit.basket is None


def _tried(
    visit: Visit, shop: Shop | None, message: Message, raw: bytes, dialects: Mapping[str, Dialect]
) -> Read | Rejected:
    try:
        if shop is None:
            raise reject("punchout-no-shop", "the supplier has no shop any more that we know")
        read = _read(visit, shop, message, raw, dialects)
        _same_visit(visit, read.basket, message)
    except Rejected as rejected:
        return rejected
    return read


def edited_lines(conn: sa.Connection, visit: Visit) -> tuple[BasketLine, ...]:
    """What the person went back to change; nothing where it was a visit of its own."""
    before = visits.get(conn, visit.edits) if visit.edits is not None else None
    return before.basket.lines if before is not None and before.basket is not None else ()


def _first(conn: sa.Connection, visit_id: UUID) -> Message:
    theirs = (messages.c.punchout_id == visit_id) & (messages.c.direction == "in") & (messages.c.document == BASKET)
    taken = messages.c.state == MessageState.PROCESSED.value
    found = conn.execute(sa.select(messages.c.id).where(theirs, taken).order_by(messages.c.sequence)).scalar()
    message = journal.get(conn, found) if found is not None else None
    if message is None:
        raise LookupError(f"visit {visit_id} has returned, and nothing is kept of it")
    return message


def _read(visit: Visit, shop: Shop, message: Message, raw: bytes, dialects: Mapping[str, Dialect]) -> Read:
    source = f"punchout/{visit.id}"
    if visit.kind not in dialects:
        why = f"no mapping is called {visit.kind}: add it under mappings, or correct the supplier's dialect"
        raise reject("unknown-dialect", why, Place(source=source))
    document = posted(visit.kind, message.name, raw, shop.charset if isinstance(shop, OciShop) else "utf-8")
    if visit.kind == "cxml" and _says_unchanged(document, source):
        return Read(PunchOutBasket(cookie=visit.cookie), unchanged=True)
    reading = dialects[visit.kind].read(document, source, BASKET)
    basket = reading.document
    assert isinstance(basket, PunchOutBasket)
    if visit.kind == "cxml":
        basket = kept(basket, document, reading.findings)
    if b"\\u0000" in msgspec.json.encode(basket):
        raise reject("punchout-signs", "a text in the basket holds a null sign, which nobody can read")
    return Read(basket, reading.findings)


def _says_unchanged(document: bytes, source: str) -> bool:
    """Whether the shop said 204: nothing was changed there. Raises `Rejected` for any status that is no success."""
    around = try_open(document, source)
    status = around.status if around is not None else None
    if status is None:
        return False
    if not 200 <= status.code < 300:
        said = f"{status.code} {status.text} {status.words}".strip()
        raise reject("punchout-status", f"the shop sent the status {said} instead of a basket", Place(source=source))
    return status.code == _UNCHANGED


def _same_visit(visit: Visit, basket: PunchOutBasket, message: Message) -> None:
    """OCI and Peppol repeat no mark: there the return address alone tells which visit it is."""
    told = basket.cookie
    if told == visit.cookie or (told is None and visit.kind != "cxml"):
        return
    why = f"the basket belongs to another visit: it says {told or 'nothing'}, and this one is {visit.cookie}"
    raise reject("punchout-cookie", why, Place(source=message.source, path="BuyerCookie"))


def _keep(conn: sa.Connection, visit: Visit, read: Read, shop: Shop, prices: PriceBook | None, now: datetime) -> None:
    """An empty basket takes nothing away by itself: where lines were edited, the person is asked."""
    basket = read.basket
    numbers = {line.item.seller_id for line in basket.lines if line.item.seller_id}
    contract = prices(conn, visit.supplier_id, numbers) if prices is not None and numbers else _NO_PRICES
    told = [one for one in read.notes if one.rule in _TOLD][:_MOST_NOTES]
    remarks = (*_storable(told), *examine(basket, shop, contract, edited_lines(conn, visit)))
    visits.change(conn, visit.id, basket=basket, remarks=remarks)
    log.say("punchout_read", visit=visit.id, lines=len(basket.lines), remarks=len(remarks))
    asks = visit.operation == "edit" and not read.unchanged
    if visit.operation == "inspect" or (not basket.lines and not asks):
        visits.settle(conn, visit.id, [State.RETURNED], State.EMPTY, now)


def _refuse(conn: sa.Connection, visit: Visit, message: Message, findings: tuple[Finding, ...], now: datetime) -> None:
    """The person is told. Somebody else is asked to look only where it is the shop's fault and not that of two tabs."""
    told = findings[:_MOST_NOTES]
    cause = journal.storable("; ".join(str(one) for one in told))
    visits.settle(conn, visit.id, [State.RETURNED], State.REFUSED, now, cause=cause, remarks=_storable(told))
    if any(one.rule == "punchout-cookie" for one in findings):
        journal.change(conn, message.id, state=MessageState.REJECTED.value, done_at=now)
        journal.add_findings(conn, message.id, told, now)
        log.warn("punchout_other_visit", visit=visit.id, message=message.id)
        return
    set_aside(conn, message.id, MessageState.REJECTED, Kind.REJECTED_DOCUMENT, told, now, supplier_id=visit.supplier_id)


def _storable(findings: Sequence[Finding]) -> list[Finding]:
    return [msgspec.structs.replace(one, message=journal.storable(one.message)) for one in findings]
