"""Favourites: a person's hearts on articles."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shop.articles import COLUMNS, Article
from shop.lists.tables import favourites
from shop.tables import articles

OFFERED_BACK = timedelta(minutes=10)
MOST = 500


def put(conn: sa.Connection, user_id: UUID, article_id: int, now: datetime) -> None:
    """A heart; one that is there stays."""
    row = insert(favourites).values(user_id=user_id, article_id=article_id, at=now)
    again = {"at": now, "removed_at": None}
    gone = favourites.c.removed_at.is_not(None)
    conn.execute(row.on_conflict_do_update(index_elements=["user_id", "article_id"], set_=again, where=gone))


def take(conn: sa.Connection, user_id: UUID, article_id: int, now: datetime) -> None:
    """The heart is taken away, and offered back for a while."""
    mine = (favourites.c.user_id == user_id) & (favourites.c.article_id == article_id)
    conn.execute(favourites.update().where(mine, favourites.c.removed_at.is_(None)).values(removed_at=now))


def ids(conn: sa.Connection, user_id: UUID) -> Collection[int]:
    """The ids of a person's favourites."""
    mine = (favourites.c.user_id == user_id) & favourites.c.removed_at.is_(None)
    return set(conn.scalars(sa.select(favourites.c.article_id).where(mine)))


def count(conn: sa.Connection, user_id: UUID) -> int:
    """How many there are."""
    mine = (favourites.c.user_id == user_id) & favourites.c.removed_at.is_(None)
    found: int = conn.execute(sa.select(sa.func.count()).select_from(favourites).where(mine)).scalar_one()
    return found


def of_user(conn: sa.Connection, user_id: UUID, now: datetime) -> list[tuple[Article, bool]]:
    """The favourites by name, and whether each was taken away a moment ago."""
    shown = favourites.c.removed_at.is_(None) | (favourites.c.removed_at > now - OFFERED_BACK)
    wanted = (
        sa.select(*COLUMNS, favourites.c.removed_at)
        .join(favourites, favourites.c.article_id == articles.c.id)
        .where(favourites.c.user_id == user_id, shown)
        .order_by(articles.c.name, articles.c.id)
        .limit(MOST)
    )
    found = []
    for row in conn.execute(wanted):
        facts = dict(row._mapping)
        removed = facts.pop("removed_at") is not None
        found.append((Article(**facts), removed))
    return found
