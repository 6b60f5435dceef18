"""Changes of one line or of the order of lines. The caller has locked the list."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from shop.articles import Article
from shop.lists import book
from shop.lists.tables import order_list_lines
from shop.measures import plain
from web.sessions import Viewer


def set_quantity(
    conn: sa.Connection, list_id: UUID, line_id: int, seen: Decimal, quantity: Decimal, viewer: Viewer, now: datetime
) -> Decimal | None:
    """Exactly so many, if the line still holds what was seen; else what it holds now, and nothing is changed."""
    line = _of(list_id, line_id)
    row = conn.execute(sa.select(order_list_lines.c.quantity).where(line)).first()
    if row is None or row.quantity == quantity:
        return None
    if row.quantity != seen:
        return plain(row.quantity)
    _change(conn, list_id, line_id, viewer, now, quantity=quantity)
    return None


def remove(conn: sa.Connection, list_id: UUID, line_id: int, viewer: Viewer, now: datetime) -> None:
    """Taken out, and offered back for a while."""
    _change(conn, list_id, line_id, viewer, now, removed_at=now)


def restore(conn: sa.Connection, list_id: UUID, line_id: int, viewer: Viewer, now: datetime) -> None:
    """Put back in its place."""
    _change(conn, list_id, line_id, viewer, now, removed_at=None)


def accept_price(conn: sa.Connection, list_id: UUID, line_id: int, viewer: Viewer, now: datetime) -> None:
    """What the article costs today is what it is listed at."""
    line = next((one for one in book.lines_of(conn, list_id) if one.id == line_id), None)
    if line is not None:
        _change(conn, list_id, line_id, viewer, now, price=line.article.price)


def replace(conn: sa.Connection, list_id: UUID, line_id: int, article: Article, viewer: Viewer, now: datetime) -> None:
    """Another article in the line's place, as many as before; where it has a line already, that one stays."""
    lines = book.lines_of(conn, list_id)
    line = next((one for one in lines if one.id == line_id), None)
    if line is None:
        return
    remove(conn, list_id, line_id, viewer, now)
    book.add(conn, list_id, [(article, line.quantity)], viewer, now)
    place = sa.select(order_list_lines.c.position).where(_of(list_id, line_id)).scalar_subquery()
    new = (order_list_lines.c.list_id == list_id) & (order_list_lines.c.article_id == article.id)
    if article.id not in {one.article.id for one in lines}:
        conn.execute(order_list_lines.update().where(new).values(position=place))


def move(conn: sa.Connection, list_id: UUID, line_id: int, up: bool, viewer: Viewer, now: datetime) -> None:
    """One place up or down among the lines that are shown."""
    ids = [line.id for line in book.lines_of(conn, list_id)]
    if line_id not in ids:
        return
    here = ids.index(line_id)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(ids):
        return
    ids[here], ids[there] = ids[there], ids[here]
    rows = [{"line": id, "place": place} for place, id in enumerate(ids, start=1)]
    line = order_list_lines.c.id == sa.bindparam("line")
    conn.execute(order_list_lines.update().where(line).values(position=sa.bindparam("place")), rows)
    book.touch(conn, list_id, viewer, now)


def _of(list_id: UUID, line_id: int) -> sa.ColumnElement[bool]:
    return (order_list_lines.c.list_id == list_id) & (order_list_lines.c.id == line_id)


def _change(conn: sa.Connection, list_id: UUID, line_id: int, viewer: Viewer, now: datetime, **values: Any) -> None:
    values |= {"changed_at": now, "changed_by": viewer.login}
    conn.execute(order_list_lines.update().where(_of(list_id, line_id)).values(values))
    book.touch(conn, list_id, viewer, now)
