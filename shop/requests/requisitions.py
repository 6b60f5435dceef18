"""Requisitions: a numbered paper with which a colleague buys in a contracted store, up to a ceiling.

What is really bought becomes orders in the book, one for each receipt, so that everything that counts orders counts it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shop.requests import numbers, raising
from shop.requests.ceiling import left
from shop.requests.events import What, tell
from shop.requests.raising import CannotDo
from shop.requests.tables import requisition_uses, requisitions
from shop.requests.yes import needs_yes
from shop.units import Unit
from web.figures import LOCAL
from web.languages import N_

PAGE_SIZE = 25


class State(StrEnum):
    """Where it stands; whether it is used or expired is seen from its receipts and its day."""

    WAITING = "waiting"
    OPEN = "open"
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Requisition(msgspec.Struct, frozen=True, kw_only=True):
    """One paper. `ceiling` and `spent` are kronor without VAT; `valid_to` is the last day it may be used."""

    id: UUID
    number: str
    unit_id: str
    supplier_id: str
    contract: str
    category: str
    purpose: str
    holder: str
    ceiling: Decimal
    valid_to: date
    issued_by: str
    state: State
    decided_by: str | None
    reason: str | None
    wish: Decimal | None
    wish_by: str | None
    created_at: datetime
    changed_at: datetime
    spent: Decimal = Decimal(0)

    @property
    def left(self) -> Decimal:
        """What may still be bought with it."""
        return left(self.ceiling, self.spent)

    def shown(self, today: date) -> str:
        """The state as people see it; the words are in `shop.requests.words.REQUISITIONS`."""
        if self.state is not State.OPEN:
            return self.state.value
        if not self.left:
            return "used"
        if self.valid_to < today:
            return "expired"
        return "partly" if self.spent else "open"


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for with the form; see `Requisition`."""

    supplier_id: str
    contract: str
    category: str
    purpose: str
    holder: str
    ceiling: Decimal
    valid_to: date


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """One receipt."""

    id: UUID
    requisition_id: UUID
    order_id: UUID | None
    bought_on: date
    net: Decimal
    gross: Decimal
    by: str
    at: datetime


def get(conn: sa.Connection, key: UUID | str, *, lock: bool = False) -> Requisition | None:
    """The requisition with this id or number."""
    column = requisitions.c.id if isinstance(key, UUID) else requisitions.c.number
    wanted = sa.select(requisitions).where(column == key)
    row = conn.execute(wanted.with_for_update() if lock else wanted).first()
    return _with_spent(conn, [row])[0] if row is not None else None


def uses_of(conn: sa.Connection, requisition_id: UUID) -> list[Use]:
    """Its receipts, oldest first."""
    mine = sa.select(requisition_uses).where(requisition_uses.c.requisition_id == requisition_id)
    return [Use(**row._mapping) for row in conn.execute(mine.order_by(requisition_uses.c.at))]


def of_units(conn: sa.Connection, unit_ids: Collection[str] | None, page: int) -> list[Requisition]:
    """The newest of these units, or of all; one more than a page holds where there are more."""
    wanted = sa.select(requisitions).order_by(requisitions.c.changed_at.desc(), requisitions.c.number.desc())
    if unit_ids is not None:
        wanted = wanted.where(requisitions.c.unit_id.in_(sorted(unit_ids)))
    return _with_spent(conn, conn.execute(wanted.limit(PAGE_SIZE + 1).offset((page - 1) * PAGE_SIZE)).all())


def waiting(conn: sa.Connection, unit_ids: Collection[str]) -> list[Requisition]:
    """Those of these units that wait for a yes, to be used or to a higher ceiling."""
    mine = requisitions.c.unit_id.in_(sorted(unit_ids))
    yes = (requisitions.c.state == State.WAITING.value) | requisitions.c.wish.is_not(None)
    return _with_spent(conn, conn.execute(sa.select(requisitions).where(mine, yes)).all())


def issue(conn: sa.Connection, id: UUID, unit: Unit, login: str, paper: Paper, now: datetime) -> Requisition:
    """A new one; the same form once more gives the first. Above the unit's limit it waits for a yes."""
    state = State.WAITING if needs_yes(conn, unit, paper.category, paper.ceiling) else State.OPEN
    row = msgspec.structs.asdict(paper) | {"id": id, "number": str(id), "unit_id": unit.id, "issued_by": login}
    row |= {"state": state.value, "created_at": now, "changed_at": now}
    made = insert(requisitions).values(row).on_conflict_do_nothing().returning(requisitions.c.id)
    if conn.execute(made).first() is not None:
        number = numbers.next_number(conn, numbers.REQUISITION, now.astimezone(LOCAL).year)
        _set(conn, id, number=number)
        tell(conn, id, login, What.ISSUED, now, amount=str(paper.ceiling))
    found = get(conn, id)
    assert found is not None
    if found.issued_by != login:
        raise CannotDo(N_("The requisition is somebody else's."))
    return found


def decide(conn: sa.Connection, id: UUID, login: str, yes: bool, reason: str, now: datetime) -> None:
    """An approver's word; never the word of who issued it."""
    known = locked(conn, id, State.WAITING)
    if login == known.issued_by:
        raise CannotDo(N_("You issued it yourself: somebody else must say yes."))
    state = State.OPEN if yes else State.DECLINED
    _set(conn, id, state=state.value, decided_by=login, reason=None if yes else reason, changed_at=now)
    tell(conn, id, login, What.APPROVED if yes else What.DECLINED, now, reason)


def end(conn: sa.Connection, id: UUID, login: str, now: datetime) -> None:
    """Nothing more is bought with it: closed where something was, else withdrawn. It can be opened again."""
    known = locked(conn, id)
    if known.state not in {State.OPEN, State.WAITING}:
        return
    state, what = (State.CLOSED, What.CLOSED) if known.spent else (State.WITHDRAWN, What.WITHDRAWN)
    _set(conn, id, state=state.value, changed_at=now, wish=None, wish_by=None)
    tell(conn, id, login, what, now)


def open_again(conn: sa.Connection, id: UUID, unit: Unit, login: str, now: datetime) -> None:
    """Taken back: it may be used as before, or waits for its yes as before."""
    known = locked(conn, id)
    if known.state not in {State.CLOSED, State.WITHDRAWN}:
        return
    waits = known.decided_by is None and needs_yes(conn, unit, known.category, known.ceiling)
    _set(conn, id, state=(State.WAITING if waits else State.OPEN).value, changed_at=now)
    tell(conn, id, login, What.OPENED, now)


def raise_ceiling(conn: sa.Connection, id: UUID, unit: Unit, login: str, amount: Decimal, now: datetime) -> None:
    """See `raising.ask_higher`."""
    known = locked(conn, id, State.OPEN)
    others = needs_yes(conn, unit, known.category, amount)
    raising.ask_higher(conn, requisitions, known, login, amount, others, now)


def answer_wish(conn: sa.Connection, id: UUID, login: str, yes: bool, now: datetime) -> None:
    """See `raising.answer_wish`."""
    known = locked(conn, id, State.OPEN)
    raising.answer_wish(conn, requisitions, known, known.issued_by, login, yes, now)


def locked(conn: sa.Connection, id: UUID, state: State | None = None) -> Requisition:
    """The requisition, its row locked, in this state. Raises CannotDo."""
    known = get(conn, id, lock=True)
    if known is None:
        raise CannotDo(N_("The requisition does not exist."))
    if state is not None and known.state is not state:
        raise CannotDo(N_("Somebody was faster: the requisition stands otherwise now. Look at it and decide again."))
    return known


def _with_spent(conn: sa.Connection, rows: Collection[sa.Row[Any]]) -> list[Requisition]:
    spent = _spent(conn, [row.id for row in rows])
    facts = [dict(row._mapping) | {"state": State(row.state), "spent": spent.get(row.id, Decimal(0))} for row in rows]
    return [Requisition(**one) for one in facts]


def _spent(conn: sa.Connection, ids: Collection[UUID]) -> Mapping[UUID, Decimal]:
    mine = requisition_uses.c.requisition_id.in_(list(ids))
    sums = sa.select(requisition_uses.c.requisition_id, sa.func.sum(requisition_uses.c.net)).where(mine)
    return {row[0]: row[1] for row in conn.execute(sums.group_by(requisition_uses.c.requisition_id))}


def _set(conn: sa.Connection, id: UUID, **values: Any) -> None:
    conn.execute(requisitions.update().where(requisitions.c.id == id).values(values))
