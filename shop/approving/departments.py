"""The departments above a unit."""

from __future__ import annotations

import sqlalchemy as sa

from shop.tables import departments


def above(conn: sa.Connection, department_id: str | None) -> list[str]:
    """The department and those that it belongs to, the nearest first; a circle that somebody made by mistake ends."""
    parents = {row.id: row.parent_id for row in conn.execute(sa.select(departments.c.id, departments.c.parent_id))}
    found: list[str] = []
    while department_id in parents and department_id not in found:
        found.append(department_id)
        department_id = parents[department_id]
    return found
