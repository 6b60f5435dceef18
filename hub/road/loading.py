"""Loading by scan: what goes on the van, what is still missing before the doors close, and the run that leaves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from hub import decide, receiving, store
from hub.departing import Departure, send_out
from hub.labels import Label, read_label
from hub.parcel import Parcel, State
from hub.road import runs
from hub.road.runs import Run, Stop
from hub.road.tables import loaded_parcels, sites, stops
from hub.road.tables import runs as runs_table
from hub.tables import parcel_moves, parcels
from web.languages import N_

NOTHING_LOADED = N_("Nothing was loaded for it")
"""Why a stop failed that the van left without goods for; a message id."""
_MAY_COME = frozenset({State.RECEIVED, State.EXPECTED, State.MISSING})


class Told(StrEnum):
    """`extra`: not planned, but its unit is on this run. `elsewhere`: it belongs on another run, or on none today.

    `choose`: several parcels go by the typed number. `left`: the van has gone.
    """

    LOADED = "loaded"
    EXTRA = "extra"
    AGAIN = "again"
    ELSEWHERE = "elsewhere"
    GONE = "gone"
    UNKNOWN = "unknown"
    NOTHING = "nothing"
    LEFT = "left"
    CHOOSE = "choose"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a scan at the van led to. `parcels` are the boxes that were meant, `stop` theirs on this run.

    `other` is the run of today that they belong on instead; `received` says that the dock had not scanned them.
    """

    told: Told
    label: Label
    parcels: tuple[Parcel, ...] = ()
    stop: Stop | None = None
    other: Run | None = None
    received: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One stop before the doors close: its boxes, and which of them stand in the van."""

    stop: Stop
    unit_name: str
    lane: str
    parcels: tuple[Parcel, ...]
    loaded: frozenset[UUID]

    @property
    def missing(self) -> tuple[Parcel, ...]:
        """What is planned and not loaded."""
        return tuple(parcel for parcel in self.parcels if parcel.id not in self.loaded)


def rows_of(conn: sa.Connection, run: Run) -> list[Row]:
    """The run's stops in the order they are loaded: the last stop first, so that the first stands at the doors."""
    mine = runs.by_stop(conn, [stop.id for stop in run.stops])
    units = sa.select(sites.c.unit_id, sites.c.name).where(sites.c.unit_id.in_([stop.unit_id for stop in run.stops]))
    names = {row.unit_id: row.name for row in conn.execute(units)}
    loaded = frozenset(conn.scalars(sa.select(loaded_parcels.c.parcel_id).where(loaded_parcels.c.run_id == run.id)))
    found = []
    for stop in reversed(run.stops):
        boxes = decide.boxes(mine[stop.id])
        lane = boxes[0].lane if boxes else None
        found.append(
            Row(
                stop=stop,
                unit_name=names.get(stop.unit_id, stop.unit_id),
                lane=lane or "",
                parcels=boxes,
                loaded=loaded,
            )
        )
    return found


def load(conn: sa.Connection, run: Run, text: str, who: str, now: datetime, chosen: UUID | None = None) -> Answer:
    """A parcel is scanned at the van, or `chosen`: loaded if it goes with this run, else it is said where it belongs.

    A pallet takes along what stands on it. What the dock has not scanned is received in the same step.
    """
    label = read_label(text)
    if run.state not in (runs.PLANNED, runs.LOADING):
        return Answer(told=Told.LEFT, label=label)
    meant = _meant(conn, label, chosen)
    if len(meant) > 1 and not label.sscc:
        return Answer(told=Told.CHOOSE, label=label, parcels=tuple(meant))
    if not meant:
        return Answer(told=Told.NOTHING, label=label)
    here = [parcel for parcel in meant if parcel.state in _MAY_COME and parcel.unit_id]
    if not here:
        unknown = any(parcel.state is State.UNKNOWN for parcel in meant)
        return Answer(told=Told.UNKNOWN if unknown else Told.GONE, label=label, parcels=tuple(meant))
    by_unit = {stop.unit_id: stop for stop in run.stops}
    ours = [parcel for parcel in here if parcel.unit_id in by_unit]
    other = _planned_for(conn, ours or here, run)
    if not ours or other:
        return Answer(told=Told.ELSEWHERE, label=label, parcels=tuple(ours or here), other=other)
    return _take(conn, run, ours, label, who, now)


def loaded_before(conn: sa.Connection, run: Run, text: str, chosen: UUID | None = None) -> Answer | None:
    """What a scan that is sent again is answered: that it stands in the van; None where it no longer does."""
    label = read_label(text)
    meant = _meant(conn, label, chosen)
    mine = loaded_parcels.c.run_id == run.id
    there = set(conn.scalars(sa.select(loaded_parcels.c.parcel_id).where(mine)))
    found = tuple(parcel for parcel in meant if parcel.id in there)
    stop = next((stop for stop in run.stops if found and stop.id == found[0].stop_id), None)
    return Answer(told=Told.LOADED, label=label, parcels=found, stop=stop) if found else None


def unload(conn: sa.Connection, run: Run, parcel_ids: Collection[UUID]) -> int:
    """Out of the van again, before it leaves; how many that were."""
    mine = loaded_parcels.c.run_id == run.id
    gone = conn.execute(loaded_parcels.delete().where(mine, loaded_parcels.c.parcel_id.in_(parcel_ids))).rowcount
    left = conn.scalar(sa.select(sa.func.count()).where(mine))
    if run.state == runs.LOADING and not left:
        conn.execute(runs_table.update().where(runs_table.c.id == run.id).values(state=runs.PLANNED))
    return gone


def missing(rows: Sequence[Row]) -> tuple[Parcel, ...]:
    """What is planned for the run and not in the van."""
    return tuple(parcel for row in rows for parcel in row.missing)


def leave(conn: sa.Connection, run: Run, who: str, now: datetime) -> Departure:
    """The doors close and the van drives: what is loaded is out, what is missing is free for the next run.

    A stop that nothing is loaded for fails at once. Without anything loaded nothing happens.
    """
    rows = rows_of(conn, run)
    loaded = {parcel.id for row in rows for parcel in row.parcels if parcel.id in row.loaded}
    if run.state not in (runs.PLANNED, runs.LOADING) or not loaded:
        return Departure()
    gone = send_out(conn, user=who, now=now, parcel_ids=loaded)
    out = {parcel.id for parcel in gone.moved}
    behind = [parcel.id for row in rows for parcel in row.parcels if parcel.id not in out]
    conn.execute(parcels.update().where(parcels.c.id.in_(behind)).values(stop_id=None))
    empty = [row.stop.id for row in rows if not out & {parcel.id for parcel in row.parcels}]
    failed = {"state": "failed", "reason": NOTHING_LOADED, "done_at": now}
    conn.execute(stops.update().where(stops.c.id.in_(empty)).values(**failed))
    conn.execute(runs_table.update().where(runs_table.c.id == run.id).values(state=runs.OUT, left_at=now))
    return gone


def back(conn: sa.Connection, run: Run, batch: UUID, who: str, now: datetime) -> bool:
    """The van has not left after all: within the time of undo everything is as before. False where it is too late."""
    first = sa.select(parcel_moves.c.parcel_id).where(parcel_moves.c.batch == batch)
    mine = {stop.id for stop in run.stops}
    meant = store.find(conn, parcels.c.id.in_(first))
    ours = any(parcel.stop_id in mine for parcel in meant) and all(parcel.state is State.OUT for parcel in meant)
    if run.state != runs.OUT or not ours or now - (run.left_at or now) > decide.UNDO_WINDOW:
        return False
    if not receiving.undo(conn, batch, who, now):
        return False
    for stop in run.stops:
        free = (parcels.c.unit_id == stop.unit_id) & parcels.c.stop_id.is_(None)
        due = (parcels.c.delivery_day <= run.day) | parcels.c.delivery_day.is_(None)
        conn.execute(parcels.update().where(free, due, parcels.c.state == State.RECEIVED.value).values(stop_id=stop.id))
    empty = stops.c.reason == NOTHING_LOADED
    conn.execute(stops.update().where(stops.c.run_id == run.id, empty).values(state="open", reason=None, done_at=None))
    conn.execute(runs_table.update().where(runs_table.c.id == run.id).values(state=runs.LOADING, left_at=None))
    return True


def _meant(conn: sa.Connection, label: Label, chosen: UUID | None = None) -> list[Parcel]:
    """The boxes that a code means: the parcel, or what stands on the pallet; else all of a typed order number."""
    if chosen is not None:
        return list(store.find(conn, parcels.c.id == chosen))
    names = {label.text, label.text.upper()}
    by_code = (parcels.c.key == label.sscc) if label.sscc else parcels.c.order_number.in_(names)
    known = store.find(conn, by_code & (parcels.c.state != State.VOID.value))
    if not known or not label.sscc:
        return list(decide.boxes(known)) or [one for one in known if one.state is State.UNKNOWN]
    everything = store.concerned(conn, {parcel.key for parcel in known})
    chosen = {parcel.id for parcel in known}
    chosen |= {parcel.id for parcel in decide.standing_on(everything, chosen)}
    boxes = [parcel for parcel in decide.boxes(everything) if parcel.id in chosen]
    # A code that is used again after a delivery means the parcel that is here.
    return [box for box in boxes if box.state is not State.DELIVERED] or boxes or list(known)


def _planned_for(conn: sa.Connection, meant: Sequence[Parcel], run: Run) -> Run | None:
    """Another run that has not left and that has them, if all have one."""
    mine = {stop.id for stop in run.stops}
    theirs = [parcel.stop_id for parcel in meant if parcel.stop_id and parcel.stop_id not in mine]
    if len(theirs) < len(meant):
        return None
    of_stop = sa.select(stops.c.run_id).where(stops.c.id.in_(theirs))
    waiting = runs_table.c.state.in_([runs.PLANNED, runs.LOADING])
    found = runs.find(conn, runs_table.c.id.in_(of_stop) & waiting)
    return found[0] if found else None


def _take(conn: sa.Connection, run: Run, ours: Sequence[Parcel], label: Label, who: str, now: datetime) -> Answer:
    late = [parcel.id for parcel in ours if parcel.state is not State.RECEIVED]
    if late:
        receiving.receive(conn, late, who, now)
    mine = {stop.id for stop in run.stops}
    extra = [parcel for parcel in ours if parcel.stop_id not in mine]
    by_unit = {stop.unit_id: stop for stop in run.stops}
    for parcel in extra:
        store.change(conn, parcel.id, stop_id=by_unit[parcel.unit_id or ""].id)
    rows = [{"parcel_id": parcel.id, "run_id": run.id, "at": now, "who": who} for parcel in ours]
    row = insert(loaded_parcels).values(rows)
    # What is loaded on a van that has left before and come back is loaded anew.
    moved = row.on_conflict_do_update(
        index_elements=["parcel_id"],
        set_={"run_id": run.id, "at": now, "who": who},
        where=loaded_parcels.c.run_id != run.id,
    )
    new = set(conn.scalars(moved.returning(loaded_parcels.c.parcel_id)))
    if run.state == runs.PLANNED:
        conn.execute(runs_table.update().where(runs_table.c.id == run.id).values(state=runs.LOADING))
    planned = next((stop for stop in run.stops if stop.id == ours[0].stop_id), None)
    stop = planned or by_unit[ours[0].unit_id or ""]
    told = Told.AGAIN if not new else Told.EXTRA if extra else Told.LOADED
    return Answer(told=told, label=label, parcels=tuple(ours), stop=stop, received=bool(late))
