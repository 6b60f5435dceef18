"""The visits: who went to which supplier's shop for which unit, how far it has come, and what came back.

The return address holds 32 random bytes; the table knows only their SHA-256. Each visit's address works once.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa

from gateway.exchange.tables import punchouts
from gateway.findings import Finding
from gateway.model.basket import PunchOutBasket

TRANSPORT: Final = "punchout"
KEPT: Final = timedelta(days=7)
"""So long after it came, a basket can still be added: prices in there do not hold for ever."""


class State(StrEnum):
    """asked (their server is asked for a visit), ready (the browser may go), open (it went; the return address works),
    returned (a basket came, the person has not decided), added, declined (by the person), empty (nothing to add came
    back), refused (the shop let nobody in, or what came cannot be taken), expired."""

    ASKED = "asked"
    READY = "ready"
    OPEN = "open"
    RETURNED = "returned"
    ADDED = "added"
    DECLINED = "declined"
    EMPTY = "empty"
    REFUSED = "refused"
    EXPIRED = "expired"


UNDER_WAY: Final = frozenset({State.ASKED, State.READY, State.OPEN})
LIVE: Final = UNDER_WAY | {State.RETURNED}


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One visit. `basket` is None until what came has been read, and in lists; `remarks` are about it and its lines."""

    id: UUID
    supplier_id: str
    person: str
    unit_id: str
    kind: str
    operation: str
    edits: UUID | None
    state: State
    cookie: str
    created_at: datetime
    expires_at: datetime
    returned_at: datetime | None
    settled_at: datetime | None
    sha256: str | None
    cause: str | None
    test: bool
    basket: PunchOutBasket | None = None
    remarks: tuple[Finding, ...] = ()


class Opened(msgspec.Struct, frozen=True):
    """A visit that begins: `token` makes its return address, and is told to nobody but the shop."""

    id: UUID
    cookie: str
    token: str


_FACTS = [one for one in punchouts.c if one.name not in {"token", "basket", "remarks"}]


def digest(token: str) -> str:
    """What the table knows of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_visit(
    conn: sa.Connection,
    *,
    supplier_id: str,
    person: str,
    unit_id: str,
    kind: str,
    now: datetime,
    minutes: int,
    state: State = State.READY,
    operation: str = "create",
    edits: UUID | None = None,
    test: bool = False,
) -> Opened:
    """A new visit with a mark and a return address of its own."""
    made = Opened(uuid4(), secrets.token_urlsafe(18), secrets.token_urlsafe(32))
    row = {"id": made.id, "supplier_id": supplier_id, "person": person, "unit_id": unit_id, "kind": kind}
    row |= {"operation": operation, "edits": edits, "state": state.value, "cookie": made.cookie, "test": test}
    row |= {"token": digest(made.token), "created_at": now, "expires_at": now + timedelta(minutes=minutes)}
    conn.execute(punchouts.insert().values(row))
    return made


def let_in(conn: sa.Connection, visit_id: UUID) -> None:
    """The shop said yes: the browser may go, unless the person has changed their mind."""
    asked = (punchouts.c.id == visit_id) & (punchouts.c.state == State.ASKED.value)
    conn.execute(punchouts.update().where(asked).values(state=State.READY.value))


def depart(conn: sa.Connection, visit_id: UUID, now: datetime, *, renew: bool) -> str | None:
    """The browser goes, once: from then on the return address works. None where it went before, or is too late.

    `renew`: nobody has been told the address yet, so a new token is made and given; else "" is given.
    """
    token = secrets.token_urlsafe(32) if renew else ""
    ready = (punchouts.c.id == visit_id) & (punchouts.c.state == State.READY.value) & (punchouts.c.expires_at > now)
    values: dict[str, Any] = {"state": State.OPEN.value} | ({"token": digest(token)} if renew else {})
    return token if conn.execute(punchouts.update().where(ready).values(values)).rowcount else None


def settle(
    conn: sa.Connection, visit_id: UUID, before: Collection[State], after: State, now: datetime, **facts: object
) -> bool:
    """Ends a visit that is in one of the states `before`; False where somebody was first. `facts` are columns."""
    waiting = (punchouts.c.id == visit_id) & punchouts.c.state.in_([one.value for one in before])
    values = {"state": after.value, "settled_at": now} | facts
    return bool(conn.execute(punchouts.update().where(waiting).values(values)).rowcount)


def change(conn: sa.Connection, visit_id: UUID, **facts: object) -> None:
    """Sets columns."""
    conn.execute(punchouts.update().where(punchouts.c.id == visit_id).values(facts))


def get(conn: sa.Connection, visit_id: UUID, *, lock: bool = False) -> Visit | None:
    """The visit with all that came, its row locked until the transaction ends if `lock`."""
    wanted = sa.select(*_FACTS, punchouts.c.basket, punchouts.c.remarks).where(punchouts.c.id == visit_id)
    row = conn.execute(wanted.with_for_update() if lock else wanted).first()
    return _visit(row) if row is not None else None


def of_person(conn: sa.Connection, person: str, limit: int = 20) -> list[Visit]:
    """A person's visits, newest first, without what came back."""
    return _listed(conn, sa.select(*_FACTS).where(punchouts.c.person == person), limit)


def recent(
    conn: sa.Connection,
    supplier_id: str | None = None,
    limit: int = 50,
    offset: int = 0,
    state: State | None = None,
) -> list[Visit]:
    """Everybody's visits, newest first, of one supplier and in one state if these are named; without what came back."""
    wanted = sa.select(*_FACTS).offset(offset)
    if supplier_id is not None:
        wanted = wanted.where(punchouts.c.supplier_id == supplier_id)
    return _listed(conn, wanted.where(punchouts.c.state == state.value) if state is not None else wanted, limit)


def expire(conn: sa.Connection, person: str, now: datetime) -> None:
    """A person's visits that took too long, and baskets that were left lying, are over."""
    late = (punchouts.c.state.in_([one.value for one in UNDER_WAY])) & (punchouts.c.expires_at <= now)
    left = (punchouts.c.state == State.RETURNED.value) & (punchouts.c.returned_at <= now - KEPT)
    theirs = (punchouts.c.person == person) & (late | left)
    conn.execute(punchouts.update().where(theirs).values(state=State.EXPIRED.value, settled_at=now))


def _listed(conn: sa.Connection, wanted: sa.Select[Any], limit: int) -> list[Visit]:
    newest = wanted.order_by(punchouts.c.created_at.desc(), punchouts.c.id).limit(limit)
    return [_visit(row) for row in conn.execute(newest)]


def _visit(row: Any) -> Visit:
    facts = dict(row._mapping)
    basket, remarks = facts.pop("basket", None), facts.pop("remarks", None)
    return Visit(
        **{**facts, "state": State(facts["state"])},
        basket=msgspec.convert(basket, PunchOutBasket, strict=False) if basket is not None else None,
        remarks=tuple(msgspec.convert(remarks or (), list[Finding])),
    )
