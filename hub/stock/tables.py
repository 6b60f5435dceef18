"""Tables of the crisis stock: goods and who sells them, how long they must last where, lots and what happened to them.

A place is "hub", "unit:" and a unit's id, or "supplier:" and a supplier's id, where it holds goods under agreement.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gateway.database import metadata

_AT = sa.DateTime(timezone=True)
_MANY = sa.Numeric(14, 3)

stock_goods = sa.Table(
    "stock_goods",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False, comment="the base unit in which cover is reckoned: pieces, litres"),
    sa.Column("usual", sa.Text, comment="the supplier that an estimated use is bought from"),
)

stock_articles = sa.Table(
    "stock_articles",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("goods_id", sa.ForeignKey("stock_goods.id"), nullable=False, index=True),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("supplier_name", sa.Text, nullable=False),
    sa.Column("seller_id", sa.Text, nullable=False),
    sa.Column("gtin", sa.Text, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("unit", sa.Text, nullable=False, comment="what is ordered, kept and counted"),
    sa.Column("content", _MANY, nullable=False, server_default="1", comment="base units in one such unit"),
    sa.Column("content_unit", sa.Text, nullable=False),
    sa.Column("lead_days", sa.Integer, nullable=False, comment="calendar days from order to hub"),
    sa.Column("substitutes", ARRAY(sa.Text), nullable=False, server_default="{}", comment="seller_id of like articles"),
    sa.Column("marked", sa.Boolean, nullable=False, comment="still crisis-critical in the shop"),
    sa.UniqueConstraint("supplier_id", "seller_id"),
)

stock_needs = sa.Table(
    "stock_needs",
    metadata,
    sa.Column("goods_id", sa.ForeignKey("stock_goods.id"), primary_key=True),
    sa.Column("place", sa.Text, primary_key=True, comment="the hub, for everybody, or a unit, for itself"),
    sa.Column("days", sa.SmallInteger, nullable=False, comment="how long the stock there must last"),
    sa.Column(
        "per_day", _MANY, comment="an estimate of the use, in base units; the higher of it and the measured counts"
    ),
    sa.Column("set_by", sa.Text, nullable=False),
    sa.Column("set_at", _AT, nullable=False),
)

stock_used = sa.Table(
    "stock_used",
    metadata,
    sa.Column("article_id", sa.ForeignKey("stock_articles.id"), primary_key=True),
    sa.Column("unit_id", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("quantity", _MANY, nullable=False, comment="of the article's unit, as the hub delivered it"),
)

stock_lots = sa.Table(
    "stock_lots",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("article_id", sa.ForeignKey("stock_articles.id"), nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column(
        "lot", sa.Text, nullable=False, server_default="", comment="the maker's batch, empty where none is known"
    ),
    sa.Column("expires", sa.Date, comment="the last day on which it may be used; empty: it keeps"),
    sa.UniqueConstraint("article_id", "place", "lot", "expires", postgresql_nulls_not_distinct=True),
    sa.Index("stock_lots_by_place", "place"),
)

stock_entries = sa.Table(
    "stock_entries",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("batch", sa.Uuid, nullable=False, index=True, comment="what one press did together"),
    sa.Column("lot_id", sa.ForeignKey("stock_lots.id"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False, comment="receipt, issue, move, scrap or count"),
    sa.Column("quantity", _MANY, nullable=False, comment="how much more or less; of a count, how much is there"),
    sa.Column("unit_id", sa.Text, comment="the unit that an issue was for"),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("at", _AT, nullable=False, comment="when it was done, by the clock of whoever did it"),
    sa.Column("taken_at", _AT, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("undone_at", _AT),
    sa.Column("undone_by", sa.Text),
)

stock_agreements = sa.Table(
    "stock_agreements",
    metadata,
    sa.Column("article_id", sa.ForeignKey("stock_articles.id"), primary_key=True),
    sa.Column(
        "quantity", _MANY, nullable=False, comment="what the supplier has promised to hold, of the article's unit"
    ),
    sa.Column("delivers_in", sa.SmallInteger, nullable=False, comment="days from call to hub"),
    sa.Column("valid_to", sa.Date, nullable=False, comment="the last day of the promise"),
    sa.Column("set_by", sa.Text, nullable=False),
    sa.Column("set_at", _AT, nullable=False),
)

stock_warnings = sa.Table(
    "stock_warnings",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("key", sa.Text, nullable=False, comment="what it is about; one open warning for each"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("facts", JSONB, nullable=False),
    sa.Column("raised_at", _AT, nullable=False),
    sa.Column("told_at", _AT),
    sa.Column("over_at", _AT),
    sa.Column("seen_by", sa.Text),
    sa.Index("stock_warnings_open", "key", unique=True, postgresql_where=sa.text("over_at IS NULL")),
)
