"""What stands where: today's count, what waits per unit, what is on the road."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec
import sqlalchemy as sa

from hub import decide, store
from hub.parcel import Parcel, State
from hub.tables import parcel_reports, parcels
from web.figures import LOCAL


class Today(msgspec.Struct, frozen=True):
    """Boxes received since midnight here, and those plus what is still awaited."""

    received: int
    of: int


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """One unit's goods. `expected` and `out` are counts of boxes; `parcels` those that stand here."""

    unit_id: str
    unit_name: str
    lane: str
    parcels: tuple[Parcel, ...]
    expected: int = 0
    out: int = 0
    delivery_day: date | None = None

    @property
    def orders(self) -> tuple[str, ...]:
        """The numbers of the orders that the parcels belong to."""
        return tuple(dict.fromkeys(parcel.order_number for parcel in self.parcels if parcel.order_number))


def today(conn: sa.Connection, now: datetime) -> Today:
    """How far the day has come. A pallet is counted as the boxes on it, a box for two orders once."""
    midnight = now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    count = sa.select(sa.func.count(parcels.c.key.distinct())).where(~parcels.c.pallet)
    arrived = parcels.c.received_at.between(midnight, midnight + timedelta(days=1))
    come = count.where(arrived, parcels.c.state != State.VOID.value).scalar_subquery()
    waited = count.where(parcels.c.state == State.EXPECTED.value).scalar_subquery()
    here, awaited = conn.execute(sa.select(come, waited)).one()
    return Today(here, here + awaited)


def shelves(conn: sa.Connection) -> list[Shelf]:
    """The units that have goods here or awaited: soonest delivery day first, then by lane."""
    standing = store.find(conn, parcels.c.state.in_([State.EXPECTED.value, State.RECEIVED.value]))
    return _by_unit(decide.boxes(standing), State.RECEIVED)


def on_the_way(conn: sa.Connection) -> list[Shelf]:
    """The units whose goods are on a van."""
    return _by_unit(decide.boxes(store.find(conn, parcels.c.state == State.OUT.value)), State.OUT)


def parcels_for_unit(conn: sa.Connection, unit_id: object) -> tuple[Parcel, ...]:
    """Every box of a unit that is not delivered yet, pallets left out."""
    mine = store.find(conn, (parcels.c.unit_id == str(unit_id)) & (parcels.c.state != State.VOID.value))
    return tuple(parcel for parcel in decide.boxes(mine) if parcel.state is not State.DELIVERED)


def reports_by_parcel(conn: sa.Connection, chosen: Iterable[Parcel]) -> dict[str, list[str]]:
    """The kinds of open reports by parcel id: the van's driver must know what is damaged."""
    ids = [parcel.id for parcel in chosen]
    rows = conn.execute(
        sa.select(parcel_reports.c.parcel_id, parcel_reports.c.kind)
        .where(parcel_reports.c.parcel_id.in_(ids), parcel_reports.c.closed_at.is_(None))
        .order_by(parcel_reports.c.at)
    )
    found: dict[str, list[str]] = {}
    for parcel_id, kind in rows:
        found.setdefault(str(parcel_id), []).append(kind)
    return found


def _by_unit(boxes: Iterable[Parcel], shown: State) -> list[Shelf]:
    units: dict[str, list[Parcel]] = {}
    for parcel in boxes:
        units.setdefault(parcel.unit_id or "", []).append(parcel)
    found = [_shelf(unit_id, mine, shown) for unit_id, mine in units.items()]
    return sorted(found, key=lambda shelf: (shelf.delivery_day or date.max, _lane_order(shelf.lane)))


def _shelf(unit_id: str, mine: list[Parcel], shown: State) -> Shelf:
    days = [parcel.delivery_day for parcel in mine if parcel.delivery_day]
    return Shelf(
        unit_id=unit_id,
        unit_name=mine[0].unit_name or unit_id,
        lane=mine[0].lane or "",
        parcels=tuple(parcel for parcel in mine if parcel.state is shown),
        expected=sum(parcel.state is State.EXPECTED for parcel in mine),
        out=sum(parcel.state is State.OUT for parcel in mine),
        delivery_day=min(days) if days else None,
    )


def _lane_order(lane: str) -> tuple[int, str, int]:
    letters = lane.rstrip("0123456789")
    digits = lane[len(letters) :]
    return len(letters), letters, int(digits or 0)
