"""A parcel as the dock knows it. Pure data.

One row is one parcel of one order: a box with goods for two units' orders is two rows with one `key`, received together
and driven out apart.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec


class State(StrEnum):
    """Where a parcel is. `void` is a parcel that nobody announced and whose receiving was undone: it does not count.

    `missing` was announced and given up by a person; it still may come.
    """

    VOID = "void"
    UNKNOWN = "unknown"
    EXPECTED = "expected"
    MISSING = "missing"
    RECEIVED = "received"
    OUT = "out"
    DELIVERED = "delivered"


class Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One despatch line in a parcel. `quantity` is the line's whole quantity; `parcels` how many parcels share it."""

    line: str
    name: str
    quantity: Decimal
    unit: str | None = None
    article: str | None = None
    gtin: str | None = None
    parcels: int = 1


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """`key` is the SSCC, or made from the advice's or the order's number; `within` is the key of its pallet.

    `pallet` says that announced parcels stand on it. `due` is the day on which it should be at the hub.
    """

    id: UUID
    key: str
    state: State
    sscc: str | None = None
    supplier_id: str | None = None
    supplier_name: str | None = None
    order_id: UUID | None = None
    order_number: str | None = None
    unit_id: str | None = None
    unit_name: str | None = None
    unit_gln: str | None = None
    lane: str | None = None
    delivery_day: date | None = None
    advice: str | None = None
    within: str | None = None
    pallet: bool = False
    position: int = 0
    contents: tuple[Content, ...] = ()
    announced_at: datetime | None = None
    due: date | None = None
    received_at: datetime | None = None
    received_by: str | None = None
    out_at: datetime | None = None
    out_by: str | None = None
    delivered_at: datetime | None = None
    delivered_by: str | None = None
    receiver: str | None = None
    stop_id: UUID | None = None
