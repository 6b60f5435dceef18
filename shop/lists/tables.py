"""Tables of what one buys again: favourites, lists with their lines, recurring orders with their turns."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from gateway.database import metadata

_AT = sa.DateTime(timezone=True)

favourites = sa.Table(
    "favourites",
    metadata,
    sa.Column("user_id", sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("article_id", sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("at", _AT, nullable=False),
    sa.Column("removed_at", _AT, comment="taken away, and offered back for a while"),
)

chosen_units = sa.Table(
    "chosen_units",
    metadata,
    sa.Column("user_id", sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("unit_id", sa.ForeignKey("units.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("at", _AT, nullable=False, comment="when the person last ordered for it"),
)

order_lists = sa.Table(
    "order_lists",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("unit_id", sa.ForeignKey("units.id"), index=True, comment="shared by its buyers; empty: personal"),
    sa.Column("user_id", sa.ForeignKey("users.id"), nullable=False, index=True, comment="who made it"),
    sa.Column("created_at", _AT, nullable=False),
    sa.Column("changed_at", _AT, nullable=False),
    sa.Column("changed_by", sa.Text, nullable=False, comment="a log-in"),
    sa.Column("removed_at", _AT, comment="thrown away, and can be had back"),
)

order_list_lines = sa.Table(
    "order_list_lines",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("list_id", sa.ForeignKey("order_lists.id", ondelete="CASCADE"), nullable=False),
    sa.Column("article_id", sa.ForeignKey("articles.id"), nullable=False, index=True),
    sa.Column("quantity", sa.Numeric(12, 3), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("price", sa.Numeric(14, 4), nullable=False, comment="for one unit, when it was listed or last accepted"),
    sa.Column("changed_at", _AT, nullable=False),
    sa.Column("changed_by", sa.Text, nullable=False, comment="a log-in"),
    sa.Column("removed_at", _AT, comment="taken out, and offered back for a while"),
    sa.UniqueConstraint("list_id", "article_id"),
    sa.CheckConstraint("quantity > 0", name="quantity"),
)

recurring_orders = sa.Table(
    "recurring_orders",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("list_id", sa.ForeignKey("order_lists.id"), nullable=False, index=True),
    sa.Column("unit_id", sa.ForeignKey("units.id"), nullable=False, index=True),
    sa.Column("user_id", sa.ForeignKey("users.id"), nullable=False, index=True, comment="in whose name it orders"),
    sa.Column("customer_reference", sa.Text, nullable=False),
    sa.Column("accounting_cost", sa.Text, nullable=False),
    sa.Column("every", sa.String(10), nullable=False, comment="day, week, fortnight or month"),
    sa.Column("begins", sa.Date, nullable=False, comment="its weekday and week are what a rhythm of weeks counts from"),
    sa.Column("ends", sa.Date, comment="the last day on which goods are wanted"),
    sa.Column("next_from", sa.Date, nullable=False, comment="nothing is wanted before it: made or gone on with late"),
    sa.Column(
        "price_limit", sa.Numeric(5, 2), nullable=False, comment="per cent; a price above it waits for the owner"
    ),
    sa.Column("paused_at", _AT),
    sa.Column("ended_at", _AT),
    sa.Column("created_at", _AT, nullable=False),
)

recurring_turns = sa.Table(
    "recurring_turns",
    metadata,
    # The period, not only the day: when delivery days move within a week, the week is still ordered for once.
    sa.Column("recurring_id", sa.ForeignKey("recurring_orders.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("period", sa.Date, primary_key=True, comment="the day, the week's Monday or the first of the month"),
    sa.Column("day", sa.Date, nullable=False, comment="the delivery day that is ordered for"),
    sa.Column("state", sa.String(10), nullable=False, comment="ordered, waiting, skipped or missed"),
    sa.Column("at", _AT, nullable=False),
    sa.Column("actor", sa.Text, nullable=False, comment="a log-in, or avrop"),
    sa.Column("basket_id", sa.ForeignKey("baskets.id"), index=True),
    sa.Column("problems", JSONB, nullable=False, server_default="[]", comment='[{"message": id, "values": {}}]'),
    sa.UniqueConstraint("recurring_id", "day"),
)
