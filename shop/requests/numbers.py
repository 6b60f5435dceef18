"""Numbers of our own: F26-000012 is a request (förfrågan), R26-000012 a requisition."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shop.requests.tables import series

REQUEST, REQUISITION = "F", "R"


def next_number(conn: sa.Connection, letter: str, year: int) -> str:
    """The next of the year's; without gaps, because a rollback gives the number back."""
    row = insert(series).values(letter=letter, year=year, last=1)
    row = row.on_conflict_do_update(index_elements=["letter", "year"], set_={"last": series.c.last + 1})
    last: int = conn.execute(row.returning(series.c.last)).scalar_one()
    return f"{letter}{year % 100:02d}-{last:06d}"
