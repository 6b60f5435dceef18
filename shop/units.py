"""Units: who receives, where, on which days; and who may order or approve for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.identifiers import Gln
from gateway.model import Order
from gateway.model.party import Address, Identifier, Party
from shop.approving import delegates
from shop.tables import unit_members, units

BUYER, APPROVER = "buyer", "approver"


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A receiving unit. `weekdays` are ISO numbers; `approval_limit` is money without VAT, None for no limit."""

    id: str
    name: str
    gln: str
    street: str
    postal_code: str
    city: str
    weekdays: tuple[int, ...]
    approval_limit: Decimal | None
    customer_reference: str
    accounting_cost: str
    department_id: str | None = None

    @property
    def party(self) -> Party:
        """The unit as documents know it."""
        address = Address(street=self.street, city=self.city, postal_code=self.postal_code, country="SE")
        return Party(name=self.name, ids=(Identifier(value=str(Gln(self.gln)), scheme="0088"),), address=address)


def get(conn: sa.Connection, unit_id: str) -> Unit | None:
    """The unit, or None."""
    row = conn.execute(sa.select(units).where(units.c.id == unit_id)).first()
    return _unit(row) if row else None


def everyone(conn: sa.Connection) -> list[Unit]:
    """All units, by id."""
    return [_unit(row) for row in conn.execute(sa.select(units).order_by(units.c.id))]


def deliver_on(conn: sa.Connection, days: Mapping[str, Collection[int]]) -> None:
    """Units are driven to on these ISO weekdays from now on: the hub knows, the shop promises by it."""
    for unit_id, weekdays in days.items():
        wanted = sorted(weekdays)
        differs = units.c.weekdays != wanted
        conn.execute(units.update().where(units.c.id == unit_id, differs).values(weekdays=wanted))


def bought_for(conn: sa.Connection, order: Order) -> str | None:
    """The unit that a purchase names by its GLN, as recipient or originator; None where it names none of ours."""
    named = (order.delivery.recipient if order.delivery else None, order.originator)
    glns = [one.value.strip() for party in named if party is not None for one in party.ids if one.scheme == "0088"]
    found = conn.execute(sa.select(units.c.id, units.c.gln).where(units.c.gln.in_(glns))).all()
    by_gln = {row.gln: str(row.id) for row in found}
    return next((by_gln[gln] for gln in glns if gln in by_gln), None)


def of_user(
    conn: sa.Connection, user_id: UUID, role: str, like: str = "", limit: int = 100, on: date | None = None
) -> list[Unit]:
    """The units for which a user has a role, those whose name holds `like`, by name."""
    mine = _own(user_id, [role]).union(delegates.unit_ids(role, user_id, on))
    wanted = sa.select(units).where(units.c.id.in_(mine)).order_by(units.c.name).limit(limit)
    if like:
        wanted = wanted.where(units.c.name.icontains(like, autoescape=True))
    return [_unit(row) for row in conn.execute(wanted)]


def ids_of_user(
    conn: sa.Connection, user_id: UUID, roles: Iterable[str] = (BUYER, APPROVER), on: date | None = None
) -> set[str]:
    """The ids of all units for which a user has one of the roles, as a deputy too, on a day (without one: today).

    The one place that decides it.
    """
    return set(conn.scalars(_mine(tuple(roles), on is not None), {"user": user_id, "on": on}))


def own_ids(conn: sa.Connection, user_id: UUID, roles: Iterable[str]) -> set[str]:
    """Those that the user has in their own right."""
    return set(conn.scalars(_own(user_id, list(roles))))


@lru_cache(maxsize=32)
def _mine(roles: tuple[str, ...], dated: bool) -> sa.CompoundSelect[tuple[str]]:
    """Made once: every page asks several times."""
    user = sa.bindparam("user", type_=sa.Uuid)
    on = sa.bindparam("on", type_=sa.Date) if dated else None
    return sa.union(_own(user, list(roles)), *(delegates.unit_ids(role, user, on) for role in roles))


def _own(user_id: UUID | sa.BindParameter[UUID], roles: list[str]) -> sa.Select[tuple[str]]:
    mine = (unit_members.c.user_id == user_id) & unit_members.c.role.in_(roles)
    return sa.select(unit_members.c.unit_id).where(mine)


def _unit(row: sa.Row[tuple[object, ...]]) -> Unit:
    return Unit(**{**row._mapping, "weekdays": tuple(row.weekdays)})
