"""The cases: opened by a report, taken, given on, talked about, closed, opened again. In the caller's transaction.

What a case is about stands in its report; where it stands follows from owner, claims and the report's end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.orders import book as orders
from hub import store
from hub.cases import log
from hub.cases.decide import Claim, Stage, due_of, stage_of
from hub.cases.tables import case_photos, cases, claims
from hub.parcel import Parcel
from hub.tables import facts, parcel_reports, parcels
from web.figures import LOCAL
from web.tables import users

MISTAKE = "mistake"
"""The outcome of a report that was taken back."""
MOST_PHOTOS = 6


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case with its report and parcel; `quantity` of `article` is what the report is about."""

    id: UUID
    kind: str
    at: datetime
    who: str
    due: date
    parcel: Parcel
    text: str = ""
    line: str | None = None
    article: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    owner: str | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    outcome: str | None = None
    claims: tuple[Claim, ...] = ()
    photos: tuple[UUID, ...] = ()

    @property
    def stage(self) -> Stage:
        return stage_of(self.owner, self.closed_at is not None, self.claims)

    @property
    def claim(self) -> Claim | None:
        """The claim that is not answered yet."""
        return next((claim for claim in self.claims if not claim.answer), None)


def listed(conn: sa.Connection, which: str, login: str, limit: int = 100) -> tuple[Case, ...]:
    """`open` ones by their day, those of `login` as `mine`, or those that are `done`, newest first."""
    done = parcel_reports.c.closed_at.is_not(None)
    wanted = done if which == "done" else ~done & (cases.c.owner == login) if which == "mine" else ~done
    order = (parcel_reports.c.closed_at.desc(),) if which == "done" else (cases.c.due, parcel_reports.c.at)
    return _read(conn, wanted, (*order, cases.c.id), limit)


def counts(conn: sa.Connection, login: str, today: date) -> dict[str, int]:
    """How many are open, how many of them are the reader's, and how many are late."""
    still = parcel_reports.c.closed_at.is_(None)
    mine, late = cases.c.owner == login, cases.c.due < today
    columns = [
        sa.func.count().filter(still & which).label(name)
        for name, which in (("open", sa.true()), ("mine", mine), ("late", late))
    ]
    row = conn.execute(sa.select(*columns).select_from(cases.join(parcel_reports))).one()
    return {"open": row.open, "mine": row.mine, "late": row.late}


def get(conn: sa.Connection, case_id: UUID, lock: bool = False) -> Case | None:
    """The case; with `lock` its order and then its own row stay as they are until the transaction ends."""
    if lock:
        about = sa.select(parcels.c.order_id).join(parcel_reports).where(parcel_reports.c.id == case_id)
        order_id = conn.execute(about).scalar()
        if order_id is not None:
            orders.lock(conn, order_id)
        conn.execute(sa.select(cases.c.id).where(cases.c.id == case_id).with_for_update())
    return next(iter(_read(conn, cases.c.id == case_id, (cases.c.id,), 1)), None)


def of_reports(conn: sa.Connection, ids: Sequence[UUID]) -> tuple[Case, ...]:
    return _read(conn, cases.c.id.in_(ids), (parcel_reports.c.at, cases.c.id), len(ids))


def open_case(conn: sa.Connection, report_id: UUID, kind: str, who: str, now: datetime) -> None:
    """What was reported from now on has a day, and waits for an owner."""
    due = due_of(kind, now.astimezone(LOCAL).date())
    conn.execute(cases.insert().values(id=report_id, due=due, moved_at=now))
    log.write(conn, [report_id], "opened", who, now)


def take(conn: sa.Connection, case: Case, login: str | None, who: str, now: datetime, name: str = "") -> None:
    """The case is `login`'s from now on, nobody's with None; `name` where somebody else gives it to them."""
    if case.owner == login or case.closed_at:
        return
    conn.execute(cases.update().where(cases.c.id == case.id).values(owner=login))
    log.write(conn, [case.id], "left" if login is None else "given" if name else "taken", who, now, name)


def say(conn: sa.Connection, case: Case, text: str, who: str, now: datetime) -> None:
    if log.one_line(text):
        log.write(conn, [case.id], "said", who, now, text)


def set_due(conn: sa.Connection, case: Case, due: date, who: str, now: datetime) -> None:
    if due != case.due:
        conn.execute(cases.update().where(cases.c.id == case.id).values(due=due))
        log.write(conn, [case.id], "due", who, now, due.isoformat())


def reopen(conn: sa.Connection, case: Case, who: str, now: datetime) -> None:
    """Closed too early: what was written then stays in the log."""
    opened = dict.fromkeys(("closed_at", "closed_by", "outcome"))
    if case.closed_at and case.outcome not in ("announced", "assigned", "undone"):
        conn.execute(parcel_reports.update().where(parcel_reports.c.id == case.id).values(**opened))
        log.write(conn, [case.id], "reopened", who, now)


def add_photo(conn: sa.Connection, case_id: UUID, photo_id: UUID, who: str, now: datetime) -> None:
    """Raises ValueError where the case has enough of them."""
    having = sa.select(sa.func.count()).select_from(case_photos).where(case_photos.c.case_id == case_id)
    if conn.execute(having).scalar_one() >= MOST_PHOTOS:
        raise ValueError(f"a case has at most {MOST_PHOTOS} photos")
    row = insert(case_photos).values(case_id=case_id, photo_id=photo_id, at=now)
    conn.execute(row.on_conflict_do_nothing())
    log.write(conn, [case_id], "photo", who, now)


def people(conn: sa.Connection, roles: Iterable[str]) -> dict[str, str]:
    """Log-in and name of everybody who can be given a case."""
    mine = users.c.roles.overlap(list(roles)) & users.c.active
    wanted = sa.select(users.c.login, users.c.name).where(mine).order_by(users.c.name)
    return {row.login: row.name for row in conn.execute(wanted)}


def _read(
    conn: sa.Connection, where: sa.ColumnElement[bool], order: Sequence[sa.ColumnElement[object]], limit: int
) -> tuple[Case, ...]:
    own: tuple[Any, ...] = (cases.c.owner, cases.c.due)
    wanted = sa.select(parcel_reports, *own).select_from(cases.join(parcel_reports)).where(where)
    rows = [facts(row) for row in conn.execute(wanted.order_by(*order).limit(limit))]
    ids = [row["id"] for row in rows]
    about = {one.id: one for one in store.find(conn, parcels.c.id.in_([row["parcel_id"] for row in rows]))}
    claimed, seen = _claims(conn, ids), _photos(conn, ids)
    return tuple(
        Case(
            parcel=about[row.pop("parcel_id")],
            claims=tuple(claimed.get(row["id"], ())),
            photos=tuple(seen.get(row["id"], ())),
            **row,
        )
        for row in rows
    )


def _claims(conn: sa.Connection, ids: Sequence[UUID]) -> dict[UUID, list[Claim]]:
    found: dict[UUID, list[Claim]] = {}
    for row in conn.execute(sa.select(claims).where(claims.c.case_id.in_(ids)).order_by(claims.c.made_at)):
        found.setdefault(row.case_id, []).append(msgspec.convert(facts(row), Claim))
    return found


def _photos(conn: sa.Connection, ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for row in conn.execute(sa.select(case_photos).where(case_photos.c.case_id.in_(ids)).order_by(case_photos.c.at)):
        found.setdefault(row.case_id, []).append(row.photo_id)
    return found
