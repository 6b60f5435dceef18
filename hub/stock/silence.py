"""What if a supplier is silent: what runs out where and when, day by day, and who has something else. Pure.

Assumed: from today nothing of the supplier's comes, until it has been silent for so many days and then needs its usual
time to the hub. Its share of the use goes on, times a factor; other suppliers deliver as always. A unit takes from its
own crisis stock first, then from the hub's, then from what other suppliers hold under agreement once they have had
their days. What of the silent supplier's is in the house already (at the hub, on the vans) comes to the units that
ordered it. A unit has nothing else at home. Where the hub has too little for a day everybody gets the same part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from hub.stock.goods import HUB, ZERO, Agreement, Article, Lot, at_supplier, at_unit, first_out, supplier_of, unit_of

_LITTLE = Decimal("0.001")


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """Who, for how many days, and how many times the usual is used meanwhile."""

    supplier_id: str
    days: int = 14
    times: Decimal = Decimal(1)


class Short(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that runs out: its own stock ends on `own_until`, it lacks from `on`, and `missing` base units in all."""

    unit_id: str
    on: date
    missing: Decimal
    own_until: date | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What happens to some goods until `ends`, the day on which the supplier's come again.

    `per_day` is what the supplier stands for of `used` base units a day; `hub_until` is the day on which the hub's own
    runs out (None: it lasts). `called` is what agreements must give. `others` sell the same goods.
    """

    goods_id: int
    ends: date
    per_day: Decimal
    used: Decimal
    hub_until: date | None = None
    called: Decimal = ZERO
    short: tuple[Short, ...] = ()
    others: tuple[Article, ...] = ()

    @property
    def runs_out(self) -> date | None:
        """The first day on which somebody lacks it."""
        return min((one.on for one in self.short), default=None)

    @property
    def missing(self) -> Decimal:
        """Base units in all."""
        return sum((one.missing for one in self.short), ZERO)


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of some goods. `use` is base units a day by unit and supplier; `coming` is in the house by unit."""

    goods_id: int
    articles: tuple[Article, ...]
    lots: tuple[Lot, ...]
    use: Mapping[str, Mapping[str, Decimal]]
    agreements: tuple[Agreement, ...] = ()
    coming: Mapping[str, Mapping[str, Decimal]] = {}


class _Shelf:
    """Something to take from, first expiry first."""

    def __init__(self, lots: Iterable[tuple[date | None, Decimal]]) -> None:
        kept = list(lots)
        self._ends, self._left = [ends or date.max for ends, _ in kept], [much for _, much in kept]
        self.empty_on: date | None = None

    def take(self, wanted: Decimal, day: date) -> Decimal:
        taken = ZERO
        for place, ends in enumerate(self._ends):
            if ends >= day and taken < wanted:
                part = min(self._left[place], wanted - taken)
                self._left[place] -= part
                taken += part
        if taken < wanted and self.empty_on is None:
            self.empty_on = day
        return taken


def outcome(known: Known, silence: Silence, today: date) -> Outcome | None:
    """What the silence does to these goods; None where the supplier stands for nothing of their use."""
    who = silence.supplier_id
    needs = {unit: by.get(who, ZERO) * silence.times for unit, by in known.use.items() if by.get(who, ZERO) > 0}
    if not needs:
        return None
    lead = max((one.lead_days for one in known.articles if one.supplier_id == who), default=0)
    ends = today + timedelta(days=silence.days + lead)
    lots = _by_place(known.lots)
    hub, agreed = _Shelf(_kept(lots.get(HUB, []))), _Agreed(known, lots, who, today)
    own = {unit: _own(known, lots, unit, who) for unit in needs}
    short = _days(needs, own, hub, agreed, today, ends)
    return Outcome(
        goods_id=known.goods_id,
        ends=ends,
        per_day=sum(needs.values(), ZERO),
        used=sum((sum(by.values(), ZERO) for by in known.use.values()), ZERO) * silence.times,
        hub_until=hub.empty_on,
        called=agreed.called,
        short=tuple(sorted(short, key=lambda one: (one.on, -one.missing, one.unit_id))),
        others=tuple(one for one in known.articles if one.supplier_id != who and one.marked),
    )


class _Agreed:
    """What others hold under agreement, from the day on which it can be at the hub."""

    def __init__(self, known: Known, lots: Mapping[str, list[Lot]], silent: str, today: date) -> None:
        self.called = ZERO
        self._shelves = [
            (today + timedelta(days=one.delivers_in), _Shelf(_kept(_of(lots, one))))
            for one in known.agreements
            if one.article.supplier_id != silent and one.valid_to >= today
        ]

    def take(self, wanted: Decimal, day: date) -> Decimal:
        taken = ZERO
        for since, shelf in self._shelves:
            if since <= day and taken < wanted:
                taken += shelf.take(wanted - taken, day)
        self.called += taken
        return taken


def _by_place(lots: Iterable[Lot]) -> dict[str, list[Lot]]:
    found: dict[str, list[Lot]] = {}
    for lot in lots:
        found.setdefault(lot.place, []).append(lot)
    return found


def _of(lots: Mapping[str, list[Lot]], agreed: Agreement) -> list[Lot]:
    """What the supplier holds of the article that it has agreed to hold."""
    there = lots.get(at_supplier(agreed.article.supplier_id), [])
    return [lot for lot in there if lot.article.id == agreed.article.id]


def _kept(lots: list[Lot]) -> list[tuple[date | None, Decimal]]:
    return [(lot.expires, lot.base) for lot in first_out(lots)]


def _own(known: Known, lots: Mapping[str, list[Lot]], unit: str, silent: str) -> _Shelf:
    """What the unit has, and before that what is on its way within the house."""
    coming = known.coming.get(unit, {}).get(silent, ZERO)
    first: list[tuple[date | None, Decimal]] = [(None, coming)] if coming else []
    return _Shelf([*first, *_kept(lots.get(at_unit(unit), []))])


def _days(
    needs: Mapping[str, Decimal], own: Mapping[str, _Shelf], hub: _Shelf, agreed: _Agreed, today: date, ends: date
) -> list[Short]:
    first: dict[str, date] = {}
    missing: dict[str, Decimal] = {}
    for day in (today + timedelta(days=ahead) for ahead in range((ends - today).days)):
        asked = {unit: need - own[unit].take(need, day) for unit, need in needs.items()}
        wanted = sum(asked.values(), ZERO)
        given = hub.take(wanted, day) if wanted > 0 else ZERO
        given += agreed.take(wanted - given, day) if given < wanted else ZERO
        if wanted - given < _LITTLE:
            continue
        for unit, much in asked.items():
            if much > 0:
                first.setdefault(unit, day)
                missing[unit] = missing.get(unit, ZERO) + much * (wanted - given) / wanted
    return [
        Short(unit_id=unit, on=on, missing=missing[unit], own_until=own[unit].empty_on) for unit, on in first.items()
    ]


def holders(lots: Iterable[Lot], silent: str, today: date) -> dict[str, Decimal]:
    """Who has some of the goods and may use it, in base units by place; what the silent one holds is not counted."""
    found: dict[str, Decimal] = {}
    for lot in lots:
        if lot.usable(today) and lot.quantity > 0 and supplier_of(lot.place) != silent:
            found[lot.place] = found.get(lot.place, ZERO) + lot.base
    return dict(sorted(found.items(), key=lambda one: (unit_of(one[0]) is not None, -one[1])))
