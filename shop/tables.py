"""The shop's tables: who receives, who may order for them, what there is to order, and baskets."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

from gateway.database import metadata
from gateway.exchange import tables as _exchange  # noqa: F401 - articles point at the visits they came from
from gateway.orders import tables as _orders  # noqa: F401 - baskets point at the orders they became
from web import tables as _web  # noqa: F401 - members and baskets point at users

_AT = sa.DateTime(timezone=True)
_MONEY = sa.Numeric(14, 4)
_SEARCHED = (
    "setweight(to_tsvector('swedish', name), 'A') || setweight(to_tsvector('swedish', description), 'C')"
    " || setweight(to_tsvector('simple', seller_id), 'B')"
)

units = sa.Table(
    "units",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("gln", sa.Text, nullable=False, unique=True),
    sa.Column("street", sa.Text, nullable=False),
    sa.Column("postal_code", sa.Text, nullable=False),
    sa.Column("city", sa.Text, nullable=False),
    sa.Column("weekdays", ARRAY(sa.SmallInteger), nullable=False, comment="ISO weekdays on which the hub drives there"),
    sa.Column("approval_limit", _MONEY, comment="baskets above it, without VAT, wait for approval; empty: none do"),
    sa.Column("customer_reference", sa.Text, nullable=False, comment="default of the order's reference"),
    sa.Column("accounting_cost", sa.Text, nullable=False, comment="default coding"),
)

unit_members = sa.Table(
    "unit_members",
    metadata,
    sa.Column("unit_id", sa.Text, sa.ForeignKey("units.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("role", sa.String(20), primary_key=True, comment="buyer or approver"),
)

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("seller_id", sa.Text, nullable=False),
    sa.Column("gtin", sa.Text),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False, server_default=""),
    sa.Column("unit", sa.Text, nullable=False, comment="what is ordered: UN/ECE Recommendation 20 or 21"),
    sa.Column("content", sa.Numeric(14, 4), comment="how much of content_unit one such unit holds"),
    sa.Column("content_unit", sa.Text),
    sa.Column("price", _MONEY, nullable=False, comment="for one unit, without VAT"),
    sa.Column("currency", sa.String(3), nullable=False, server_default="SEK"),
    sa.Column("vat", sa.Numeric(5, 2), nullable=False, comment="per cent"),
    sa.Column("contract", sa.Text),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("lead_days", sa.Integer, nullable=False, comment="calendar days from order to hub"),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.text("true")),
    sa.Column("punchout_id", sa.ForeignKey("punchouts.id"), index=True, comment="brought back from a supplier's shop"),
    sa.Column("seller_extension", sa.Text, comment="what that shop needs beside seller_id to know it again"),
    sa.Column("detail", sa.Text, comment="exactly as that shop described it"),
    sa.Column("searched", TSVECTOR, sa.Computed(_SEARCHED, persisted=True)),
    # What was brought back is bought once, at the price of that visit; the same article may come back many times.
    sa.Index(
        "uq_articles_supplier_id",
        "supplier_id",
        "seller_id",
        unique=True,
        postgresql_where=sa.text("punchout_id IS NULL"),
    ),
    sa.Index("ix_articles_searched", "searched", postgresql_using="gin"),
    sa.Index("ix_articles_gtin", "gtin"),
    sa.Index("ix_articles_category", "category"),
)

baskets = sa.Table(
    "baskets",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("unit_id", sa.Text, sa.ForeignKey("units.id"), nullable=False),
    sa.Column("created_at", _AT, nullable=False),
    sa.Column("placed_at", _AT, comment="a placed basket is kept: it is the unit's usual purchases"),
    # One open basket per person and unit; the id of the basket is what makes placing it happen once.
    sa.Index("baskets_open", "user_id", "unit_id", unique=True, postgresql_where=sa.text("placed_at IS NULL")),
    sa.Index("baskets_placed", "unit_id", "placed_at", postgresql_where=sa.text("placed_at IS NOT NULL")),
)

basket_lines = sa.Table(
    "basket_lines",
    metadata,
    sa.Column("basket_id", sa.Uuid, sa.ForeignKey("baskets.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("article_id", sa.BigInteger, sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("quantity", sa.Numeric(12, 3), nullable=False),
    sa.Column("added_at", _AT, nullable=False),
    sa.Column("removed_at", _AT, comment="taken out, and offered back for a while"),
    sa.CheckConstraint("quantity > 0", name="quantity"),
)

basket_orders = sa.Table(
    "basket_orders",
    metadata,
    sa.Column("basket_id", sa.Uuid, sa.ForeignKey("baskets.id"), primary_key=True),
    sa.Column("order_id", sa.Uuid, sa.ForeignKey("orders.id"), primary_key=True),
)
