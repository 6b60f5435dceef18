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
    sa.Column(
        "follow_at", sa.DateTime(timezone=True), comment="sent: when to ask what became of it; empty: it is final"
    ),
    sa.Column("resends", sa.ForeignKey("messages.id"), comment="out: the one that it repeats or corrects"),
    sa.Column(
        "test", sa.Boolean, nullable=False, server_default=sa.false(), comment="of a self-test: no goods, no order"
    ),
    sa.Column("revision", sa.Text, comment="out: the settings it left with, where it may have arrived"),
    sa.Column("trace", sa.Text, comment="traceparent of W3C, so that its way is one trace over all processes"),
    sa.Column("punchout_id", sa.ForeignKey("punchouts.id"), comment="of a visit to the supplier's own shop"),
    sa.CheckConstraint("direction IN ('out', 'in')", name="direction"),
    sa.Index(
        "uq_messages_remote_id",
        "transport",
        "remote_id",
        unique=True,
        postgresql_where=sa.text("direction = 'in' AND duplicate_of IS NULL"),
    ),
    sa.Index("ix_messages_supplier_id_state", "supplier_id", "state", "sequence"),
    sa.Index(
        "ix_messages_unsent",
        "supplier_id",
        "sequence",
        postgresql_where=sa.text("direction = 'out' AND state IN ('queued', 'waiting')"),
    ),
    sa.Index("ix_messages_follow_at", "follow_at", postgresql_where=sa.text("follow_at IS NOT NULL")),
    sa.Index("ix_messages_created_at", "created_at"),
    sa.Index(
        "ix_messages_open",
        "state",
        postgresql_where=sa.text("state NOT IN ('sent', 'processed', 'duplicate', 'closed', 'skipped', 'shelved')"),
    ),
    sa.Index("ix_messages_resends", "resends", postgresql_where=sa.text("resends IS NOT NULL")),
    sa.Index("ix_messages_punchout_id", "punchout_id", postgresql_where=sa.text("punchout_id IS NOT NULL")),
)

punchouts = sa.Table(
    "punchouts",
    metadata,
    sa.Column("id", UUID(as_uuid=True), primary_key=True),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("person", sa.Text, nullable=False, comment="the id of who went: nobody else sees what comes back"),
    sa.Column("unit_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False, comment="how the shop speaks: cxml, oci or peppol"),
    sa.Column("operation", sa.Text, nullable=False, comment="create, edit or inspect"),
    sa.Column("edits", sa.ForeignKey("punchouts.id"), comment="the visit whose lines are edited or inspected"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("cookie", sa.Text, nullable=False, unique=True, comment="our mark, which the shop repeats"),
    sa.Column("token", sa.Text, nullable=False, unique=True, comment="SHA-256 of what makes the return address"),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("returned_at", sa.DateTime(timezone=True)),
    sa.Column("settled_at", sa.DateTime(timezone=True), comment="when the person decided, or it failed"),
    sa.Column("sha256", sa.Text, comment="of what came back first: a replay with other content changes nothing"),
    sa.Column("cause", sa.Text, comment="why it was refused or failed, in words"),
    sa.Column("basket", JSONB, comment="what came back, as a canonical PunchOutBasket"),
    sa.Column("remarks", JSONB, comment="findings about it and its lines"),
    sa.Column("test", sa.Boolean, nullable=False, server_default=sa.false(), comment="of a self-test"),
    sa.Index("ix_punchouts_supplier_id", "supplier_id", "created_at"),
    sa.Index("ix_punchouts_person", "person", "created_at"),
    sa.CheckConstraint("operation IN ('create', 'edit', 'inspect')", name="operation"),
)

lanes = sa.Table(
    "lanes",
    metadata,
    sa.Column("supplier_id", sa.Text, primary_key=True),
    sa.Column(
        "due_at", sa.DateTime(timezone=True), index=True, comment="when there is something to send; empty: nothing"
    ),
    sa.Column("leased_by", sa.Text, comment="the worker that sends for it now"),
    sa.Column("leased_until", sa.DateTime(timezone=True), comment="then another worker may take over"),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0", comment="attempts in a row that failed"),
    sa.Column("broken_at", sa.DateTime(timezone=True), comment="since when one probe at a time is made"),
    sa.Column("error", sa.Text, nullable=False, server_default="", comment="why the last attempt failed"),
    sa.Column("next_slot_at", sa.DateTime(timezone=True), comment="not before: the agreed rate, or the next probe"),
    sa.Column("sent_at", sa.DateTime(timezone=True), comment="when something last went out"),
    sa.Column("came_at", sa.DateTime(timezone=True), comment="when something last came in"),
    sa.Column("paused_by", sa.Text, comment="who stopped it; empty: it runs"),
    sa.Column("paused_at", sa.DateTime(timezone=True)),
)

stirs = sa.Table(
    "stirs",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)
"""Lanes with something new to send; a worker that takes a row makes the lane due. Nobody waits for a lane's own row."""

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True, comment="of what a supplier's connection was"),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("settings", JSONB, nullable=False, comment="transport, dialect and settings; secrets are references"),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)

configurations = sa.Table(
    "configurations",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True, comment="SHA-256 of the file"),
    sa.Column("text", sa.Text, nullable=False, comment="suppliers.yaml as it was"),
    sa.Column("suppliers", sa.Integer, nullable=False, comment="how many of them are sound"),
    sa.Column("accepted", sa.Boolean, nullable=False),
    sa.Column("findings", JSONB, nullable=False),
    sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
)

deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("order_id", sa.ForeignKey("orders.id"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True, comment="acknowledgement, response or despatch"),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("met_at", sa.DateTime(timezone=True), comment="when it was answered, or no longer awaited"),
    sa.Column("late_at", sa.DateTime(timezone=True), comment="when it was found to be late"),
    sa.Index("ix_deadlines_open", "due_at", postgresql_where=sa.text("met_at IS NULL")),
    sa.Index(
        "ix_deadlines_late", "supplier_id", "kind", postgresql_where=sa.text("met_at IS NULL AND late_at IS NOT NULL")
    ),
)

alarms = sa.Table(
    "alarms",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("supplier_id", sa.Text, nullable=False, server_default="", comment="empty: of the house itself"),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("told_at", sa.DateTime(timezone=True), comment="when the owner was told that it began"),
    sa.Column("recovered_at", sa.DateTime(timezone=True)),
    sa.Column("recovery", sa.Text, nullable=False, server_default="", comment="how it ended"),
    sa.Column("recovery_told_at", sa.DateTime(timezone=True)),
    sa.Column("seen_by", sa.Text, comment="who has taken note of it"),
    sa.Index(
        "uq_alarms_open",
        "kind",
        "supplier_id",
        unique=True,
        postgresql_where=sa.text("recovered_at IS NULL"),
    ),
    sa.Index("ix_alarms_raised_at", "raised_at"),
)

selftests = sa.Table(
    "selftests",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("scenario", sa.Text, nullable=False, comment="accept, change, reject, split, backorder, cancel"),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("order_id", sa.ForeignKey("orders.id"), comment="the marked test order"),
    sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("good", sa.Boolean, comment="empty while it runs"),
    sa.Column("steps", JSONB, nullable=False, comment="each with step, good, evidence, at"),
    sa.Index("ix_selftests_supplier_id", "supplier_id", "began_at"),
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("configuration", sa.Text, nullable=False, comment="digest of the suppliers file that it works by"),
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
