"""What the one who scanned must know beyond the parcel itself, and what to do next. Pure: facts in, facts out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from gateway.orders.lifecycle import State as OrderState
from hub.labels import Label
from hub.parcel import Parcel

SHORT_DATED: Final = timedelta(days=5)
"""Goods with fewer days left at the unit are shown before they go on: its kitchen plans a week."""


class About(StrEnum):
    """`reused`: another parcel had the code long ago. `elsewhere`: the label names another unit than the advice."""

    EXPIRED = "expired"
    SHORT_DATED = "short_dated"
    CLOSED = "closed"
    CLOSED_FOR_GOOD = "closed_for_good"
    CANCELLED = "cancelled"
    CANCEL_PENDING = "cancel_pending"
    COUNT = "count"
    ELSEWHERE = "elsewhere"
    REUSED = "reused"


BAD: Final = frozenset({About.EXPIRED, About.CLOSED_FOR_GOOD, About.CANCELLED, About.ELSEWHERE})


class Hint(msgspec.Struct, frozen=True, kw_only=True):
    """`day` and `until` are dates of the matter, `name` a unit; `found` and `announced` are counts."""

    about: About
    day: date | None = None
    until: date | None = None
    name: str = ""
    number: str = ""
    parcel_id: UUID | None = None
    found: int = 0
    announced: Decimal | None = None


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that takes no goods from `first` to `last` (for good without one); `opens` is its first run after that."""

    name: str
    first: date
    last: date | None = None
    opens: date | None = None


def hints(
    label: Label,
    rows: Sequence[Parcel],
    orders: Mapping[UUID, OrderState],
    closed: Mapping[str, Closed],
    today: date,
) -> tuple[Hint, ...]:
    """What there is to say about these rows of one parcel, the worst first."""
    found = [*_dates(label, rows, today), *_orders(rows, orders), *_closed(rows, closed, today), *_label(label, rows)]
    return tuple(sorted(found, key=lambda hint: hint.about not in BAD))


def _dates(label: Label, rows: Sequence[Parcel], today: date) -> Iterator[Hint]:
    """Best before is the last day as well: the goods are good on that day (GS1 AI 15 and 17)."""
    last = min((day for day in (label.best_before, label.use_by) if day), default=None)
    if last is None:
        return
    parcel = rows[0] if rows else None
    arrives = max((row.delivery_day for row in rows if row.delivery_day), default=today)
    about = About.EXPIRED if last < today else About.SHORT_DATED if last - max(arrives, today) < SHORT_DATED else None
    if about:
        yield Hint(about=about, day=last, parcel_id=parcel.id if parcel else None)


def _orders(rows: Sequence[Parcel], orders: Mapping[UUID, OrderState]) -> Iterator[Hint]:
    told = {OrderState.CANCELLED: About.CANCELLED, OrderState.REJECTED: About.CANCELLED}
    told[OrderState.CANCEL_PENDING] = About.CANCEL_PENDING
    for row in rows:
        about = told.get(orders[row.order_id]) if row.order_id and row.order_id in orders else None
        if about:
            yield Hint(about=about, number=row.order_number or "", name=row.unit_name or "", parcel_id=row.id)


def _closed(rows: Sequence[Parcel], closed: Mapping[str, Closed], today: date) -> Iterator[Hint]:
    for row in {row.unit_id: row for row in rows}.values():
        site = closed.get(row.unit_id or "")
        day = max(row.delivery_day or today, today)
        if site is None or not site.first <= day <= (site.last or date.max):
            continue
        about = About.CLOSED if site.last else About.CLOSED_FOR_GOOD
        yield Hint(about=about, name=site.name, day=site.last, until=site.opens, parcel_id=row.id)


def _label(label: Label, rows: Sequence[Parcel]) -> Iterator[Hint]:
    glns = {row.unit_gln for row in rows if row.unit_gln}
    if label.forward_to and glns and label.forward_to not in glns:
        yield Hint(about=About.ELSEWHERE, number=label.forward_to, name=rows[0].unit_name or "", parcel_id=rows[0].id)
    if label.count is None:
        return
    same = [line for row in rows for line in row.contents if line.parcels == 1 and _is(line.gtin, label.gtin)]
    announced = sum((line.quantity for line in same), Decimal(0))
    if same and announced != label.count:
        yield Hint(about=About.COUNT, found=label.count, announced=announced, parcel_id=rows[0].id)


def _is(one: str | None, other: str | None) -> bool:
    """Two spellings of one article: 13 digits are 14 with a leading zero."""
    return bool(one and other) and str(one).zfill(14) == str(other).zfill(14)


def is_bad(found: Iterable[Hint]) -> bool:
    return any(hint.about in BAD for hint in found)
