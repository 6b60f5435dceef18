"""What suppliers said when they were asked where the goods are."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.database import metadata

_AT = sa.DateTime(timezone=True)

late_answers = sa.Table(
    "late_answers",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("order_id", sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("at", _AT, nullable=False),
    sa.Column("who", sa.Text, nullable=False, comment="who asked"),
    sa.Column("text", sa.Text, nullable=False, server_default="", comment="what the supplier answered"),
    sa.Column("due_before", sa.Date),
    sa.Column("due", sa.Date, comment="the new day, where one was promised"),
)
