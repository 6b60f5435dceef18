"""Tables of the saving: days that are settled, and the assumptions as people have changed them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from gateway.database import metadata

_AT = sa.DateTime(timezone=True)

saving_days = sa.Table(
    "saving_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("entry_km", sa.Numeric, comment="as assumed when it was counted; empty: told, not to be counted again"),
    sa.Column("facts", JSONB, nullable=False, comment="as in hub.saving.days.Day"),
    sa.Column("counted_at", _AT, nullable=False),
)

saving_assumptions = sa.Table(
    "saving_assumptions",
    metadata,
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("batch", sa.Uuid, nullable=False, index=True, comment="what one press changed together"),
    sa.Column("name", sa.Text, nullable=False, index=True),
    sa.Column("value", sa.Numeric, comment="the last one counts; empty: the default again"),
    sa.Column("at", _AT, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
)
