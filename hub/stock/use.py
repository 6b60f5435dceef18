"""How much is used: measured from what the hub delivered to the units, kept by day so that pages need not add it up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

import sqlalchemy as sa

from hub.stock.cover import LONG, SHORT, use_of
from hub.stock.goods import ZERO, Article
from hub.stock.tables import stock_used
from hub.tables import parcels
from web.figures import LOCAL

Used = dict[str, dict[str, Decimal]]
"""Base units (a day) by unit and supplier."""

# A line that several parcels share is announced whole in each of them. A supplier that announces pieces where boxes are
# ordered is understood by the article's content.
_MEASURE = """
INSERT INTO stock_used (article_id, unit_id, day, quantity)
SELECT a.id, p.unit_id, (p.delivered_at AT TIME ZONE 'Europe/Stockholm')::date,
       sum((c->>'quantity')::numeric / greatest(coalesce((c->>'parcels')::int, 1), 1)
           / CASE WHEN c->>'unit' = a.content_unit AND a.unit <> a.content_unit THEN a.content ELSE 1 END)
FROM parcels p
CROSS JOIN LATERAL jsonb_array_elements(p.contents) c
JOIN stock_articles a ON a.supplier_id = p.supplier_id
     AND (a.seller_id = c->>'article' OR (c->>'article' IS NULL AND a.gtin = c->>'gtin'))
WHERE p.state = 'delivered' AND p.delivered_at >= :since AND p.unit_id IS NOT NULL
GROUP BY 1, 2, 3
HAVING sum((c->>'quantity')::numeric) > 0
"""
_COMING = """
SELECT a.id, p.unit_id,
       sum((c->>'quantity')::numeric / greatest(coalesce((c->>'parcels')::int, 1), 1)
           / CASE WHEN c->>'unit' = a.content_unit AND a.unit <> a.content_unit THEN a.content ELSE 1 END)
FROM parcels p
CROSS JOIN LATERAL jsonb_array_elements(p.contents) c
JOIN stock_articles a ON a.supplier_id = p.supplier_id
     AND (a.seller_id = c->>'article' OR (c->>'article' IS NULL AND a.gtin = c->>'gtin'))
WHERE p.state IN ('received', 'out') AND p.unit_id IS NOT NULL
GROUP BY 1, 2
"""


def measure(conn: sa.Connection, now: datetime) -> int:
    """Measures anew the days that count; how many rows. What is measured twice is the same."""
    since = (now.astimezone(LOCAL) - timedelta(days=LONG)).replace(hour=0, minute=0, second=0, microsecond=0)
    conn.execute(stock_used.delete())
    return conn.execute(sa.text(_MEASURE), {"since": since}).rowcount


def days_of_work(conn: sa.Connection, today: date) -> int:
    """For how many days the hub has received anything, the first one included; 0 where it never has."""
    first = conn.scalar(sa.select(sa.func.min(parcels.c.received_at)))
    return (today - first.astimezone(LOCAL).date()).days + 1 if first else 0


def measured(conn: sa.Connection, articles: Mapping[int, Article], today: date) -> dict[int, Used]:
    """What was delivered by goods; see `Used`."""
    days = days_of_work(conn, today)
    u = stock_used
    lately = sa.func.sum(u.c.quantity).filter(u.c.day > today - timedelta(days=SHORT))
    sums = sa.select(u.c.article_id, u.c.unit_id, sa.func.sum(u.c.quantity), sa.func.coalesce(lately, 0))
    since = u.c.day > today - timedelta(days=LONG)
    found: dict[int, Used] = {}
    for article_id, unit_id, long, short in conn.execute(sums.where(since).group_by(u.c.article_id, u.c.unit_id)):
        article = articles[article_id]
        a_day = use_of(long * article.content, short * article.content, days, None)
        _add(found.setdefault(article.goods_id, {}).setdefault(unit_id, {}), article.supplier_id, a_day)
    return found


def coming(conn: sa.Connection, articles: Mapping[int, Article]) -> dict[int, Used]:
    """What stands at the hub or is on a van for the units: base units by goods, unit and supplier."""
    found: dict[int, Used] = {}
    for article_id, unit_id, quantity in conn.execute(sa.text(_COMING)):
        article = articles[article_id]
        by = found.setdefault(article.goods_id, {}).setdefault(unit_id, {})
        _add(by, article.supplier_id, quantity * article.content)
    return found


def _add(by: dict[str, Decimal], name: str, much: Decimal) -> None:
    by[name] = by.get(name, ZERO) + much
