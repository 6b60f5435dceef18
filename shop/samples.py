"""A few of a supplier's own articles, for a test order that its system can recognise."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa

from gateway.model.order import OrderLine
from shop.articles import COLUMNS, Article
from shop.document import Wanted, order_line
from shop.tables import articles

_ENOUGH = 2


def some_goods(conn: sa.Connection, supplier_id: str) -> tuple[OrderLine, ...]:
    """One of each of the first articles that can be ordered; none of a supplier without a catalogue."""
    theirs = (articles.c.supplier_id == supplier_id) & articles.c.active
    found = conn.execute(sa.select(*COLUMNS).where(theirs).order_by(articles.c.id).limit(_ENOUGH))
    wanted = [Wanted(article=Article(**row._mapping), quantity=Decimal(1)) for row in found]
    return tuple(order_line(place, one) for place, one in enumerate(wanted, 1))
