"""Tables of the door: each visit of a van with its proof, what became of every parcel, and what units give back."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.database import metadata
from hub.road import tables as _road  # noqa: F401 - foreign keys below point at runs and stops

_AT = sa.DateTime(timezone=True)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True, comment="the act's, so that what a phone sends twice is one"),
    sa.Column("stop_id", sa.ForeignKey("stops.id", ondelete="SET NULL"), index=True),
    sa.Column("unit_id", sa.Text, nullable=False),
    sa.Column("unit_name", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False, comment="handed, or failed where nothing was handed over"),
    sa.Column("reason", sa.Text, comment="why it failed: nobody, closed, refused or other"),
    sa.Column("receiver", sa.Text, comment="who took the goods"),
    sa.Column("signed", sa.Text, comment="drawn, typed, or empty where a photo is the proof"),
    sa.Column("signature", sa.Text, comment="an SVG path in a box of 600 by 300"),
    sa.Column("text", sa.Text, nullable=False, server_default="", comment="what the driver saw"),
    sa.Column("van", sa.Text, nullable=False),
    sa.Column("driver", sa.Text, nullable=False),
    sa.Column("at", _AT, nullable=False, comment="at the door, by the phone's clock"),
    sa.Column("taken_at", _AT, nullable=False, comment="when the hub heard of it"),
    sa.Column("batch", sa.Uuid, comment="of parcel_moves; empty where nothing moved"),
    sa.Column("undone_at", _AT),
    sa.Index("deliveries_by_unit", "unit_id", "at"),
)

delivery_parcels = sa.Table(
    "delivery_parcels",
    metadata,
    sa.Column("delivery_id", sa.ForeignKey("deliveries.id"), primary_key=True),
    sa.Column("parcel_id", sa.ForeignKey("parcels.id"), primary_key=True, index=True),
    sa.Column("fate", sa.Text, nullable=False, comment="handed, damaged, refused, broken, missing or undelivered"),
    sa.Column("scanned", sa.Boolean, nullable=False, server_default=sa.false(), comment="its label, at the door"),
)

delivery_photos = sa.Table(
    "delivery_photos",
    metadata,
    sa.Column("delivery_id", sa.ForeignKey("deliveries.id"), primary_key=True),
    sa.Column("photo_id", sa.ForeignKey("photos.id"), primary_key=True),
    sa.Column("position", sa.SmallInteger, nullable=False),
)

delivery_returns = sa.Table(
    "delivery_returns",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True, comment="the act's"),
    sa.Column("run_id", sa.ForeignKey("runs.id"), nullable=False, index=True),
    sa.Column("stop_id", sa.ForeignKey("stops.id", ondelete="SET NULL")),
    sa.Column("unit_id", sa.Text, nullable=False),
    sa.Column("parcel_id", sa.ForeignKey("parcels.id"), index=True, comment="where the code is one of ours"),
    sa.Column("code", sa.Text, nullable=False, server_default="", comment="SSCC or order number, as read"),
    sa.Column("text", sa.Text, nullable=False, comment="what it is and why"),
    sa.Column("photo_id", sa.ForeignKey("photos.id")),
    sa.Column("at", _AT, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("home_at", _AT, comment="back at the hub"),
    sa.Column("undone_at", _AT),
)
