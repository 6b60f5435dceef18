"""The van is back: what nobody took stands in the house again, what units gave back is taken in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa

from gateway.orders import book
from hub import decide, photos, reports, store
from hub.decide import Move
from hub.handing import door, runs
from hub.handing.door import Fate
from hub.handing.handover import NO_PHOTO, Refused
from hub.handing.records import Delivery
from hub.handing.tables import delivery_returns
from hub.labels import read_label
from hub.parcel import Parcel, State
from hub.road.runs import HOME, OUT
from hub.road.tables import runs as run_table
from hub.tables import facts, parcels
from web.languages import N_

NO_RUN = N_("There is no such run any more: it was planned anew.")
NOT_ON_ITS_WAY = N_("This run has not left the hub, or is home already.")
NOT_DESCRIBED = N_("Write what you take back, and why.")
_MOST_RETURNS = 200
_NEVER = datetime.min.replace(tzinfo=UTC)


class Return(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a unit gave back."""

    id: UUID
    run_id: UUID
    unit_id: str
    text: str
    at: datetime
    who: str
    code: str = ""
    stop_id: UUID | None = None
    parcel_id: UUID | None = None
    photo_id: UUID | None = None
    home_at: datetime | None = None
    undone_at: datetime | None = None


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """What came back into the house, and what was not on the van although it should have been."""

    back: tuple[Parcel, ...] = ()
    lost: tuple[Parcel, ...] = ()
    returns: int = 0


def give_back(
    conn: sa.Connection,
    stop_id: UUID,
    code: str,
    text: str,
    pictures: Sequence[bytes],
    who: str,
    now: datetime,
    at: datetime | None,
    act: UUID | None,
) -> Return:
    """The unit sends something back with the van. `code` is an SSCC or an order's number, where it has one.

    Raises Refused. The order hears of it; the dock takes it in when the run is home.
    """
    found = runs.of_stop(conn, stop_id, lock=True)
    if found is None or found[0].state != OUT:
        raise Refused(("return-text", NOT_ON_ITS_WAY))
    run, stop = found
    what, code = " ".join(text.split())[: door.LONGEST_TEXT], " ".join(code.split())[:100]
    if not what:
        raise Refused(("return-text", NOT_DESCRIBED))
    parcel = _known(conn, code, stop.site.unit_id)
    when = door.moment(at, now, run.left_at)
    row = {"id": act or uuid4(), "run_id": run.id, "stop_id": stop.id, "unit_id": stop.site.unit_id}
    row |= {"parcel_id": parcel.id if parcel else None, "code": code, "text": what, "at": when, "who": who}
    row |= {"photo_id": _photo(conn, pictures, who, now)}
    conn.execute(delivery_returns.insert().values(row))
    if parcel and parcel.order_id:
        detail = {"step": "given_back", "parcel": parcel.sscc or parcel.key, "text": what}
        book.record(conn, parcel.order_id, "note", who, when, detail)
    return msgspec.convert(row, Return)


def _photo(conn: sa.Connection, pictures: Sequence[bytes], who: str, now: datetime) -> UUID | None:
    try:
        return photos.keep(conn, pictures[0], who, now) if pictures else None
    except ValueError as error:
        raise Refused(("return-photo", NO_PHOTO)) from error


def take_return_back(conn: sa.Connection, return_id: UUID, now: datetime) -> UUID | None:
    """The driver noted it by mistake; the run it was of, None where that is too late."""
    mine = (delivery_returns.c.id == return_id) & delivery_returns.c.home_at.is_(None)
    undone = delivery_returns.update().where(mine).values(undone_at=now).returning(delivery_returns.c.run_id)
    found: UUID | None = conn.scalar(undone)
    return found


def returns_of(conn: sa.Connection, run_id: UUID) -> list[Return]:
    """What the run has taken back from units, oldest first."""
    mine = (delivery_returns.c.run_id == run_id) & delivery_returns.c.undone_at.is_(None)
    rows = conn.execute(sa.select(delivery_returns).where(mine).order_by(delivery_returns.c.at).limit(_MOST_RETURNS))
    return [msgspec.convert(facts(row), Return) for row in rows]


def fates_of(told: Iterable[Delivery]) -> dict[UUID, Fate]:
    """Why each parcel was not handed over, as it was last told; oldest first."""
    return {parcel: fate for delivery in told for parcel, fate in delivery.fates.items()}


def come_home(conn: sa.Connection, run_id: UUID, seen: Collection[UUID], who: str, now: datetime) -> Home:
    """The run is over: of what was left on the van, the parcels in `seen` stand in the house again.

    What should be there and was not seen stays out and is reported as missing. Raises Refused.
    """
    run = runs.get(conn, run_id, lock=True)
    if run is None:
        raise Refused(("run", NO_RUN))
    if run.state != OUT:
        raise Refused(("run", NOT_ON_ITS_WAY))
    left = run.left_over
    back = tuple(parcel for parcel in left if parcel.id in set(seen))
    lost = tuple(parcel for parcel in left if parcel.id not in set(seen))
    _into_the_house(conn, back, who, now)
    for parcel in lost:
        reports.report(conn, parcel.id, "short", who, now, text=f"{run.van}: {run.name}")
    conn.execute(run_table.update().where(run_table.c.id == run.id).values(state=HOME, home_at=now))
    mine = delivery_returns.c.run_id.in_([run.id]) & delivery_returns.c.undone_at.is_(None)
    taken = conn.execute(delivery_returns.update().where(mine).values(home_at=now)).rowcount
    return Home(back=back, lost=lost, returns=taken)


def _into_the_house(conn: sa.Connection, back: Sequence[Parcel], who: str, now: datetime) -> None:
    """Received once more: free to be planned anew, and the order hears that it is at the hub again."""
    everything = store.concerned(conn, (), [parcel.id for parcel in back]) if back else ()
    chosen = {parcel.id for parcel in back}
    pallets = _pallets_of(everything, chosen)
    going = [row for row in everything if row.id in chosen | pallets and row.state is State.OUT]
    store.carry_out(conn, [Move(row.id, State.OUT, State.RECEIVED) for row in going], who, now)
    for row in going:
        store.change(conn, row.id, stop_id=None, out_at=None, out_by=None)
    for order_id in dict.fromkeys(row.order_id for row in back if row.order_id):
        labels = [row.sscc or row.key for row in back if row.order_id == order_id]
        book.record(conn, order_id, "note", who, now, {"step": "back", "labels": labels})


def _pallets_of(everything: Sequence[Parcel], chosen: set[UUID]) -> set[UUID]:
    """The pallets under the chosen boxes: what stood on them is not all delivered any more."""
    boxes = {row.id for row in decide.boxes(everything)}
    under = {(row.order_id, row.within) for row in everything if row.id in chosen and row.within}
    return {row.id for row in everything if row.id not in boxes and (row.order_id, row.key) in under}


def _known(conn: sa.Connection, code: str, unit_id: str) -> Parcel | None:
    """The parcel of this unit that goes by the code, the last delivered first."""
    label = read_label(code)
    names = {name for name in (label.sscc, label.text, label.text.upper()) if name}
    if not names:
        return None
    goes_by = parcels.c.key.in_(names) | parcels.c.order_number.in_(names)
    found = store.find(conn, goes_by & (parcels.c.unit_id == unit_id) & (parcels.c.state == State.DELIVERED.value))
    return max(found, key=lambda one: one.delivered_at or _NEVER, default=None)
