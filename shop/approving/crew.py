"""Who may take a step, looked up once for as many orders as one asks about."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

import sqlalchemy as sa

from shop.approving import policy as policies
from shop.approving.departments import above
from shop.approving.policy import AT_UNIT, Policy
from shop.tables import unit_members, units
from web.tables import users


class Crew:
    """Remembers what it has looked up, so it lives as long as one page or one chore."""

    def __init__(self, conn: sa.Connection) -> None:
        self._conn = conn
        self._approvers: dict[str, frozenset[str]] = {}
        self._above: dict[str, tuple[str, ...]] = {}

    @cached_property
    def policy(self) -> Policy:
        return policies.current(self._conn)[1]

    @cached_property
    def closed(self) -> frozenset[str]:
        """The log-ins that work no more: few, where those that work are thousands."""
        return frozenset(self._conn.scalars(sa.select(users.c.login).where(~users.c.active)))

    def people(self, role: str, logins: Collection[str], unit_id: str) -> frozenset[str]:
        """Who may take a step that asks for this role or these log-ins, at an order of this unit."""
        found = set(logins)
        if role == AT_UNIT:
            found |= self.approvers(unit_id)
        elif role:
            departments = self.departments(unit_id)
            holders = (one for one in self.policy.holders if one.role == role)
            found |= {one.login for one in holders if one.covers(unit_id, departments)}
        return frozenset(found) - self.closed

    def approvers(self, unit_id: str) -> frozenset[str]:
        if unit_id not in self._approvers:
            joined = unit_members.join(users, users.c.id == unit_members.c.user_id)
            theirs = (unit_members.c.unit_id == unit_id) & (unit_members.c.role == "approver")
            found = self._conn.scalars(sa.select(users.c.login).select_from(joined).where(theirs))
            self._approvers[unit_id] = frozenset(found)
        return self._approvers[unit_id]

    def departments(self, unit_id: str) -> tuple[str, ...]:
        if unit_id not in self._above:
            own = self._conn.scalar(sa.select(units.c.department_id).where(units.c.id == unit_id))
            self._above[unit_id] = tuple(above(self._conn, own))
        return self._above[unit_id]
