"""A label scanned at a door: which stop of this run it belongs to, or whose it is."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

import msgspec
import sqlalchemy as sa

from hub import store
from hub.handing.runs import Run
from hub.labels import read_label
from hub.parcel import Parcel
from hub.tables import parcels


class Kind(StrEnum):
    """`here`: of a stop of this run and still on the van. `done`: handed over before. `elsewhere`: not of this run."""

    HERE = "here"
    DONE = "done"
    ELSEWHERE = "elsewhere"
    NOBODYS = "nobodys"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What the label is; `stop_id` and `position` where it is of this run."""

    kind: Kind
    code: str
    parcel: Parcel | None = None
    stop_id: UUID | None = None
    position: int | None = None


def find_on_run(conn: sa.Connection, run: Run, code: str) -> Found:
    """What was scanned. Nothing moves: what is handed over is said with the button."""
    label = read_label(code)
    names = {name for name in (label.sscc, label.text, label.text.upper()) if name}
    for stop in run.stops:
        for parcel in stop.parcels:
            if names & {parcel.key, parcel.sscc, parcel.order_number, parcel.advice}:
                kind = Kind.HERE if parcel in stop.on_the_van else Kind.DONE
                return Found(kind=kind, code=label.text, parcel=parcel, stop_id=stop.id, position=stop.position)
    known = store.find(conn, parcels.c.key.in_(names)) if names else ()
    return Found(kind=Kind.ELSEWHERE if known else Kind.NOBODYS, code=label.text, parcel=known[-1] if known else None)
