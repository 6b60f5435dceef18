"""What happens at a door: goods are handed over, or nobody takes them; and both can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from gateway.orders import book
from hub import departing, receiving, reports
from hub.decide import UNDO_WINDOW
from hub.handing import door, records, runs
from hub.handing.door import Fate, Problem, Said, Visit, Why
from hub.handing.records import Delivery
from hub.handing.runs import OUT, Run, Stop
from hub.parcel import Parcel
from web.languages import N_

NOT_OUT = N_("The van has not left the hub yet, or is home already.")
NO_STOP = N_("There is no such stop any more: the run was planned anew.")
NO_PHOTO = N_("That is not a photo that can be read. Take it once more, or let the receiver sign.")
_REPORTED = {Fate.DAMAGED: "damaged", Fate.BROKEN: "damaged", Fate.MISSING: "short"}
"""How the dock's people hear of what was wrong at the door."""


class Refused(Exception):
    """Nothing was done; `problems` say why, each with its field."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(message for _, message in problems))
        self.problems = problems


def hand(
    conn: sa.Connection, stop_id: UUID, said: Said, who: str, now: datetime, at: datetime | None, act: UUID | None
) -> Delivery:
    """Hands over at a stop as the driver said it. Raises Refused, after which the caller must roll back."""
    run, stop = _standing(conn, stop_id)
    visit, problems = door.judge([parcel.id for parcel in stop.on_the_van], said)
    if visit is None:
        raise Refused(*problems)
    when = door.moment(at, now, run.left_at)
    delivery_id = act or uuid4()
    batch = _moved(conn, delivery_id, run, visit, who, when)
    outcome = "handed" if visit.taken else "failed"
    proof = {"receiver": visit.receiver, "signed": visit.signed, "signature": visit.signature} if visit.taken else {}
    reason = None if visit.taken else Why.REFUSED.value
    told = {"driver": who, "at": when, "batch": batch, "text": visit.text, "outcome": outcome, "reason": reason}
    records.write(conn, delivery_id, run, stop, visit.fates, visit.scanned, now, **told | proof)
    _photographed(conn, delivery_id, visit.photos, who, now)
    runs.mark(conn, stop.id, outcome, when, visit.text or reason)
    _tell_what_was_wrong(conn, stop.on_the_van, visit, who, when)
    return _kept(conn, delivery_id)


def fail(
    conn: sa.Connection,
    stop_id: UUID,
    why: str,
    text: str,
    pictures: Sequence[bytes],
    who: str,
    now: datetime,
    at: datetime | None,
    act: UUID | None,
) -> Delivery:
    """Nobody takes the goods at a stop: they stay on the van. Raises Refused."""
    run, stop = _standing(conn, stop_id)
    if why not in set(Why):
        raise Refused(("why", N_("Choose why it could not be handed over.")))
    text, when = " ".join(text.split())[: door.LONGEST_TEXT], door.moment(at, now, run.left_at)
    if why == Why.OTHER and not text:
        raise Refused(("fail-text", N_("Write in a few words what happened.")))
    fates = dict.fromkeys((parcel.id for parcel in stop.on_the_van), Fate.UNDELIVERED)
    delivery_id = act or uuid4()
    told = {"driver": who, "at": when, "text": text, "outcome": "failed", "reason": why}
    records.write(conn, delivery_id, run, stop, fates, (), now, **told)
    _photographed(conn, delivery_id, pictures[: door.MOST_PHOTOS], who, now)
    runs.mark(conn, stop.id, "failed", when, text or why)
    for order_id, labels in _by_order(stop.on_the_van).items():
        detail = {"step": "not_delivered", "reason": why, "labels": labels} | ({"text": text} if text else {})
        book.record(conn, order_id, "note", who, when, detail)
    return _kept(conn, delivery_id)


def undo(conn: sa.Connection, delivery_id: UUID, who: str, now: datetime) -> bool:
    """Takes a visit back while that can be done: the parcels are on the van again, the stop is open."""
    known = records.get(conn, delivery_id)
    found = runs.of_stop(conn, known.stop_id, lock=True) if known and known.stop_id else None
    known = records.get(conn, delivery_id) if found else None
    if known is None or found is None or known.undone_at or found[0].state != OUT or now - known.at > UNDO_WINDOW:
        return False
    if known.batch and not receiving.undo(conn, known.batch, who, now):
        return False
    records.set_undone(conn, delivery_id, now)
    _withdraw_reports(conn, known, who, now)
    runs.mark(conn, found[1].id, "open", None)
    return True


def _withdraw_reports(conn: sa.Connection, taken_back: Delivery, who: str, now: datetime) -> None:
    """What was wrong at the door was not, after all: nobody needs to look."""
    wrong = taken_back.with_fate(*_REPORTED)
    for report, _ in reports.open_reports(conn, of=wrong) if wrong else ():
        if report.at == taken_back.at and report.who == taken_back.driver:
            reports.close(conn, report.id, who, "undone", now)


def reopen(conn: sa.Connection, stop_id: UUID) -> bool:
    """The driver tries a stop once more where parcels of it still are on the van."""
    _, stop = _standing(conn, stop_id)
    if not stop.on_the_van:
        return False
    runs.mark(conn, stop.id, "open", None)
    return True


def _standing(conn: sa.Connection, stop_id: UUID) -> tuple[Run, Stop]:
    """The stop of a van that is out, locked against whoever sends the same at this moment."""
    found = runs.of_stop(conn, stop_id, lock=True)
    if found is None:
        raise Refused(("stop", NO_STOP))
    if found[0].state != OUT:
        raise Refused(("stop", NOT_OUT))
    return found


def _moved(conn: sa.Connection, delivery_id: UUID, run: Run, visit: Visit, who: str, when: datetime) -> UUID | None:
    if not visit.taken:
        return None
    detail: dict[str, Any] = {"proof": str(delivery_id), "van": run.van, "photos": len(visit.photos)}
    detail |= {"signed": visit.signed} if visit.signed else {}
    return departing.deliver(conn, visit.taken, who, visit.receiver or "", when, detail).batch


def _photographed(conn: sa.Connection, delivery_id: UUID, pictures: Sequence[bytes], who: str, now: datetime) -> None:
    try:
        records.keep_photos(conn, delivery_id, pictures, who, now)
    except ValueError as error:
        raise Refused(("photo", NO_PHOTO)) from error


def _tell_what_was_wrong(
    conn: sa.Connection, on_the_van: Sequence[Parcel], visit: Visit, who: str, when: datetime
) -> None:
    """The dock's people get a report of what was broken or missing; orders hear of what was refused."""
    refused = [parcel for parcel in on_the_van if visit.fates[parcel.id] is Fate.REFUSED]
    for order_id, labels in _by_order(refused).items():
        detail: dict[str, Any] = {"step": "refused", "labels": labels}
        book.record(conn, order_id, "note", who, when, detail | ({"text": visit.text} if visit.text else {}))
    for parcel in on_the_van:
        if kind := _REPORTED.get(visit.fates[parcel.id]):
            reports.report(conn, parcel.id, kind, who, when, text=visit.text)


def _by_order(chosen: Sequence[Parcel]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    for parcel in chosen:
        if parcel.order_id:
            found.setdefault(parcel.order_id, []).append(parcel.sscc or parcel.key)
    return found


def _kept(conn: sa.Connection, delivery_id: UUID) -> Delivery:
    kept = records.get(conn, delivery_id)
    assert kept is not None
    return kept
