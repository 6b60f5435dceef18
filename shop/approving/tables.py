"""Tables of coding, approval, and of who acts for whom."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gateway.database import metadata

_AT = sa.DateTime(timezone=True)
_MONEY = sa.Numeric(14, 4)

coding_imports = sa.Table(
    "coding_imports",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("dimension", sa.Text, nullable=False, index=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("at", _AT, nullable=False),
    sa.Column("by", sa.Text, nullable=False, comment="a log-in"),
    sa.Column("undone_at", _AT, comment="the list before it holds again"),
)

coding_values = sa.Table(
    "coding_values",
    metadata,
    sa.Column("import_id", sa.ForeignKey("coding_imports.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, server_default=""),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date, comment="the last day on which it may be used"),
)

basket_coding = sa.Table(
    "basket_coding",
    metadata,
    sa.Column("basket_id", sa.ForeignKey("baskets.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("article_id", sa.ForeignKey("articles.id"), primary_key=True),
    sa.Column("given", JSONB, nullable=False, comment="value by dimension, where the line is coded otherwise"),
)

order_coding = sa.Table(
    "order_coding",
    metadata,
    sa.Column("order_id", sa.ForeignKey("orders.id"), primary_key=True),
    sa.Column("line_id", sa.Text, primary_key=True),
    sa.Column("dimension", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Index("ix_order_coding_dimension_value", "dimension", "value"),
)

approval_policies = sa.Table(
    "approval_policies",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", _AT, nullable=False),
    sa.Column("by", sa.Text, nullable=False, comment="a log-in"),
    sa.Column("what", sa.Text, nullable=False, comment="a message id: what was done"),
    sa.Column("about", sa.Text, nullable=False, server_default=""),
    sa.Column("document", JSONB, nullable=False, comment="shop.approving.policy.Policy; the newest holds"),
)

order_approvals = sa.Table(
    "order_approvals",
    metadata,
    sa.Column("order_id", sa.ForeignKey("orders.id"), primary_key=True),
    sa.Column("placed_for", sa.Text, comment="the log-in of the buyer for whom a deputy placed it"),
    sa.Column("guaranteed_to", sa.Date, nullable=False, comment="the last day on which the price is locked"),
    sa.Column("rules", ARRAY(sa.Text), nullable=False, comment="names of the rules as they were; none: the limit"),
)

approval_steps = sa.Table(
    "approval_steps",
    metadata,
    sa.Column("order_id", sa.ForeignKey("orders.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("place", sa.Integer, nullable=False, comment="steps of one place are decided side by side"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False, comment="who may: the holders of a role at the unit …"),
    sa.Column("logins", ARRAY(sa.Text), nullable=False, comment="… or these people"),
    sa.Column("state", sa.Text, nullable=False, comment="waiting, approved or declined"),
    sa.Column("opened_at", _AT, comment="since when it can be decided"),
    sa.Column("decided_by", sa.Text),
    sa.Column("acted_for", sa.Text, comment="for whom a deputy decided"),
    sa.Column("decided_at", _AT),
    sa.Column("price_confirmed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_approval_steps_decided_by", "decided_by", "decided_at"),
    sa.Index("ix_approval_steps_waiting", "order_id", postgresql_where=sa.text("state = 'waiting'")),
)

lines_taken_out = sa.Table(
    "lines_taken_out",
    metadata,
    sa.Column("order_id", sa.ForeignKey("orders.id"), primary_key=True),
    sa.Column("line_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("seller_id", sa.Text, nullable=False),
    sa.Column("quantity", sa.Numeric(12, 3), nullable=False),
    sa.Column("unit", sa.Text, nullable=False),
    sa.Column("amount", _MONEY, nullable=False, comment="without VAT"),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("taken_by", sa.Text, nullable=False),
    sa.Column("acted_for", sa.Text),
    sa.Column("at", _AT, nullable=False),
)

delegations = sa.Table(
    "delegations",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("user_id", sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("deputy_id", sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("role", sa.String(20), nullable=False, comment="buyer or approver"),
    sa.Column("unit_ids", ARRAY(sa.Text), comment="empty: all of that person's units"),
    sa.Column("from_day", sa.Date, nullable=False),
    sa.Column("to_day", sa.Date, nullable=False, comment="the last day"),
    sa.Column("made_at", _AT, nullable=False),
    sa.Column("ended_at", _AT, comment="revoked: from then on it gives nothing"),
    sa.CheckConstraint("user_id <> deputy_id", name="somebody_else"),
    sa.CheckConstraint("from_day <= to_day", name="days"),
)

approval_reminders = sa.Table(
    "approval_reminders",
    metadata,
    sa.Column("login", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True, comment="at most one a day"),
    sa.Column("at", _AT, nullable=False),
    sa.Column("orders", ARRAY(sa.Text), nullable=False),
)
