"""The tables of insight: purchases as flat facts, ledgers that somebody uploaded, and what was decided about them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from gateway.database import metadata

_AT = sa.DateTime(timezone=True)
_MONEY = sa.Numeric(14, 2)
_AMOUNT = sa.Numeric(16, 4)

purchases = sa.Table(
    "purchases",
    metadata,
    sa.Column("order_id", sa.ForeignKey("orders.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("line", sa.Text, primary_key=True),
    sa.Column("number", sa.Text, nullable=False, comment="of the order"),
    sa.Column("supplier_id", sa.Text, nullable=False),
    sa.Column("unit_id", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False, comment="a category of ours"),
    sa.Column("unspsc", sa.String(8)),
    sa.Column("contract", sa.Text),
    sa.Column("standing", sa.String(8), nullable=False, comment="on or off contract, or unknown"),
    sa.Column("seller_id", sa.Text, nullable=False, comment="the supplier's article number, or empty"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("quantity", _AMOUNT, nullable=False, comment="received, else confirmed, else ordered"),
    sa.Column("unit", sa.Text),
    sa.Column("ordered", _AMOUNT, nullable=False),
    sa.Column("confirmed", _AMOUNT),
    sa.Column("received", _AMOUNT),
    sa.Column("net", _MONEY, nullable=False, comment="of `quantity`, without VAT"),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("base_quantity", _AMOUNT, comment="the quantity in the measure that prices are compared in"),
    sa.Column("base_unit", sa.Text),
    sa.Column("placed", sa.Date, nullable=False),
    sa.Column("month", sa.Date, nullable=False, comment="the first day of the month in which it was placed"),
    sa.Column("sent_at", _AT),
    sa.Column("answered_at", _AT, comment="the supplier's first answer"),
    sa.Column("promised", sa.Date, comment="the day at the hub that the supplier confirmed, else the one we asked for"),
    sa.Column("at_hub", sa.Date),
    sa.Column("delivered", sa.Date),
    sa.Index("ix_purchases_placed", "placed"),
    sa.Index("ix_purchases_unit_id_placed", "unit_id", "placed"),
    sa.Index("ix_purchases_supplier_id_placed", "supplier_id", "placed"),
)

purchase_sums = sa.Table(
    "purchase_sums",
    metadata,
    sa.Column("month", sa.Date, primary_key=True),
    sa.Column("unit_id", sa.Text, primary_key=True),
    sa.Column("supplier_id", sa.Text, primary_key=True),
    sa.Column("category", sa.Text, primary_key=True),
    sa.Column("contract", sa.Text, primary_key=True, comment="empty: none"),
    sa.Column("standing", sa.String(8), primary_key=True),
    sa.Column("net", _MONEY, nullable=False, comment="SEK without VAT"),
    sa.Column("lines", sa.Integer, nullable=False),
    *(
        sa.Column(name, sa.Integer, nullable=False, comment="lines")
        for name in ("early", "on_day", "late_1", "late_3", "late_7", "later", "received", "short", "answered")
    ),
    sa.Column("hours", sa.Numeric(14, 4), nullable=False, comment="of all answers together"),
    comment="purchases added up by month, so that a page need not read every line",
)

purchase_prices = sa.Table(
    "purchase_prices",
    metadata,
    sa.Column("month", sa.Date, primary_key=True),
    sa.Column("supplier_id", sa.Text, primary_key=True),
    sa.Column("seller_id", sa.Text, primary_key=True),
    sa.Column("base_unit", sa.Text, primary_key=True),
    sa.Column("contract", sa.Text, primary_key=True, comment="empty: none"),
    sa.Column("category", sa.Text, primary_key=True),
    sa.Column("standing", sa.String(8), primary_key=True),
    sa.Column("quantity", sa.Numeric(18, 4), nullable=False, comment="of base_unit"),
    sa.Column("net", _MONEY, nullable=False, comment="SEK without VAT"),
    comment="what was bought of each article in a month by all units, for the price index",
)

purchase_mark = sa.Table(
    "purchase_mark",
    metadata,
    sa.Column("one", sa.Boolean, primary_key=True, comment="one row"),
    sa.Column("event_id", sa.BigInteger, nullable=False, comment="every event up to it is in the purchases"),
    sa.Column("seen_id", sa.BigInteger, nullable=False),
    sa.Column("seen_xid", sa.Numeric(20, 0), nullable=False, comment="transactions before it may have lower events"),
    sa.Column("rebuilt", sa.Date, comment="the day of the last reading from scratch"),
    sa.Column("generation", sa.Uuid, nullable=False, comment="another one whenever purchases have changed"),
    sa.Column("at", _AT, nullable=False),
)

ledgers = sa.Table(
    "ledgers",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, comment="of the file"),
    sa.Column("kind", sa.String(4), nullable=False, comment="csv or sie"),
    sa.Column("size", sa.BigInteger, nullable=False, comment="bytes"),
    sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256, so that a file counts once"),
    sa.Column("uploaded_by", sa.Text, nullable=False),
    sa.Column("uploaded_at", _AT, nullable=False),
    sa.Column("state", sa.String(10), nullable=False, comment="new, waiting, reading, matching, done or failed"),
    sa.Column("mapping", JSONB, nullable=False, comment="which column is what, as `columns.Mapping`"),
    sa.Column("read", sa.BigInteger, nullable=False, server_default="0", comment="bytes read so far"),
    sa.Column("rows", sa.Integer, nullable=False, server_default="0"),
    sa.Column("matched", sa.Integer, nullable=False, server_default="0"),
    sa.Column("skipped", sa.Integer, nullable=False, server_default="0", comment="rows that could not be read"),
    sa.Column("findings", JSONB, nullable=False, server_default="[]", comment="the first of what was wrong"),
    sa.Column("finished_at", _AT),
    sa.Column("claim", sa.Uuid, comment="the worker's mark that reads it"),
    sa.Column("claimed_until", _AT),
    sa.Index("ix_ledgers_digest", "digest"),
)

ledger_chunks = sa.Table(
    "ledger_chunks",
    metadata,
    sa.Column("ledger_id", sa.ForeignKey("ledgers.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

ledger_lines = sa.Table(
    "ledger_lines",
    metadata,
    sa.Column("ledger_id", sa.ForeignKey("ledgers.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False, comment="line of the file"),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("supplier", sa.Text, nullable=False, comment="as written"),
    sa.Column("org_number", sa.String(10)),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("quantity", _AMOUNT),
    sa.Column("amount", _MONEY, nullable=False, comment="kronor without VAT; below 0 is a credit"),
    sa.Column("centre", sa.Text, nullable=False, server_default=""),
    sa.Column("account", sa.Text, nullable=False, server_default=""),
    sa.Column("key", sa.String(32), nullable=False, comment="MD5 of supplier and text: what is decided together"),
    sa.Column("fate", sa.String(8), nullable=False, server_default="new", comment="shop, beside, none or new"),
    sa.Column("order_number", sa.Text, comment="the order of ours that it pays"),
    sa.Column("supplier_id", sa.Text, comment="who would have served"),
    sa.Column("own", sa.Boolean, nullable=False, server_default=sa.false(), comment="bought of that very supplier"),
    sa.Column("contract", sa.Text),
    sa.Column("article_id", sa.BigInteger),
    sa.Column("category", sa.Text),
    sa.Column("sure", sa.String(6), nullable=False, server_default="", comment="high, likely or low"),
    sa.Column("way", sa.String(6), nullable=False, server_default="", comment="how the difference is known"),
    sa.Column("difference", _MONEY, comment="paid less what the contract would have cost"),
    sa.Column("decided", sa.String(9), nullable=False, server_default="", comment="confirmed, rejected or changed"),
    sa.Index("ix_ledger_lines_key", "key"),
    sa.Index("ix_ledger_lines_supplier", "supplier"),
    sa.Index("ix_ledger_lines_order_number", "order_number", postgresql_where=sa.text("order_number IS NOT NULL")),
)

ledger_sums = sa.Table(
    "ledger_sums",
    metadata,
    sa.Column("ledger_id", sa.ForeignKey("ledgers.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("month", sa.Date, primary_key=True),
    sa.Column("supplier", sa.Text, primary_key=True),
    sa.Column("category", sa.Text, primary_key=True, comment="empty: nobody knows"),
    sa.Column("fate", sa.String(8), primary_key=True),
    sa.Column("own", sa.Boolean, primary_key=True),
    sa.Column("way", sa.String(6), primary_key=True),
    sa.Column("trusted", sa.Boolean, primary_key=True, comment="sure, likely, or decided by a person"),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("amount", _MONEY, nullable=False),
    sa.Column("difference", _MONEY, nullable=False),
    sa.Column("saving", _MONEY, nullable=False, comment="of differences above 0 only"),
    comment="ledger_lines added up by month, so that a page need not read every line",
)

ledger_decisions = sa.Table(
    "ledger_decisions",
    metadata,
    sa.Column("key", sa.String(32), primary_key=True, comment="as `ledger_lines.key`; MD5 of the supplier alone"),
    sa.Column("supplier", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False, comment="empty: whatever that supplier sells"),
    sa.Column("decided", sa.String(9), nullable=False, comment="confirmed, rejected or changed"),
    sa.Column("article_id", sa.BigInteger, comment="the article that was chosen; it may have gone since"),
    sa.Column("before", JSONB, comment="what the match was, so that a change can be undone"),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("at", _AT, nullable=False),
)

ledger_mappings = sa.Table(
    "ledger_mappings",
    metadata,
    sa.Column("headings", sa.String(32), primary_key=True, comment="MD5 of the headings, or `sie`"),
    sa.Column("mapping", JSONB, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("at", _AT, nullable=False),
)

saving_goals = sa.Table(
    "saving_goals",
    metadata,
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("amount", _MONEY, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("at", _AT, nullable=False),
)

procurement_limits = sa.Table(
    "procurement_limits",
    metadata,
    sa.Column("valid_from", sa.Date, primary_key=True),
    sa.Column("most", _MONEY, nullable=False, comment="kronor that may be bought directly of one kind in a year"),
    sa.Column("documented", _MONEY, nullable=False, comment="from which a purchase must be documented"),
    sa.Column("warned", sa.Integer, nullable=False, comment="per cent of `most` from which we warn"),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("at", _AT, nullable=False),
)
