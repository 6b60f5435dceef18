"""Scans and undos that are sent more than once: done the first time, answered the same every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from hub import receiving
from hub.acts.form import Act
from hub.acts.once import answer_of, keep, once
from hub.answer import ScanResult
from hub.parcel import State

WITHDRAWN = "withdrawn"
_STANDING = frozenset({State.RECEIVED, State.UNKNOWN})


class Undone(msgspec.Struct, frozen=True):
    """Whether there was time left to; `kept` where a parcel stays, because somebody else has scanned it too."""

    undone: bool = False
    kept: bool = False


def take(
    conn: sa.Connection, act: Act, kind: str, who: str, now: datetime, do: Callable[[], ScanResult]
) -> ScanResult | None:
    """What `do` finds; what it found when this act was taken before. None where the act was taken back meanwhile.

    The answer is kept in the same transaction as the effect, so there is never one without the other.
    """
    if once(conn, act.id, kind, who, now, act.at):
        found = do()
        keep(conn, act.id, msgspec.to_builtins(found, enc_hook=str))
        return found
    return _heard(answer_of(conn, act.id)) if act.id else None


def take_back(conn: sa.Connection, act: Act, batch: UUID | None, of: UUID | None, who: str, now: datetime) -> Undone:
    """Takes back the step `batch`, or whatever the act `of` led to; whether there was time left to.

    An act that has not come yet is taken back for good: should it come later it has no effect. Two minutes are
    counted until the button was pressed, not until the network was back.
    """
    if not once(conn, act.id, "undo", who, now, act.at):
        kept = answer_of(conn, act.id) if act.id else None
        return msgspec.convert(kept, Undone) if kept else Undone()
    if of is not None:
        if once(conn, of, WITHDRAWN, who, now, act.at):
            return _told(conn, act, Undone(undone=True))
        found = _heard(answer_of(conn, of))
        batch = found.batch if found else None
    taken = receiving.undo(conn, batch, who, now, act.pressed(now)) if batch else ()
    return _told(conn, act, Undone(undone=bool(taken), kept=any(parcel.state in _STANDING for parcel in taken)))


def _told(conn: sa.Connection, act: Act, undone: Undone) -> Undone:
    keep(conn, act.id, msgspec.to_builtins(undone))
    return undone


def _heard(kept: dict[str, object] | None) -> ScanResult | None:
    """An answer as it was kept; None where there is none, or where the program has changed its shape since."""
    try:
        return msgspec.convert(kept, ScanResult) if kept else None
    except msgspec.ValidationError:
        return None
