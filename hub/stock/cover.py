"""How long the stock lasts, and what must be used before it expires. Pure.

Normal deliveries carry the daily use; the crisis stock only shrinks as lots expire. So cover on a day is what may still
be used that day, divided by the use. Use is the highest of what was delivered a day over twelve weeks, over the latest
four, and what somebody estimates: one is told too early rather than too late.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import msgspec

from hub.stock.goods import HUB, ZERO, Lot, Need, first_out

LONG, SHORT = 84, 28
"""Days over which use is measured."""
_LEAST_DAYS = 7
LOOK_AHEAD = 60
"""How many days before a place falls below its minimum it is told."""


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """A place's stock of some goods: `there` and `per_day` in base units, `days` None where nothing is used.

    `below_on` is the first day in the next sixty on which it lasts shorter than `least` days; today if it does now.
    """

    goods_id: int
    place: str
    there: Decimal
    per_day: Decimal
    least: int = 0
    days: int | None = None
    below_on: date | None = None

    @property
    def lacking(self) -> Decimal:
        """How much is missing to the minimum, in base units."""
        return max(ZERO, self.least * self.per_day - self.there)

    def tone(self, today: date) -> str:
        """bad: below now; wait: will be; good: enough; plain: no minimum, or nothing to reckon with."""
        if self.below_on is not None:
            return "bad" if self.below_on <= today else "wait"
        return "good" if self.least and self.days is not None else "plain"


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """A lot to use before it expires: begin by `start_by`; `wasted` base units are left even if all begin today.

    `to` are the units that use most of it, each with how much (of the article's unit) it can use in time.
    """

    lot: Lot
    start_by: date
    wasted: Decimal
    to: tuple[tuple[str, Decimal], ...] = ()


def there(lots: Iterable[Lot], day: date) -> Decimal:
    """Base units that may be used that day."""
    return sum((lot.base for lot in lots if lot.usable(day)), ZERO)


def cover(need: Need, per_day: Decimal, lots: Sequence[Lot], today: date, ahead: int = LOOK_AHEAD) -> Cover:
    """How a place stands with some goods; `lots` are those there."""
    now, wanted = there(lots, today), need.days * per_day
    days = int((now / per_day).to_integral_value(ROUND_FLOOR)) if per_day > 0 else None
    return Cover(
        goods_id=need.goods_id,
        place=need.place,
        there=now,
        per_day=per_day,
        least=need.days,
        days=days,
        below_on=_below(lots, wanted, today, ahead) if wanted > 0 else None,
    )


def _below(lots: Sequence[Lot], wanted: Decimal, today: date, ahead: int) -> date | None:
    """Stock shrinks on the day after a lot's last one: only those days are looked at."""
    ends = {lot.expires + timedelta(days=1) for lot in lots if lot.expires is not None and lot.expires >= today}
    days = [today, *sorted(day for day in ends if day <= today + timedelta(days=ahead))]
    return next((day for day in days if there(lots, day) < wanted), None)


def rotations(lots: Iterable[Lot], use: Mapping[str, Decimal], today: date, within: int) -> list[Rotation]:
    """The lots of some goods in one place to use first, those that expire within so many days. `use` is by unit.

    Lots are used up one after the other, first expiry first.
    """
    per_day = sum(use.values(), ZERO)
    found, before = [], ZERO
    for lot in first_out([lot for lot in lots if lot.usable(today) and lot.quantity > 0]):
        before += lot.base
        if lot.expires is None or lot.expires > today + timedelta(days=within):
            break
        found.append(_rotation(lot, before, per_day, use, today))
    return found


def _rotation(lot: Lot, before: Decimal, per_day: Decimal, use: Mapping[str, Decimal], today: date) -> Rotation:
    assert lot.expires is not None
    left = (lot.expires - today).days + 1
    wasted = min(lot.base, max(ZERO, before - per_day * left))
    takes = min(left, int((before / per_day).to_integral_value(ROUND_CEILING))) if per_day > 0 else left
    start_by = lot.expires - timedelta(days=max(1, takes) - 1)
    return Rotation(lot=lot, start_by=start_by, wasted=wasted, to=_shares(lot, use, left))


def _shares(lot: Lot, use: Mapping[str, Decimal], left: int) -> tuple[tuple[str, Decimal], ...]:
    """Whole packs for those who use most, until the lot is given away."""
    found, rest = [], lot.quantity
    for unit_id, per_day in sorted(use.items(), key=lambda one: (-one[1], one[0])):
        packs = min(rest, (per_day * left / lot.article.content).to_integral_value(ROUND_FLOOR))
        if packs > 0:
            found.append((unit_id, packs))
            rest -= packs
    return tuple(found[:5])


def use_of(long: Decimal, short: Decimal, days: int, estimate: Decimal | None) -> Decimal:
    """Base units a day: delivered in `LONG` and in `SHORT` days by a hub that is `days` old, or estimated."""
    since = max(_LEAST_DAYS, days)
    measured = max(long / min(since, LONG), short / min(since, SHORT))
    return max(measured, estimate or ZERO)


def everyone(places: Mapping[str, Decimal]) -> Decimal:
    """What the hub must reckon with: its own estimate, or what all units use together."""
    return max(places.get(HUB, ZERO), sum((use for place, use in places.items() if place != HUB), ZERO))
