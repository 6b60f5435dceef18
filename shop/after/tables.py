"""What happens after an order was placed: wishes that wait for approval, receipts at the unit, invoices."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from gateway.database import metadata
from gateway.exchange import tables as _exchange  # noqa: F401 - invoices point at the messages they came in
from gateway.orders import tables as _orders  # noqa: F401 - everything here is about an order

_AT = sa.DateTime(timezone=True)

order_wishes = sa.Table(
    "order_wishes",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("order_id", sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("seen", sa.Integer, nullable=False, comment="the newest version of the order that its asker had seen"),
    sa.Column("document", JSONB, nullable=False, comment="the canonical Order as it is wanted"),
    sa.Column("asked_by", sa.Text, nullable=False),
    sa.Column("asked_at", _AT, nullable=False),
    sa.Column("state", sa.Text, nullable=False, comment="waiting, approved, declined, withdrawn or failed"),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", _AT),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.CheckConstraint("state IN ('waiting', 'approved', 'declined', 'withdrawn', 'failed')", name="state"),
    sa.Index("order_wishes_waiting", "order_id", unique=True, postgresql_where=sa.text("state = 'waiting'")),
)

unit_receipts = sa.Table(
    "unit_receipts",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("batch", sa.Uuid, nullable=False, index=True, comment="what one press of the button marked"),
    sa.Column("order_id", sa.ForeignKey("orders.id"), nullable=False, index=True),
    sa.Column("line", sa.Text, nullable=False, comment="the order line"),
    sa.Column("came", sa.Numeric(14, 3), nullable=False, comment="in the ordered unit, the damaged ones among them"),
    sa.Column("damaged", sa.Numeric(14, 3), nullable=False, server_default="0"),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("received_by", sa.Text, nullable=False, comment="the log-in of who attests that it came"),
    sa.Column("at", _AT, nullable=False),
    sa.Column("undone_at", _AT),
    sa.CheckConstraint("came >= 0 AND damaged >= 0 AND damaged <= came", name="amounts"),
)

invoices = sa.Table(
    "invoices",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("sequence", sa.BigInteger, sa.Identity(), nullable=False, unique=True, comment="as they came"),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, comment="invoice or credit"),
    sa.Column("message_id", sa.ForeignKey("messages.id"), nullable=False, unique=True),
    sa.Column("document", JSONB, nullable=False, comment="the canonical Invoice or CreditNote"),
    sa.Column("order_id", sa.ForeignKey("orders.id"), index=True, comment="empty: nobody knows yet what it is for"),
    sa.Column("matched_by", sa.Text, comment="who said which order it is for; avrop: the invoice itself"),
    sa.Column("issued", sa.Date, nullable=False),
    sa.Column("due", sa.Date),
    sa.Column("received_at", _AT, nullable=False),
    sa.Column("state", sa.Text, nullable=False, comment="open, attested or disputed"),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", _AT),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.CheckConstraint("kind IN ('invoice', 'credit')", name="kind"),
    sa.CheckConstraint("state IN ('open', 'attested', 'disputed')", name="state"),
    sa.Index("uq_invoices_supplier_id", "supplier_id", sa.text("lower(number)"), unique=True),
    sa.Index("ix_invoices_open", "received_at", postgresql_where=sa.text("state = 'open'")),
)

attest_rules = sa.Table(
    "attest_rules",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("at", _AT, nullable=False),
    sa.Column("set_by", sa.Text, nullable=False),
    sa.Column("line_amount", sa.Numeric(14, 2), nullable=False, comment="kronor that a line may differ by"),
    sa.Column("line_percent", sa.Numeric(5, 2), nullable=False, comment="per cent of the line that it may differ by"),
    sa.Column("freight", sa.Numeric(14, 2), nullable=False, comment="kronor of charges that nobody ordered"),
    sa.Column("offer_days", sa.Integer, nullable=False, comment="after which an unanswered offer reminds"),
)
"""What may differ without a person; the newest row holds, the others say what held before."""
