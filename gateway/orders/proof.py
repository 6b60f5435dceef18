"""The proof of a delivery, as hub and shop both show it: what was handed over, by whom, to whom, when. Pure data."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """One parcel of the proof. `lines` are amount, unit and name of what is in it; `scanned` its label at the door.

    `fate` is handed, or damaged where it was taken all the same.
    """

    parcel_id: UUID
    label: str
    order_number: str
    supplier: str
    lines: tuple[tuple[Decimal, str | None, str], ...] = ()
    fate: str = "handed"
    scanned: bool = False


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """`signature` is an SVG path in a box of 600 by 300; `signed` drawn, typed, or None where a photo is the proof.

    `at` is when it was handed over, `taken_at` when the hub heard of it; `undone_at` that it was taken back.
    """

    id: UUID
    unit_name: str
    receiver: str
    driver: str
    van: str
    at: datetime
    taken_at: datetime
    goods: tuple[Goods, ...]
    signed: str | None = None
    signature: str | None = None
    text: str = ""
    photos: tuple[UUID, ...] = ()
    undone_at: datetime | None = None

    def of_order(self, number: str) -> Proof | None:
        """As much of it as an order's people may see; None where it holds nothing of that order."""
        mine = tuple(one for one in self.goods if one.order_number == number)
        return msgspec.structs.replace(self, goods=mine) if mine else None
