"""Tables of the way out: where units lie and when they take goods, what drives, and the runs with their stops."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from gateway.database import metadata
from web import tables as _web  # noqa: F401 - runs point at users

_AT = sa.DateTime(timezone=True)

sites = sa.Table(
    "sites",
    metadata,
    sa.Column("unit_id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("gln", sa.Text, nullable=False, unique=True),
    sa.Column("street", sa.Text, nullable=False),
    sa.Column("postal_code", sa.Text, nullable=False),
    sa.Column("city", sa.Text, nullable=False),
    sa.Column("latitude", sa.Float, comment="WGS 84; empty until somebody has placed it"),
    sa.Column("longitude", sa.Float),
    sa.Column("opens", sa.Time, comment="goods are taken from then, local time; empty: any time"),
    sa.Column("closes", sa.Time),
    sa.Column("minutes", sa.SmallInteger, nullable=False, server_default="6", comment="at the door, without driving"),
    sa.Column("access_note", sa.Text, nullable=False, server_default="", comment="gate code, door, whom to ring"),
    sa.Column("cold", sa.Boolean, nullable=False, server_default=sa.false(), comment="gets goods of the cold chain"),
    sa.Column("protected", sa.Boolean, nullable=False, server_default=sa.false(), comment="its address is not for all"),
    sa.Column("closed_from", sa.Date, comment="takes no goods from that day"),
    sa.Column("closed_to", sa.Date, comment="the last such day; empty: closed for good"),
    sa.Column(
        "days_here", sa.Boolean, nullable=False, server_default=sa.false(), comment="its days are set here, not in shop"
    ),
)

vehicles = sa.Table(
    "vehicles",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("fuel", sa.Text, nullable=False, comment="electric, biogas, hvo or diesel"),
    sa.Column("parcels", sa.SmallInteger, nullable=False, comment="how many it takes"),
    sa.Column("cold", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("range_km", sa.SmallInteger, comment="on one charge; empty: a day's drive is no question"),
    sa.Column("starts", sa.Time, nullable=False, comment="the driver's day begins, local time"),
    sa.Column("minutes", sa.SmallInteger, nullable=False, comment="the driver's longest day, hub to hub"),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
)

plans = sa.Table(
    "plans",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("day", sa.Date, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False, comment="free or weekly"),
    sa.Column("made_at", _AT, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("left", JSONB, nullable=False, comment="what did not fit: unit, name, parcels and why"),
    sa.Column("undone_at", _AT, comment="taken back, or replaced by a newer plan"),
    sa.Column("undone_by", sa.Text),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("day", sa.Date, nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False, comment="what people call it: the weekly run's or the vehicle's name"),
    sa.Column("vehicle_id", sa.ForeignKey("vehicles.id"), nullable=False, index=True),
    sa.Column("driver_id", sa.ForeignKey("users.id"), index=True),
    sa.Column("state", sa.Text, nullable=False, comment="planned, loading, out or home"),
    sa.Column("starts_at", _AT, nullable=False, comment="leaves the hub, as planned"),
    sa.Column("ends_at", _AT, nullable=False, comment="is back, as planned"),
    sa.Column("km", sa.Numeric(7, 1), nullable=False),
    sa.Column("left_at", _AT),
    sa.Column("home_at", _AT),
    sa.Column("made_at", _AT, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("plan_id", sa.ForeignKey("plans.id"), index=True, comment="the plan that it came from"),
)

stops = sa.Table(
    "stops",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("run_id", sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("position", sa.SmallInteger, nullable=False, comment="from 1"),
    sa.Column("unit_id", sa.ForeignKey("sites.unit_id"), nullable=False, index=True),
    sa.Column("arrives_at", _AT, nullable=False, comment="as planned"),
    sa.Column("km", sa.Numeric(7, 1), nullable=False, comment="from the stop before"),
    sa.Column("state", sa.Text, nullable=False, server_default="open", comment="open, handed or failed"),
    sa.Column("reason", sa.Text, comment="why it failed, in the driver's words"),
    sa.Column("done_at", _AT),
    sa.UniqueConstraint("run_id", "position", deferrable=True, initially="DEFERRED"),
)

weekly_runs = sa.Table(
    "weekly_runs",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("weekday", sa.SmallInteger, nullable=False, comment="ISO: 1 is Monday"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("vehicle_id", sa.ForeignKey("vehicles.id"), nullable=False, index=True),
    sa.Column("reorder", sa.Boolean, nullable=False, server_default=sa.false(), comment="the day's best order instead"),
    sa.UniqueConstraint("weekday", "name"),
)

weekly_stops = sa.Table(
    "weekly_stops",
    metadata,
    sa.Column("run_id", sa.ForeignKey("weekly_runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("unit_id", sa.ForeignKey("sites.unit_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.SmallInteger, nullable=False, comment="from 1"),
)

loaded_parcels = sa.Table(
    "loaded_parcels",
    metadata,
    sa.Column("parcel_id", sa.Uuid, primary_key=True, comment="a parcel that stands in the van, doors open"),
    sa.Column("run_id", sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("at", _AT, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
)
