"""Lists of a unit and of a person. Whoever changes a list locks its row, so that changes at once follow each other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shop import units
from shop.articles import COLUMNS, Article
from shop.lists.tables import order_list_lines, order_lists
from shop.measures import plain
from shop.tables import articles
from web.sessions import Viewer

MOST_LINES: Final = 500
LONGEST_NAME: Final = 80
OFFERED_BACK: Final = timedelta(minutes=10)
"""So long a line that was taken out stands there with its undo; a list waits for thirty days."""
KEPT: Final = timedelta(days=30)


class OrderList(msgspec.Struct, frozen=True, kw_only=True):
    """A list; without `unit_id` it is its maker's own. `lines` is how many it has."""

    id: UUID
    name: str
    unit_id: str | None
    user_id: UUID
    changed_at: datetime
    changed_by: str
    removed_at: datetime | None
    lines: int = 0


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An article of a list, how many are usual, and the price for one when it was listed or last accepted."""

    id: int
    article: Article
    quantity: Decimal
    price: Decimal
    changed_by: str
    removed: bool


_COLUMNS = tuple(order_lists.c[name] for name in OrderList.__struct_fields__ if name in order_lists.c)


def lists_for(conn: sa.Connection, viewer: Viewer, unit_id: str, now: datetime) -> list[OrderList]:
    """The lists of the unit and the person's own, by name; one thrown away a moment ago among them."""
    kept = order_list_lines.c.removed_at.is_(None)
    many = sa.select(sa.func.count()).where(order_list_lines.c.list_id == order_lists.c.id, kept).scalar_subquery()
    mine = order_lists.c.unit_id.is_(None) & (order_lists.c.user_id == viewer.id)
    shown = order_lists.c.removed_at.is_(None) | (order_lists.c.removed_at > now - OFFERED_BACK)
    wanted = sa.select(*_COLUMNS, many.label("lines")).where((order_lists.c.unit_id == unit_id) | mine, shown)
    rows = conn.execute(wanted.order_by(sa.func.lower(order_lists.c.name), order_lists.c.id))
    return [OrderList(**row._mapping) for row in rows]


def get(conn: sa.Connection, list_id: UUID, viewer: Viewer, *, lock: bool = False) -> OrderList | None:
    """A list that this person may use: their own, or one of a unit that they buy for."""
    wanted = sa.select(*_COLUMNS).where(order_lists.c.id == list_id)
    row = conn.execute(wanted.with_for_update() if lock else wanted).first()
    if row is None:
        return None
    found = OrderList(**row._mapping)
    if found.unit_id is None:
        return found if found.user_id == viewer.id else None
    return found if found.unit_id in units.ids_of_user(conn, viewer.id, [units.BUYER]) else None


def lines_of(conn: sa.Connection, list_id: UUID, now: datetime | None = None) -> list[Line]:
    """The lines in their order; with `now` those taken out a moment ago stand in their place."""
    lines = order_list_lines.c
    shown: sa.ColumnElement[bool] = lines.removed_at.is_(None)
    if now is not None:
        shown = sa.or_(shown, lines.removed_at > now - OFFERED_BACK)
    facts = (lines.quantity, lines.price.label("listed_at"), lines.changed_by, lines.removed_at, lines.id.label("line"))
    wanted = sa.select(*COLUMNS, *facts).join(articles, articles.c.id == lines.article_id)
    rows = conn.execute(wanted.where(lines.list_id == list_id, shown).order_by(lines.position, lines.id))
    return [_line(dict(row._mapping)) for row in rows]


def _line(facts: dict[str, Any]) -> Line:
    return Line(
        id=facts.pop("line"),
        quantity=plain(facts.pop("quantity")),
        price=facts.pop("listed_at"),
        changed_by=facts.pop("changed_by"),
        removed=facts.pop("removed_at") is not None,
        article=Article(**facts),
    )


def make(conn: sa.Connection, name: str, unit_id: str | None, viewer: Viewer, now: datetime) -> UUID:
    """A new list without lines."""
    list_id = uuid4()
    facts = {"id": list_id, "name": name, "unit_id": unit_id, "user_id": viewer.id}
    conn.execute(order_lists.insert(), facts | {"created_at": now, "changed_at": now, "changed_by": viewer.login})
    return list_id


def add(
    conn: sa.Connection, list_id: UUID, wanted: Iterable[tuple[Article, Decimal]], viewer: Viewer, now: datetime
) -> int:
    """Articles at the end of the list; one that is there keeps its line. How many found no room."""
    lines = order_list_lines.c
    old = conn.execute(sa.select(lines.article_id, lines.position, lines.removed_at).where(lines.list_id == list_id))
    there = old.all()
    room = MOST_LINES - sum(1 for row in there if row.removed_at is None)
    last = max((row.position for row in there), default=0)
    kept = {row.article_id for row in there if row.removed_at is None}
    new = {article.id: (article, quantity) for article, quantity in wanted if article.id not in kept}
    by = {"list_id": list_id, "changed_at": now, "changed_by": viewer.login}
    rows = [
        by | {"article_id": article.id, "quantity": quantity, "position": last + place, "price": article.price}
        for place, (article, quantity) in enumerate(list(new.values())[: max(room, 0)], start=1)
    ]
    if rows:
        row = insert(order_list_lines)
        anew = {name: row.excluded[name] for name in ("quantity", "position", "price", "changed_at", "changed_by")}
        row = row.on_conflict_do_update(index_elements=["list_id", "article_id"], set_=anew | {"removed_at": None})
        conn.execute(row, rows)
        touch(conn, list_id, viewer, now)
    return len(new) - len(rows)


def touch(conn: sa.Connection, list_id: UUID, viewer: Viewer, now: datetime, **values: Any) -> None:
    """Who changed the list last, and what of the list itself."""
    values |= {"changed_at": now, "changed_by": viewer.login}
    conn.execute(order_lists.update().where(order_lists.c.id == list_id).values(values))
