"""The hub's tables: parcels and where they have been, what was wrong with them, and each unit's lane."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gateway.database import metadata
from gateway.orders import tables as _orders  # noqa: F401 - a foreign key below points there

_AT = sa.DateTime(timezone=True)

parcels = sa.Table(
    "parcels",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, comment="the SSCC, or made from the advice's or the order's number"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("sscc", sa.Text),
    sa.Column("supplier_id", sa.Text),
    sa.Column("supplier_name", sa.Text),
    sa.Column("order_id", sa.Uuid, sa.ForeignKey("orders.id"), comment="empty for an unknown parcel"),
    sa.Column("order_number", sa.Text),
    sa.Column("unit_id", sa.Text),
    sa.Column("unit_name", sa.Text),
    sa.Column("unit_gln", sa.Text),
    sa.Column("lane", sa.Text),
    sa.Column("delivery_day", sa.Date),
    sa.Column("advice", sa.Text),
    sa.Column("within", sa.Text, comment="the key of the pallet it stands on"),
    sa.Column("pallet", sa.Boolean, nullable=False, server_default=sa.false(), comment="announced parcels stand on it"),
    sa.Column("position", sa.Integer, nullable=False, server_default="0"),
    sa.Column("contents", JSONB, nullable=False, server_default=sa.text("'[]'::jsonb")),
    sa.Column("announced_at", _AT),
    sa.Column("due", sa.Date, comment="when it should be at the hub"),
    sa.Column("received_at", _AT),
    sa.Column("received_by", sa.Text),
    sa.Column("out_at", _AT),
    sa.Column("out_by", sa.Text),
    sa.Column("delivered_at", _AT),
    sa.Column("delivered_by", sa.Text),
    sa.Column("receiver", sa.Text),
    sa.Column("stop_id", sa.ForeignKey("stops.id", ondelete="SET NULL"), index=True, comment="planned for, then on"),
    # One parcel may be announced for several orders, but only once for each of them, and be unknown only once.
    sa.Index(
        "parcels_once_per_order", "key", "order_id", unique=True, postgresql_where=sa.text("order_id IS NOT NULL")
    ),
    sa.Index("parcels_unknown_once", "key", unique=True, postgresql_where=sa.text("order_id IS NULL")),
    sa.Index("parcels_by_order", "order_id"),
    sa.Index("parcels_by_advice", "advice"),
    sa.Index("parcels_by_state", "state", "unit_id"),
    sa.Index("parcels_by_received_at", "received_at"),
    # What every scan asks: which parcels have the code, and how far the day has come.
    sa.Index("parcels_by_key", "key"),
    sa.Index("parcels_awaited", "key", postgresql_where=sa.text("state = 'expected' AND NOT pallet")),
    sa.Index("parcels_late", "due", "order_id", postgresql_where=sa.text("state = 'expected'")),
    sa.Index("parcels_by_order_number", "order_number"),
    sa.Index("parcels_by_pallet", "within", "order_id", postgresql_where=sa.text("within IS NOT NULL")),
    # What an article's barcode is looked for in: what is awaited or stands here, not a year of delivered goods.
    sa.Index(
        "parcels_by_contents",
        "contents",
        postgresql_using="gin",
        postgresql_ops={"contents": "jsonb_path_ops"},
        postgresql_where=sa.text("state IN ('expected', 'received')"),
    ),
)

parcel_moves = sa.Table(
    "parcel_moves",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("batch", sa.Uuid, nullable=False, index=True, comment="what one scan or one press moved together"),
    sa.Column("parcel_id", sa.Uuid, sa.ForeignKey("parcels.id"), nullable=False, index=True),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("at", _AT, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("undone_at", _AT),
)

parcel_reports = sa.Table(
    "parcel_reports",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("parcel_id", sa.Uuid, sa.ForeignKey("parcels.id"), nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False, comment="one of hub.reports.KINDS"),
    sa.Column("line", sa.Text, comment="the order line, where one was chosen"),
    sa.Column("article", sa.Text),
    sa.Column("quantity", sa.Numeric),
    sa.Column("unit", sa.Text),
    sa.Column("text", sa.Text, nullable=False, server_default=""),
    sa.Column("at", _AT, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("closed_at", _AT),
    sa.Column("closed_by", sa.Text),
    sa.Column("outcome", sa.Text),
)

unit_lanes = sa.Table(
    "unit_lanes",
    metadata,
    sa.Column("unit_id", sa.Text, primary_key=True),
    sa.Column("lane", sa.Text, nullable=False, unique=True),
    sa.Column("weekdays", ARRAY(sa.SmallInteger), nullable=False, comment="ISO weekdays with a run to the unit"),
)

photos = sa.Table(
    "photos",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("jpeg", sa.LargeBinary, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("at", _AT, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
)

acts = sa.Table(
    "acts",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True, comment="given by the phone; the same however often it is sent"),
    sa.Column("kind", sa.Text, nullable=False, comment="scan, receive, report, load, hand …"),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("done_at", _AT, nullable=False, comment="by the phone's clock"),
    sa.Column("taken_at", _AT, nullable=False),
    sa.Column("answer", JSONB, comment="what it led to"),
)

from hub.cases.tables import case_log, case_photos, cases, claims, receipts_told  # noqa: E402, F401
from hub.handing.tables import deliveries, delivery_parcels, delivery_photos, delivery_returns  # noqa: E402, F401
from hub.late.tables import late_answers  # noqa: E402, F401 - all tables are found here
from hub.marking.tables import labels_keys, labels_sheets, sscc_issued, sscc_series  # noqa: E402, F401
from hub.road.tables import (  # noqa: E402, F401 - parcels point at stops
    loaded_parcels,
    plans,
    runs,
    sites,
    stops,
    vehicles,
    weekly_runs,
    weekly_stops,
)
from hub.saving.tables import saving_assumptions, saving_days  # noqa: E402, F401
from hub.stock.tables import (  # noqa: E402, F401
    stock_agreements,
    stock_articles,
    stock_entries,
    stock_goods,
    stock_lots,
    stock_needs,
    stock_used,
    stock_warnings,
)


def facts(row: sa.Row[Any]) -> dict[str, Any]:
    """A row as a plain dict: SQLAlchemy's names are a kind of str that msgspec does not take for one."""
    return {str(name): value for name, value in row._mapping.items()}
