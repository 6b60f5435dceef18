"""Who acts for whom: a person's buying or approving, at all of their units or some, from one day to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa

from shop.approving.tables import delegations
from shop.tables import unit_members
from web.tables import users

HERE = sa.text("(now() AT TIME ZONE 'Europe/Stockholm')::date")
"""Today, where nobody says which day it is."""


class Delegation(msgspec.Struct, frozen=True, kw_only=True):
    """`login` has `deputy` act for them; `unit_ids` None: at all their units. Both days are included."""

    id: UUID
    login: str
    name: str
    deputy: str
    deputy_name: str
    role: str
    unit_ids: tuple[str, ...] | None
    from_day: date
    to_day: date
    ended_at: datetime | None


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """For whom somebody may act."""

    login: str
    name: str
    role: str
    unit_ids: tuple[str, ...] | None

    def covers(self, unit_id: str) -> bool:
        return self.unit_ids is None or unit_id in self.unit_ids


_GIVER, _DEPUTY = users.alias("giver"), users.alias("deputy")


def appoint(
    conn: sa.Connection,
    user_id: UUID,
    deputy_id: UUID,
    role: str,
    unit_ids: Sequence[str] | None,
    from_day: date,
    to_day: date,
    now: datetime,
) -> UUID:
    """From now on, on those days; the delegation's id."""
    found = uuid4()
    days = {"from_day": from_day, "to_day": to_day, "made_at": now}
    given = {"id": found, "user_id": user_id, "deputy_id": deputy_id, "role": role}
    units = sorted(unit_ids) if unit_ids is not None else None
    conn.execute(delegations.insert().values(given | days | {"unit_ids": units}))
    return found


def end(conn: sa.Connection, delegation_id: UUID, user_id: UUID, now: datetime) -> bool:
    """Ends it at once, by either of the two; False where it is not theirs or has ended."""
    columns = delegations.c
    theirs = (columns.id == delegation_id) & ((columns.user_id == user_id) | (columns.deputy_id == user_id))
    done = delegations.update().where(theirs, columns.ended_at.is_(None)).values(ended_at=now)
    return conn.execute(done).rowcount == 1


def of_person(conn: sa.Connection, user_id: UUID, today: date) -> list[Delegation]:
    """What this person has given and been given, and what is over since a month at most; the newest first."""
    columns = delegations.c
    theirs = (columns.user_id == user_id) | (columns.deputy_id == user_id)
    recent = sa.func.least(columns.to_day, sa.func.coalesce(sa.cast(columns.ended_at, sa.Date), columns.to_day))
    wanted = _all().where(theirs, recent >= sa.literal(today) - 31).order_by(columns.made_at.desc())
    return [_delegation(row) for row in conn.execute(wanted)]


def principals(conn: sa.Connection, user_id: UUID, role: str, on: date | None = None) -> list[Principal]:
    """For whom a person may act today, by name. A deputy's deputy is nobody's."""
    found = _all().where(delegations.c.deputy_id == user_id, delegations.c.role == role, _holds(on), _GIVER.c.active)
    return [
        Principal(login=one.login, name=one.name, role=one.role, unit_ids=one.unit_ids)
        for one in (_delegation(row) for row in conn.execute(found.order_by(_GIVER.c.name)))
    ]


def deputies(conn: sa.Connection, logins: Sequence[str], role: str, unit_id: str, on: date) -> dict[str, str]:
    """Who acts for these people at the unit: the deputy's log-in and whose deputy."""
    found = _all().where(_GIVER.c.login.in_(list(logins)), delegations.c.role == role, _holds(on), _DEPUTY.c.active)
    held = [_delegation(row) for row in conn.execute(found)]
    return {one.deputy: one.login for one in held if one.unit_ids is None or unit_id in one.unit_ids}


def unit_ids(
    role: str, user_id: UUID | sa.BindParameter[UUID], on: date | sa.BindParameter[date] | None = None
) -> sa.Select[tuple[str]]:
    """The units at which a person acts for somebody in this role, as a query for `shop.units`."""
    columns = delegations.c
    member = (unit_members.c.user_id == columns.user_id) & (unit_members.c.role == columns.role)
    scope = columns.unit_ids.is_(None) | (unit_members.c.unit_id == sa.any_(columns.unit_ids))
    joined = delegations.join(unit_members, member & scope).join(_GIVER, _GIVER.c.id == columns.user_id)
    mine = (columns.deputy_id == user_id) & (columns.role == role) & _GIVER.c.active
    return sa.select(unit_members.c.unit_id).select_from(joined).where(mine, _holds(on))


def _holds(on: date | sa.BindParameter[date] | None) -> sa.ColumnElement[bool]:
    here: sa.ColumnElement[date] = sa.literal_column(HERE.text, sa.Date)
    day = here if on is None else sa.literal(on) if isinstance(on, date) else on
    columns = delegations.c
    return columns.ended_at.is_(None) & (columns.from_day <= day) & (columns.to_day >= day)


def _all() -> sa.Select[tuple[object, ...]]:
    columns = delegations.c
    joined = delegations.join(_GIVER, _GIVER.c.id == columns.user_id).join(_DEPUTY, _DEPUTY.c.id == columns.deputy_id)
    facts = [columns[name] for name in ("id", "role", "unit_ids", "from_day", "to_day", "ended_at")]
    people = [_GIVER.c.login, _GIVER.c.name, _DEPUTY.c.login.label("deputy"), _DEPUTY.c.name.label("deputy_name")]
    return sa.select(*facts, *people).select_from(joined)


def _delegation(row: sa.Row[tuple[object, ...]]) -> Delegation:
    found = dict(row._mapping)
    units = found.pop("unit_ids")
    return Delegation(unit_ids=tuple(units) if units is not None else None, **found)
