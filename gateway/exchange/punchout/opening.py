"""Opening a visit: cXML shops are asked by our server and name an address; the others take a form from the browser.

An address that a document names is checked for its form and given to the person's browser. We never go there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway import telemetry
from gateway.exchange import journal, log
from gateway.exchange.cxml_heads import head_for, payload_id, version_for
from gateway.exchange.hours import HERE
from gateway.exchange.journal import MessageState
from gateway.exchange.punchout import visits
from gateway.exchange.punchout.visits import TRANSPORT, Opened, State
from gateway.exchange.retry import Outcome
from gateway.exchange.tables import messages
from gateway.findings import Finding, Rejected, reject
from gateway.formats import Dialect
from gateway.formats.cxml.envelope import opened, seal
from gateway.model.basket import BasketLine, PunchOutSetup, Traveller
from gateway.model.item import Item
from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Failure
from gateway.transports.cxml.client import ask
from gateway.transports.cxml.status import status_in
from gateway.transports.discreet import hidden
from gateway.transports.punchout import CxmlShop

SETUP: Final = "PunchOutSetup"
_REQUEST: Final = "PunchOutSetupRequest"
_LONGEST: Final = 4000


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """Why somebody goes there. `person` is their id, `site` our own address as their browser knows it.

    `selected` is an article to begin with; `lines` are what is edited or inspected, of the visit `edits`. `test`: it is
    a self-test's.
    """

    supplier: Supplier
    person: str
    traveller: Traveller
    unit_id: str
    site: str
    operation: str = "create"
    edits: UUID | None = None
    selected: Item | None = None
    lines: tuple[BasketLine, ...] = ()
    test: bool = False


class House(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to ask: the database, the tables, our organisation number."""

    engine: sa.Engine
    dialects: Mapping[str, Dialect]
    org_number: str


def start(house: House, errand: Errand, now: datetime) -> UUID:
    """A visit: ready for the browser, or refused by the shop, and then its remarks say why. Its id."""
    shop = errand.supplier.shop
    state = State.ASKED if isinstance(shop, CxmlShop) else State.READY
    with house.engine.begin() as conn:
        made = visits.open_visit(
            conn,
            supplier_id=errand.supplier.id,
            person=errand.person,
            unit_id=errand.unit_id,
            kind=errand.supplier.punchout,
            operation=errand.operation,
            edits=errand.edits,
            minutes=shop.minutes,
            now=now,
            state=state,
            test=errand.test,
        )
    if isinstance(shop, CxmlShop):
        with telemetry.span("punchout", supplier=errand.supplier.id):
            _ask(house, errand, shop, made, now)
    return made.id


def return_url(site: str, token: str) -> str:
    """Where the shop posts the basket to."""
    return f"{site}/punchout/return/{token}"


def start_page(conn: sa.Connection, visit_id: UUID) -> str:
    """Where the shop let the visit in, out of its answer. Raises `Rejected` where that is no address for a browser."""
    answers = (messages.c.punchout_id == visit_id) & (messages.c.direction == "in") & (messages.c.document == SETUP)
    raw = conn.execute(sa.select(messages.c.raw).where(answers).order_by(messages.c.sequence)).scalar()
    return _start_page(bytes(raw or b""))


def _ask(house: House, errand: Errand, shop: CxmlShop, made: Opened, now: datetime) -> None:
    try:
        content = _request(house, errand, shop, made, now)
    except Rejected as rejected:
        _refuse(house, made, rejected.findings, now)
        return
    facts: dict[str, Any] = {"supplier_id": errand.supplier.id, "punchout_id": made.id, "test": errand.test}
    facts |= {"document": SETUP, "dialect": "cxml", "transport": TRANSPORT}
    with house.engine.begin() as conn:
        asked = content.replace(made.token.encode(), f"sha256-{visits.digest(made.token)}".encode())
        bytes_of = {"raw": asked, "sha256": journal.digest(asked), "journaled_at": now}
        sent = journal.add(conn, "out", MessageState.SENT, now, **facts, **bytes_of, key=str(made.id))
    try:
        answer = _discreet(ask(shop, content))
    except Failure as failure:
        _unanswered(house, made, sent, failure, now)
        return
    with house.engine.begin() as conn:
        bytes_of = {"raw": answer, "sha256": journal.digest(answer), "journaled_at": now, "done_at": now}
        journal.add(conn, "in", MessageState.PROCESSED, now, **facts, **bytes_of, source=TRANSPORT)
        journal.change(conn, sent, done_at=now)
        try:
            _let_in(answer)
        except Rejected as rejected:
            _settle(conn, made, rejected.findings, now)
        else:
            visits.let_in(conn, made.id)
            log.say("punchout_ready", visit=made.id, supplier=errand.supplier.id)


def _request(house: House, errand: Errand, shop: CxmlShop, made: Opened, now: datetime) -> bytes:
    setup = PunchOutSetup(
        operation=errand.operation,
        number=made.cookie,
        issued=now.astimezone(HERE).date(),
        return_url=return_url(errand.site, made.token),
        traveller=errand.traveller,
        level=shop.level if errand.selected is not None else "store",
        selected=errand.selected,
        lines=errand.lines,
    )
    if "cxml" not in house.dialects:
        raise reject(
            "unknown-dialect", "no mapping is called cxml: add it under mappings, or correct the supplier's dialect"
        )
    body = house.dialects["cxml"].write(setup).decode()
    head = head_for(shop, payload_id(str(made.id), house.org_number), now)
    return seal(body, head, version_for(shop, _REQUEST))


def _let_in(answer: bytes) -> None:
    """Raises `Rejected` unless the shop said yes, and where to."""
    status = status_in(answer)
    if status is None:
        raise reject("punchout-shop-away", "the shop answered with something that is no cXML")
    if status.code != 200:
        raise reject("punchout-shop-refused", f"the shop answered {status.code} {status.said}".rstrip())
    _start_page(answer)


def _start_page(answer: bytes) -> str:
    body = opened(answer, SETUP).body
    url = " ".join((body.findtext("StartPage/URL") or "").split()) if body is not None else ""
    if not is_for_browsers(url):
        raise reject("punchout-start-page", "the shop named no address that a browser can open")
    return url


def is_for_browsers(url: str) -> bool:
    """Whether an address is http or https with a host, and nothing in it that a page should not hold."""
    try:
        parts = urlsplit(url)
        found = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        return False
    return found and len(url) <= _LONGEST and url.isprintable() and " " not in url and "\\" not in url


def _discreet(answer: bytes) -> bytes:
    """There are shops that repeat the whole request: no secret gets into the journal."""
    text = answer.decode("utf-8", "surrogateescape")
    return hidden(text).encode("utf-8", "surrogateescape")


def _unanswered(house: House, made: Opened, sent: UUID, failure: Failure, now: datetime) -> None:
    """A visit is not tried again by itself: the person stands there and is told at once."""
    with house.engine.begin() as conn:
        message = journal.get(conn, sent)
        assert message is not None
        journal.add_attempt(conn, message, Outcome.NOT_SENT, str(failure), now, None)
        journal.change(conn, sent, state=MessageState.CLOSED.value, done_at=now)
        why = Finding(rule="punchout-shop-away", message=f"the shop could not be asked: {failure}")
        _settle(conn, made, (why,), now)


def _refuse(house: House, made: Opened, findings: tuple[Finding, ...], now: datetime) -> None:
    with house.engine.begin() as conn:
        _settle(conn, made, findings, now)


def _settle(conn: sa.Connection, made: Opened, findings: tuple[Finding, ...], now: datetime) -> None:
    cause = journal.storable("; ".join(str(one) for one in findings))
    visits.settle(conn, made.id, [State.ASKED], State.REFUSED, now, cause=cause, remarks=findings)
    log.warn("punchout_refused", visit=made.id, cause=cause)
