"""What a scan answers. Facts only: the page finds the words. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

import msgspec

from hub import decide
from hub.hints import Hint
from hub.labels import Label
from hub.parcel import Content, Parcel, State


class Kind(StrEnum):
    """`again`: seen before. `misread`: a code that cannot be right. `choose`: several parcels go by that name.

    `not_coming`: the order is cancelled, rejected or not approved. `article`: an article's own barcode, that something
    awaited holds. `foreign`: a GS1 code of something else. `nothing`: nobody here knows the text.
    """

    RECEIVED = "received"
    AGAIN = "again"
    UNKNOWN = "unknown"
    MISREAD = "misread"
    CHOOSE = "choose"
    NOT_COMING = "not_coming"
    ARTICLE = "article"
    FOREIGN = "foreign"
    NOTHING = "nothing"


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """Where the article may belong: an announced parcel, or with `parcel` empty an order without any advice."""

    order_number: str
    unit_name: str
    lane: str
    supplier_name: str
    content: Content
    delivery_day: date | None = None
    parcel: Parcel | None = None


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """`offers` are what it can be received on; `here` the parcels with the article that stand here already."""

    offers: tuple[Offer, ...] = ()
    here: tuple[Parcel, ...] = ()


class ScanResult(msgspec.Struct, frozen=True, kw_only=True):
    """`parcels` are the scanned parcel's rows, more than one where it holds goods for several orders.

    `number` of `of` counts the order's boxes; `boxes` what came with it on the pallet; `batch` is what undo takes.
    `before` is where the parcel stood when it was scanned; `unannounced` that no despatch advice told of it. `hints`
    is what else to know and do; `holding` where an article is awaited; `earlier` a parcel that had the code long ago;
    `place` the unit whose code it is.
    """

    kind: Kind
    label: Label
    parcels: tuple[Parcel, ...] = ()
    number: int = 0
    of: int = 0
    boxes: int = 0
    before: State | None = None
    batch: UUID | None = None
    unannounced: bool = False
    order_state: str | None = None
    hints: tuple[Hint, ...] = ()
    holding: Holding | None = None
    earlier: Parcel | None = None
    place: str = ""

    @property
    def lanes(self) -> tuple[str, ...]:
        """The lanes it belongs to; several mean that it must be opened and parted."""
        return tuple(dict.fromkeys(parcel.lane for parcel in self.parcels if parcel.lane))

    @property
    def suppliers(self) -> tuple[str, ...]:
        """Who announced it; more than one means that an SSCC was used twice and a person must look."""
        return tuple(dict.fromkeys(parcel.supplier_name for parcel in self.parcels if parcel.supplier_name))


def place_in_order(chosen: Parcel, everything: tuple[Parcel, ...]) -> tuple[int, int, int]:
    """Which box of how many it is in its order, and how many boxes stand on it if it is a pallet (else 0)."""
    mine = [parcel for parcel in everything if parcel.order_id == chosen.order_id]
    counted = decide.boxes(mine)
    place = next((n for n, parcel in enumerate(counted, start=1) if parcel.id == chosen.id), 0)
    on_it = [parcel for parcel in decide.standing_on(mine, {chosen.id}) if parcel in counted]
    return place, len(counted), len(on_it)
