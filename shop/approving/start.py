"""What the first page says to those who approve."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from fastapi import Request

from shop import approval
from shop.desk import today, viewer
from web.access import APPROVER

MANY: Final = 50


def waiting_count(conn: sa.Connection, request: Request) -> int:
    """How many orders wait for this person; that there are many is enough for a first page."""
    person = viewer(request)
    return len(approval.waiting_for(conn, person, today(request), MANY)) if APPROVER in person.roles else 0
