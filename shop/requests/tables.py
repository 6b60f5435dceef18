"""The tables of what is asked for in words, bought in a store against a paper, or ordered by telephone."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from gateway.database import metadata
from gateway.orders import tables as _orders  # noqa: F401 - what was bought points at its order

_AT = sa.DateTime(timezone=True)
_MONEY = sa.Numeric(14, 2)
_MANY = sa.Numeric(12, 3)

series = sa.Table(
    "request_series",
    metadata,
    sa.Column("letter", sa.String(1), primary_key=True, comment="F for requests, R for requisitions"),
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
)

requests = sa.Table(
    "requests",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True, comment="made with the form: sending it twice makes one"),
    sa.Column("number", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.String(10), nullable=False, comment="goods or service"),
    sa.Column("unit_id", sa.ForeignKey("units.id"), nullable=False),
    sa.Column("made_by", sa.Text, nullable=False, comment="the log-in of who asks"),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False, server_default=""),
    sa.Column("quantity", _MANY, nullable=False),
    sa.Column("measure", sa.Text, nullable=False, comment="UN/ECE Recommendation 20 or 21"),
    sa.Column("wanted_from", sa.Date, comment="services: the period begins"),
    sa.Column("wanted", sa.Date, comment="goods: needed by; services: the period ends"),
    sa.Column("ceiling", _MONEY, nullable=False, comment="kronor without VAT"),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("supplier_id", sa.Text, comment="wished for"),
    sa.Column("contract", sa.Text),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("taken_by", sa.Text, comment="the purchaser's log-in"),
    sa.Column("reason", sa.Text, comment="why it was declined or withdrawn"),
    sa.Column("chosen", sa.Uuid, comment="the quote"),
    sa.Column("wish", _MONEY, comment="a higher ceiling that waits for a yes"),
    sa.Column("wish_by", sa.Text),
    sa.Column("created_at", _AT, nullable=False),
    sa.Column("asked_at", _AT),
    sa.Column("changed_at", _AT, nullable=False),
    sa.CheckConstraint("ceiling > 0", name="ceiling"),
    sa.CheckConstraint("quantity > 0", name="quantity"),
    sa.Index("ix_requests_unit_id", "unit_id", "changed_at"),
    sa.Index("ix_requests_open", "state", postgresql_where=sa.text("state IN ('asked', 'taken', 'quoted')")),
)

request_events = sa.Table(
    "request_events",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("about", sa.Uuid, nullable=False, index=True, comment="a request or a requisition"),
    sa.Column("once", sa.Uuid, unique=True, comment="of the form that said it: sent twice, told once"),
    sa.Column("at", _AT, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.String(20), nullable=False),
    sa.Column("said", sa.Text, nullable=False, server_default=""),
    sa.Column("detail", JSONB, nullable=False, server_default="{}"),
)

quotes = sa.Table(
    "quotes",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("request_id", sa.ForeignKey("requests.id"), nullable=False, index=True),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False, server_default="", comment="the number they gave it"),
    sa.Column("offered", sa.Text, nullable=False, comment="what they offer, as the order will say it"),
    sa.Column("quantity", _MANY, nullable=False),
    sa.Column("measure", sa.Text, nullable=False),
    sa.Column("price", sa.Numeric(14, 4), nullable=False, comment="kronor for one, without VAT"),
    sa.Column("vat", sa.Numeric(5, 2), nullable=False),
    sa.Column("lead_days", sa.Integer, nullable=False),
    sa.Column("valid_until", sa.Date, nullable=False),
    sa.Column("contract", sa.Text),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("registered_by", sa.Text, nullable=False),
    sa.Column("at", _AT, nullable=False),
    sa.Column("taken_back_at", _AT),
)

requisitions = sa.Table(
    "requisitions",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("number", sa.Text, nullable=False, unique=True),
    sa.Column("unit_id", sa.ForeignKey("units.id"), nullable=False),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("contract", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("holder", sa.Text, nullable=False, comment="who goes to the store"),
    sa.Column("ceiling", _MONEY, nullable=False, comment="kronor without VAT, for everything bought with it"),
    sa.Column("valid_to", sa.Date, nullable=False, comment="the last day on which it may be used"),
    sa.Column("issued_by", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("decided_by", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("wish", _MONEY, comment="a higher ceiling that waits for a yes"),
    sa.Column("wish_by", sa.Text),
    sa.Column("created_at", _AT, nullable=False),
    sa.Column("changed_at", _AT, nullable=False),
    sa.CheckConstraint("ceiling > 0", name="ceiling"),
    sa.Index("ix_requisitions_unit_id", "unit_id", "changed_at"),
)

requisition_uses = sa.Table(
    "requisition_uses",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("requisition_id", sa.ForeignKey("requisitions.id"), nullable=False, index=True),
    sa.Column("order_id", sa.ForeignKey("orders.id"), index=True),
    sa.Column("bought_on", sa.Date, nullable=False),
    sa.Column("net", _MONEY, nullable=False),
    sa.Column("gross", _MONEY, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", _AT, nullable=False),
)

paper_bytes = sa.Table(
    "paper_bytes",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("type", sa.Text, nullable=False, comment="media type as its first bytes say"),
    sa.Column("content", sa.LargeBinary, nullable=False, comment="exactly as it came, never looked into"),
)

papers = sa.Table(
    "papers",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("about", sa.Uuid, nullable=False, comment="a request, a quote, a receipt or an order"),
    sa.Column("unit_id", sa.ForeignKey("units.id"), nullable=False, comment="whose people may see it"),
    sa.Column("sha256", sa.ForeignKey("paper_bytes.sha256"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", _AT, nullable=False),
    sa.Column("removed_at", _AT),
    sa.Index("uq_papers_about", "about", "sha256", unique=True),
)

outside_orders = sa.Table(
    "outside_orders",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True, comment="of the form: sent twice, registered once"),
    sa.Column("order_id", sa.ForeignKey("orders.id"), index=True),
    sa.Column("at", _AT, nullable=False),
)

supplier_contacts = sa.Table(
    "supplier_contacts",
    metadata,
    sa.Column("supplier_id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False, server_default=""),
    sa.Column("telephone", sa.Text, nullable=False, server_default=""),
    sa.Column("email", sa.Text, nullable=False, server_default=""),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", _AT, nullable=False),
)
