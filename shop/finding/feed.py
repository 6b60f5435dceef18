"""Following the table: which articles have changed since a position, nothing missed and nothing read twice.

Transactions get their numbers before they commit, so a later number may be seen before an earlier one. A position is
therefore a snapshot: every transaction below `xmin` has ended, and `seen` are the changes above it already taken.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec
import sqlalchemy as sa

from shop.finding.tables import article_changes

KEPT: Final = timedelta(days=7)
"""How long changes are kept: an index that was not followed for so long is built anew."""


class Position(msgspec.Struct, frozen=True):
    """All changes by transactions below `xmin` are known, and of the others those with the ids `seen`."""

    xmin: int
    seen: tuple[int, ...] = ()


class News(msgspec.Struct, frozen=True):
    """Ids of articles, and the position after them."""

    articles: frozenset[int]
    position: Position


def begin(conn: sa.Connection) -> Position:
    """The position of somebody who reads the whole table in this transaction, which is REPEATABLE READ."""
    xmin = _xmin(conn)
    known = conn.scalars(sa.select(article_changes.c.id).where(article_changes.c.transaction >= xmin))
    return Position(xmin, tuple(sorted(known)))


def since(conn: sa.Connection, position: Position) -> News | None:
    """What has changed, in one reading; None where nothing did."""
    # One statement, one snapshot: what it shows and its xmin belong together.
    wanted = sa.select(_oldest, article_changes.c.id, article_changes.c.transaction, article_changes.c.articles).where(
        article_changes.c.transaction >= position.xmin, article_changes.c.id.not_in(position.seen)
    )
    rows = conn.execute(wanted).all()
    if not rows:
        return None
    xmin = rows[0][0]
    seen = {row.id for row in rows if row.transaction >= xmin}
    if position.seen:
        old = sa.select(article_changes.c.id).where(
            article_changes.c.id.in_(position.seen), article_changes.c.transaction >= xmin
        )
        seen |= set(conn.scalars(old))
    return News(frozenset(one for row in rows for one in row.articles), Position(xmin, tuple(sorted(seen))))


def forget(conn: sa.Connection) -> int:
    """Takes out changes that every index has long taken in; how many."""
    old = sa.delete(article_changes).where(article_changes.c.at < sa.func.now() - KEPT)
    return conn.execute(old).rowcount


def database_of(conn: sa.Connection) -> str:
    """What tells one database from another that has the same address: an index is of one only."""
    told = "SELECT current_database() || ':' || d.oid || ':' || 'article_changes'::regclass::oid FROM pg_database d"
    return str(conn.exec_driver_sql(f"{told} WHERE d.datname = current_database()").scalar_one())


def ahead(conn: sa.Connection, position: Position) -> bool:
    """Whether the position lies in a future that this database has not had: it was put back from a copy."""
    latest = sa.cast(sa.cast(sa.func.pg_snapshot_xmax(sa.func.pg_current_snapshot()), sa.Text), sa.BigInteger)
    return int(conn.execute(sa.select(latest)).scalar_one()) < position.xmin


def _xmin(conn: sa.Connection) -> int:
    return int(conn.execute(sa.select(_oldest)).scalar_one())


_oldest = sa.cast(sa.cast(sa.func.pg_snapshot_xmin(sa.func.pg_current_snapshot()), sa.Text), sa.BigInteger)
