"""For whom somebody stands in while they are away, as attest asks."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from shop import units
from shop.approving import delegates
from web.sessions import Viewer


def stands_in_for(conn: sa.Connection, person: Viewer, on: date | None = None) -> frozenset[str]:
    """The log-ins that this person decides for on a day, as approver or buyer."""
    roles = (units.APPROVER, units.BUYER)
    return frozenset(one.login for role in roles for one in delegates.principals(conn, person.id, role, on))
