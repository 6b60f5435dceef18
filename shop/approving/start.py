"""What the first page says to those who approve."""

from __future__ import annotations

import sqlalchemy as sa
from fastapi import Request

from shop import approval
from shop.desk import today, viewer
from web.access import APPROVER


def waiting_count(conn: sa.Connection, request: Request) -> int:
    """How many orders wait for this person."""
    person = viewer(request)
    return len(approval.waiting_for(conn, person, today(request))) if APPROVER in person.roles else 0
