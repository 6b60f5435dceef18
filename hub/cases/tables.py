"""Tables of cases: who looks after what was reported, photos, claims on suppliers, and the receipts they were told."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.database import metadata
from gateway.exchange import tables as _exchange  # noqa: F401 - claims and receipts point at messages

_AT = sa.DateTime(timezone=True)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.ForeignKey("parcel_reports.id"), primary_key=True, comment="the report that it began with"),
    sa.Column("owner", sa.Text, comment="the log-in of who looks after it; empty: nobody yet"),
    sa.Column("due", sa.Date, nullable=False, comment="when something must have happened"),
    sa.Column("moved_at", _AT, nullable=False, comment="when something last happened"),
)

case_log = sa.Table(
    "case_log",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("case_id", sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("at", _AT, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False, comment="opened, taken, given, said, due, claimed, told …"),
    sa.Column("text", sa.Text, nullable=False, server_default=""),
)

case_photos = sa.Table(
    "case_photos",
    metadata,
    sa.Column("case_id", sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("photo_id", sa.ForeignKey("photos.id"), primary_key=True),
    sa.Column("at", _AT, nullable=False),
)

claims = sa.Table(
    "claims",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("case_id", sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("number", sa.Text, nullable=False, unique=True, comment="26-000123-R1: what the supplier sees"),
    sa.Column("wanted", sa.Text, nullable=False, comment="credit or replace"),
    sa.Column("automatic", sa.Boolean, nullable=False, comment="because that is agreed with the supplier"),
    sa.Column("made_at", _AT, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("way", sa.Text, comment="channel, mail or person; empty: the supplier has not been told yet"),
    sa.Column("told_at", _AT),
    sa.Column("message_id", sa.ForeignKey("messages.id")),
    sa.Column("answer", sa.Text, comment="credited, replaced, refused or withdrawn"),
    sa.Column("answered_at", _AT),
    sa.Column("answered_by", sa.Text),
    # One claim at a time for a case: two presses, or the agreement and a person, never make two.
    sa.Index("claims_one_open", "case_id", unique=True, postgresql_where=sa.text("answer IS NULL")),
    sa.Index("claims_untold", "made_at", postgresql_where=sa.text("told_at IS NULL AND answer IS NULL")),
)

receipts_told = sa.Table(
    "receipts_told",
    metadata,
    sa.Column("number", sa.Text, primary_key=True, comment="26-000123-M1: what the supplier sees"),
    sa.Column("order_id", sa.ForeignKey("orders.id"), nullable=False),
    sa.Column("advice", sa.Text, nullable=False, comment="the despatch advice's number; '' for goods without one"),
    sa.Column("way", sa.Text, nullable=False, comment="channel, mail or none"),
    sa.Column("message_id", sa.ForeignKey("messages.id")),
    sa.Column("at", _AT, nullable=False),
    sa.Column("why", sa.Text, nullable=False, server_default="", comment="why not by the channel, or not at all"),
    sa.Index("receipts_told_of", "order_id", "advice", "at"),
)
