"""What the front page and an article's page show of lists."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from fastapi import Request

from shop.desk import viewer
from shop.lists import book, recurring
from shop.lists.tables import order_list_lines
from shop.units import Unit


def at_hand(conn: sa.Connection, request: Request, unit: Unit, article_id: int | None = None) -> dict[str, Any]:
    """The lists one may use here, those that hold the article, and recurring orders that wait for the reader."""
    person = viewer(request)
    found = [one for one in book.lists_for(conn, person, unit.id, request.app.state.now()) if one.removed_at is None]
    lines = order_list_lines.c
    holding = sa.select(lines.list_id).where(lines.article_id == article_id, lines.removed_at.is_(None))
    there = set(conn.scalars(holding)) if article_id is not None else set()
    return {
        "lists": found,
        "lists_with": [one for one in found if one.id in there],
        "waiting": recurring.waiting_for(conn, person),
    }
