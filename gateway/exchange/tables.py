"""What goes out and comes in: messages with their raw bytes, every attempt and finding, and what needs a person.

Nothing here is ever deleted, and raw bytes are written once.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, UUID

from gateway.database import metadata
from gateway.orders import tables as _orders  # noqa: F401 - the foreign keys below point there

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("sequence", sa.BigInteger, sa.Identity(), nullable=False, unique=True),
    sa.Column("direction", sa.Text, nullable=False, comment="out or in"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("supplier_id", sa.Text),
    sa.Column("document", sa.Text, comment="canonical name: Order, OrderResponse …"),
    sa.Column("dialect", sa.Text),
    sa.Column("transport", sa.Text),
    sa.Column("order_id", sa.ForeignKey("orders.id"), index=True),
    sa.Column("key", sa.Text, unique=True, comment="out: the same on every attempt"),
    sa.Column("remote_id", sa.Text, comment="in: what the sender calls it"),
    sa.Column("duplicate_of", sa.ForeignKey("messages.id"), comment="in: the first one under this remote id"),
    sa.Column("name", sa.Text, nullable=False, server_default="", comment="file name on the wire"),
    sa.Column("source", sa.Text, nullable=False, server_default="", comment="in: where it came from"),
    sa.Column("raw", sa.LargeBinary, comment="exactly what went or came over the wire"),
    sa.Column("sha256", sa.Text),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("journaled_at", sa.DateTime(timezone=True)),
    sa.Column("done_at", sa.DateTime(timezone=True)),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0", comment="attempts since it was released"),
    sa.Column("first_tried_at", sa.DateTime(timezone=True)),
    sa.Column("next_at", sa.DateTime(timezone=True), comment="not to be tried before"),
    sa.Column("receipt", sa.Text, comment="the other side's proof"),
    sa.CheckConstraint("direction IN ('out', 'in')", name="direction"),
    sa.Index(
        "uq_messages_remote_id",
        "transport",
        "remote_id",
        unique=True,
        postgresql_where=sa.text("direction = 'in' AND duplicate_of IS NULL"),
    ),
    sa.Index("ix_messages_supplier_id_state", "supplier_id", "state", "sequence"),
)

message_documents = sa.Table(
    "message_documents",
    metadata,
    sa.Column("message_id", sa.ForeignKey("messages.id"), primary_key=True),
    sa.Column("document", JSONB, nullable=False, comment="out: the canonical document, where it is not the order"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("message_id", sa.ForeignKey("messages.id"), nullable=False),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False, comment="their proof, or why not"),
    sa.Column("next_at", sa.DateTime(timezone=True)),
    sa.UniqueConstraint("message_id", "n"),
)

message_findings = sa.Table(
    "message_findings",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("message_id", sa.ForeignKey("messages.id"), nullable=False, index=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("line", sa.Integer),
    sa.Column("column", sa.Integer),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("fatal", sa.Boolean, nullable=False),
)

verdicts = sa.Table(
    "verdicts",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("message_id", sa.ForeignKey("messages.id"), nullable=False, index=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("layer", sa.Text, nullable=False),
    sa.Column("package", sa.Text, nullable=False, comment="the rules that gave it; empty for what is built in"),
    sa.Column("outcome", sa.Text, nullable=False, comment="obeyed, remarked, broken or unjudged"),
    sa.Column("count", sa.Integer, nullable=False, comment="findings, of which the first are kept"),
    sa.Column("findings", JSONB, nullable=False),
)

tasks = sa.Table(
    "tasks",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("order_id", sa.ForeignKey("orders.id"), index=True),
    sa.Column("message_id", sa.ForeignKey("messages.id"), index=True),
    sa.Column("supplier_id", sa.Text),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("finding", sa.Text, nullable=False, server_default=""),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("taken_by", sa.Text),
    sa.Column("taken_at", sa.DateTime(timezone=True)),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("closed_at", sa.DateTime(timezone=True)),
    sa.Column("closed_by", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Index("ix_tasks_open", "created_at", postgresql_where=sa.text("closed_at IS NULL")),
)

channels = sa.Table(
    "channels",
    metadata,
    sa.Column("supplier_id", sa.Text, primary_key=True),
    sa.Column("polled_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("failures", sa.Integer, nullable=False, comment="polls in a row that failed"),
    sa.Column("error", sa.Text, nullable=False, comment="why the last one failed"),
)
