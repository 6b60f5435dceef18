"""Tables of marking: the series that SSCCs are taken from, every number given out, and the labels made together."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from gateway.database import metadata
from gateway.orders import tables as _orders  # noqa: F401 - foreign keys below point there

_AT = sa.DateTime(timezone=True)

sscc_series = sa.Table(
    "sscc_series",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("prefix", sa.Text, nullable=False, comment="the GS1 company prefix"),
    sa.Column("extension", sa.SmallInteger, nullable=False, comment="the digit before it, 0 to 9"),
    sa.Column("supplier_id", sa.Text, comment="whose parcels get its numbers; empty: everybody else's"),
    sa.Column("next", sa.BigInteger, nullable=False, server_default="0", comment="the serial number to give next"),
    sa.Column("opened_at", _AT, nullable=False),
    sa.Column("opened_by", sa.Text, nullable=False),
    sa.UniqueConstraint("prefix", "extension"),
    sa.CheckConstraint("extension BETWEEN 0 AND 9", name="extension_is_a_digit"),
)

sscc_issued = sa.Table(
    "sscc_issued",
    metadata,
    sa.Column("sscc", sa.Text, primary_key=True, comment="given out once, and never again"),
    sa.Column("series_id", sa.ForeignKey("sscc_series.id"), nullable=False, index=True),
    sa.Column("parcel_id", sa.ForeignKey("parcels.id"), index=True, comment="the parcel it was stuck on at the dock"),
    sa.Column("order_id", sa.ForeignKey("orders.id"), index=True, comment="the order a supplier packed for"),
    sa.Column("at", _AT, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
)

labels_sheets = sa.Table(
    "labels_sheets",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("labels", JSONB, nullable=False, comment="as they were made: a reprint is the same"),
    sa.Column("order_id", sa.ForeignKey("orders.id"), comment="where the supplier made them"),
    sa.Column("advice", sa.Text, comment="the number of the supplier's advice that came with them"),
    sa.Column("said", JSONB, comment="what the supplier wrote, by which a second press is known"),
    sa.Column("at", _AT, nullable=False, index=True),
    sa.Column("who", sa.Text, nullable=False),
    # One advice, one sheet: a form that is sent twice makes no second set of parcels.
    sa.Index(
        "labels_sheets_once_per_advice",
        "order_id",
        "advice",
        unique=True,
        postgresql_where=sa.text("order_id IS NOT NULL"),
    ),
)

labels_keys = sa.Table(
    "labels_keys",
    metadata,
    sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
    sa.Column("secret", sa.LargeBinary, nullable=False, comment="signs the links of suppliers; the newest holds"),
    sa.Column("at", _AT, nullable=False),
)
