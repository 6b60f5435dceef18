"""What somebody asks for in words, and how it moves from a draft to a quote that was chosen, or to a no.

Everything runs in the caller's transaction with the request's row locked, so that two people who press at the same
moment are answered one after the other.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shop.measures import plain
from shop.requests import numbers, raising
from shop.requests.events import What, tell
from shop.requests.raising import CannotDo
from shop.requests.tables import quotes, requests
from web.figures import LOCAL
from web.languages import N_


class Kind(StrEnum):
    """Goods that are in no catalogue, or work."""

    GOODS = "goods"
    SERVICE = "service"


class State(StrEnum):
    """Where a request stands. `quoted`: the buyer chooses; `chosen`: it is an article in the buyer's basket."""

    DRAFT = "draft"
    ASKED = "asked"
    TAKEN = "taken"
    QUOTED = "quoted"
    CHOSEN = "chosen"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({State.ASKED, State.TAKEN, State.QUOTED})


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request. `ceiling` and `wish` (a higher one that waits for a yes) are kronor without VAT."""

    id: UUID
    number: str
    kind: Kind
    unit_id: str
    made_by: str
    title: str
    description: str
    quantity: Decimal
    measure: str
    wanted_from: date | None
    wanted: date | None
    ceiling: Decimal
    category: str
    supplier_id: str | None
    contract: str | None
    state: State
    taken_by: str | None
    reason: str | None
    chosen: UUID | None
    wish: Decimal | None
    wish_by: str | None
    created_at: datetime
    asked_at: datetime | None
    changed_at: datetime


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the buyer writes; see `Request`."""

    kind: Kind
    title: str
    description: str
    quantity: Decimal
    measure: str
    wanted_from: date | None
    wanted: date | None
    ceiling: Decimal
    category: str
    supplier_id: str | None
    contract: str | None


def get(conn: sa.Connection, key: UUID | str, *, lock: bool = False) -> Request | None:
    """The request with this id or number."""
    column = requests.c.id if isinstance(key, UUID) else requests.c.number
    wanted = sa.select(requests).where(column == key)
    row = conn.execute(wanted.with_for_update() if lock else wanted).first()
    return as_request(row) if row is not None else None


def as_request(row: sa.Row[Any]) -> Request:
    """A row of the table."""
    facts = dict(row._mapping)
    return Request(**facts | {"kind": Kind(row.kind), "state": State(row.state), "quantity": plain(row.quantity)})


def write(conn: sa.Connection, request_id: UUID, unit_id: str, login: str, wish: Wish, now: datetime) -> Request:
    """A draft, new or changed by who made it. The id comes with the form: sending it twice makes one."""
    facts = msgspec.structs.asdict(wish) | {"kind": wish.kind.value, "changed_at": now}
    known = get(conn, request_id, lock=True)
    if known is None:
        fresh = {"id": request_id, "number": str(request_id), "unit_id": unit_id, "made_by": login, "created_at": now}
        row = insert(requests).values(fresh | facts | {"state": State.DRAFT.value}).on_conflict_do_nothing()
        if conn.execute(row.returning(requests.c.id)).first() is not None:
            number = numbers.next_number(conn, numbers.REQUEST, now.astimezone(LOCAL).year)
            _set(conn, request_id, number=number)
            return _found(conn, request_id)
        # The same form, sent a moment ago: locked as ever before its papers, or two presses wait for each other.
        known = _locked(conn, request_id)
    if known.made_by != login:
        raise CannotDo(N_("The request is somebody else's."))
    if known.state is State.DRAFT:
        _set(conn, request_id, **facts)
    return _found(conn, request_id)


def ask(conn: sa.Connection, request_id: UUID, login: str, now: datetime) -> Request:
    """The purchasers see it from now on; asking twice asks once. What was withdrawn may be asked again."""
    known = _locked(conn, request_id)
    if known.state in {State.DRAFT, State.WITHDRAWN}:
        offered = conn.execute(sa.select(quotes.c.id).where(_standing(request_id))).first()
        state = State.QUOTED if offered else State.TAKEN if known.taken_by else State.ASKED
        _set(conn, request_id, state=state.value, asked_at=known.asked_at or now, changed_at=now, reason=None)
        tell(conn, request_id, login, What.ASKED, now)
    return _found(conn, request_id)


def take(conn: sa.Connection, request_id: UUID, login: str, now: datetime) -> None:
    """This purchaser sees to it, also where a colleague did before."""
    known = _locked(conn, request_id, OPEN)
    if known.taken_by == login:
        return
    state = State.TAKEN if known.state is State.ASKED else known.state
    _set(conn, request_id, state=state.value, taken_by=login, changed_at=now)
    tell(conn, request_id, login, What.TAKEN, now)


def put_back(conn: sa.Connection, request_id: UUID, login: str, now: datetime) -> None:
    """Nobody sees to it any more: it stands with the others that wait."""
    known = _locked(conn, request_id, OPEN)
    if known.taken_by is None:
        return
    state = State.ASKED if known.state is State.TAKEN else known.state
    _set(conn, request_id, state=state.value, taken_by=None, changed_at=now)
    tell(conn, request_id, login, What.PUT_BACK, now)


def decline(conn: sa.Connection, request_id: UUID, login: str, reason: str, now: datetime) -> None:
    """It cannot be had; the buyer reads why."""
    _end(conn, request_id, State.DECLINED, login, reason, now)


def withdraw(conn: sa.Connection, request_id: UUID, login: str, reason: str, now: datetime) -> None:
    """The buyer needs it no more."""
    _end(conn, request_id, State.WITHDRAWN, login, reason, now)


def _end(conn: sa.Connection, request_id: UUID, state: State, login: str, reason: str, now: datetime) -> None:
    open_ones = OPEN | ({State.DRAFT} if state is State.WITHDRAWN else set())
    known = _locked(conn, request_id)
    if known.state is state:
        return
    _in(known, open_ones)
    _set(conn, request_id, state=state.value, reason=reason, changed_at=now, wish=None, wish_by=None)
    tell(conn, request_id, login, What(state.value), now, reason)


def raise_ceiling(
    conn: sa.Connection, request_id: UUID, login: str, amount: Decimal, others_yes: bool, now: datetime
) -> None:
    """See `raising.ask_higher`."""
    raising.ask_higher(conn, requests, _locked(conn, request_id, OPEN), login, amount, others_yes, now)


def answer_wish(conn: sa.Connection, request_id: UUID, login: str, yes: bool, now: datetime) -> None:
    """See `raising.answer_wish`."""
    known = _locked(conn, request_id, OPEN)
    raising.answer_wish(conn, requests, known, known.made_by, login, yes, now)


def moved(conn: sa.Connection, request_id: UUID, state: State, now: datetime, **more: Any) -> None:
    """It stands elsewhere now."""
    _set(conn, request_id, state=state.value, changed_at=now, **more)


def locked(conn: sa.Connection, request_id: UUID, states: frozenset[State]) -> Request:
    """The request, its row locked, in one of these states. Raises CannotDo."""
    return _locked(conn, request_id, states)


def _locked(conn: sa.Connection, request_id: UUID, states: frozenset[State] | None = None) -> Request:
    known = get(conn, request_id, lock=True)
    if known is None:
        raise CannotDo(N_("The request does not exist."))
    if states is not None:
        _in(known, states)
    return known


def _in(known: Request, states: frozenset[State] | set[State]) -> None:
    if known.state not in states:
        raise CannotDo(N_("Somebody was faster: the request stands otherwise now. Look at it and decide again."))


def _found(conn: sa.Connection, request_id: UUID) -> Request:
    found = get(conn, request_id)
    assert found is not None
    return found


def _standing(request_id: UUID) -> sa.ColumnElement[bool]:
    return (quotes.c.request_id == request_id) & quotes.c.taken_back_at.is_(None)


def _set(conn: sa.Connection, request_id: UUID, **values: Any) -> None:
    conn.execute(requests.update().where(requests.c.id == request_id).values(values))
