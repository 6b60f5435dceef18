"""The way of an order as a picture: eight steps from placed to delivered, with who and when. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from gateway.orders.book import EventRow
from gateway.orders.lifecycle import PENDING, PROGRESS, Event, State
from shop.remarks import Remark
from web.languages import N_

DONE, NOW, STUCK, LATER = "done", "now", "stuck", "later"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step: `label` is a message id, `notes` when, who, or what is expected."""

    label: str
    state: str
    notes: tuple[Remark, ...] = ()


class _Stage(msgspec.Struct, frozen=True):
    """What the step is called, which events take it, and how far the order then is (`lifecycle.PROGRESS`)."""

    label: str
    events: tuple[Event, ...]
    progress: int


_ANSWERS = (Event.CONFIRMED, Event.CHANGED, Event.PROPOSED, Event.CLOSED_BY_HAND)
STAGES = (
    _Stage(N_("Placed"), (Event.PLACED,), 0),
    _Stage(N_("Approved"), (Event.APPROVED,), 1),
    _Stage(N_("Sent"), (Event.SENT, Event.CLOSED_BY_HAND), 2),
    _Stage(N_("Confirmed"), _ANSWERS, 4),
    _Stage(N_("On its way"), (Event.DESPATCHED,), 5),
    _Stage(N_("At the hub"), (Event.AT_HUB,), 6),
    _Stage(N_("On the van"), (Event.OUT,), 7),
    _Stage(N_("Delivered"), (Event.DELIVERED,), 8),
)
_HANDLED = frozenset({Event.AT_HUB, Event.OUT, Event.DELIVERED})
STOPPED = frozenset({State.HELD, State.REJECTED, State.CANCELLED})


def steps(
    state: State,
    events: Sequence[EventRow],
    names: dict[str, str],
    delivery: date | None,
    more: Mapping[Event, tuple[Remark, ...]] | None = None,
) -> tuple[Step, ...]:
    """The steps of an order. `names` shows people's names for their log-ins; `delivery` is the expected day.

    `more` is what else there is to say at a step, by its first event; a part may have come further than the whole.
    """
    reached, more = _reached(state, events), more or {}
    made = (_step(place, stage, state, reached, events, names, delivery) for place, stage in enumerate(STAGES))
    return tuple(
        msgspec.structs.replace(step, notes=(*step.notes, *more.get(stage.events[0], ())))
        for stage, step in zip(STAGES, made, strict=True)
    )


def _reached(state: State, events: Sequence[EventRow]) -> int:
    """The place of the last step taken. A rejected or pending order has come as far as it was before."""
    if state in (State.REJECTED, State.CANCELLED) or state in PENDING:
        before = [row.state for row in events if row.state not in STOPPED | PENDING]
        state = max(before, key=PROGRESS.__getitem__, default=State.AWAITING_APPROVAL)
    progress = PROGRESS[state]
    return max(place for place, stage in enumerate(STAGES) if stage.progress <= progress)


def _step(
    place: int,
    stage: _Stage,
    state: State,
    reached: int,
    events: Sequence[EventRow],
    names: dict[str, str],
    delivery: date | None,
) -> Step:
    taken = next((row for row in events if row.event in stage.events), None) if place <= reached else None
    if place == reached + 1 and state in STOPPED:
        return Step(label=stage.label, state=STUCK, notes=(_why_stopped(state),))
    if place > reached:
        notes = (Remark("%(day)s", {"day": delivery}),) if place == len(STAGES) - 1 and delivery else ()
        return Step(label=stage.label, state=LATER, notes=notes)
    last = place == len(STAGES) - 1
    if taken is None and not last and any(row.detail.get("in_store") for row in events):
        return Step(label=stage.label, state=DONE, notes=(Remark(N_("was not needed")),))
    shown = NOW if place == reached and not last and state not in STOPPED else DONE
    return Step(label=stage.label, state=shown, notes=_notes(stage, taken, names))


def _why_stopped(state: State) -> Remark:
    reasons = {State.HELD: N_("needs help"), State.REJECTED: N_("rejected"), State.CANCELLED: N_("cancelled")}
    return Remark(reasons[state])


def _notes(stage: _Stage, taken: EventRow | None, names: dict[str, str]) -> tuple[Remark, ...]:
    if taken is None:
        return (Remark(N_("was not needed")),) if Event.APPROVED in stage.events else ()
    notes = [Remark("%(at)s", {"at": taken.at})]
    if taken.actor in names or taken.event in _HANDLED:
        notes.append(Remark("%(who)s", {"who": names.get(taken.actor, taken.actor)}))
    if taken.event is Event.CHANGED:
        notes.append(Remark(N_("with changes")))
    if taken.event is Event.CLOSED_BY_HAND:
        notes.append(Remark(N_("by hand")))
    return tuple(notes)
