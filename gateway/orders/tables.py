"""The order book's tables: the order as it stands, its versions, and everything that has happened to it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from gateway.database import metadata

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("number", sa.Text, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("unit_id", sa.Text, nullable=False),
    sa.Column("placed_by", sa.Text, nullable=False),
    sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("beneath", sa.Text, comment="where it stands while what we have asked for is pending"),
    sa.Column("document", JSONB, nullable=False, comment="the canonical Order of the version that stands"),
    sa.Column(
        "test", sa.Boolean, nullable=False, server_default=sa.false(), comment="of a self-test: nobody wants goods"
    ),
    sa.Index("ix_orders_unit_id_placed_at", "unit_id", "placed_at"),
    sa.Index("ix_orders_supplier_id_state", "supplier_id", "state"),
)

order_events = sa.Table(
    "order_events",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("order_id", sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("event", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, comment="where the order stood after the event"),
    sa.Column("detail", JSONB, nullable=False),
)

order_versions = sa.Table(
    "order_versions",
    metadata,
    sa.Column("order_id", sa.ForeignKey("orders.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("document", JSONB, nullable=False, comment="the canonical Order"),
    sa.Column("change", sa.Text, comment="the number of the order change that asked for it"),
    sa.Column("sequence", sa.Integer, comment="which change of the order that was: 1, 2 ..."),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)

order_numbers = sa.Table(
    "order_numbers",
    metadata,
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
)
