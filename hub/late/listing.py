"""What was announced and has not come, order by order: late, partly missing, due today, or on its way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from hub import decide, store
from hub.late.tables import late_answers
from hub.parcel import Parcel, State
from hub.tables import facts, parcels

MOST: Final = 300
_COME: Final = frozenset({State.RECEIVED, State.OUT, State.DELIVERED})


class Standing(StrEnum):
    """`missing`: the rest of the advice has come. `late`: nothing of it has. Both are past their day."""

    MISSING = "missing"
    LATE = "late"
    TODAY = "today"
    COMING = "coming"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplier said when it was asked; `due` is the new day that it promised."""

    order_id: UUID
    who: str
    text: str = ""
    due: date | None = None


class Awaited(msgspec.Struct, frozen=True, kw_only=True):
    """One order's boxes of one advice that have not come; `come` of `of` have. `days` are past `due`."""

    standing: Standing
    order_id: UUID
    order_number: str
    supplier_id: str
    supplier_name: str
    unit_name: str
    lane: str
    advice: str
    due: date
    parcels: tuple[Parcel, ...]
    come: int = 0
    of: int = 0
    days: int = 0
    answer: Answer | None = None


def awaited(conn: sa.Connection, today: date, until: date | None = None) -> list[Awaited]:
    """What is past its day or due until `until` (today): what is longest late first, at most `MOST` orders."""
    open_ones = (parcels.c.state == State.EXPECTED.value) & (parcels.c.due <= (until or today)) & ~store.ENDED
    first = sa.select(parcels.c.order_id).where(open_ones).group_by(parcels.c.order_id)
    ids = list(conn.scalars(first.order_by(sa.func.min(parcels.c.due), parcels.c.order_id).limit(MOST)))
    rows = store.find(conn, parcels.c.order_id.in_(ids)) if ids else ()
    return listed(rows, answers(conn, ids), today)


def listed(rows: Sequence[Parcel], said: Mapping[UUID, Answer], today: date) -> list[Awaited]:
    """The same from all parcels of the orders. Pure."""
    groups: dict[tuple[UUID, str], list[Parcel]] = {}
    for box in decide.boxes(rows):
        if box.order_id:
            groups.setdefault((box.order_id, box.advice or ""), []).append(box)
    found = [_awaited(mine, said, today) for mine in groups.values() if any(_waits(box) for box in mine)]
    return sorted(found, key=lambda one: (one.due, one.supplier_name, one.order_number))


def coming(conn: sa.Connection, today: date) -> list[tuple[date, int]]:
    """How many boxes are awaited each day after today."""
    wanted = sa.select(parcels.c.due, sa.func.count(parcels.c.key.distinct())).where(
        parcels.c.state == State.EXPECTED.value, parcels.c.due > today, ~parcels.c.pallet, ~store.ENDED
    )
    return [(row[0], row[1]) for row in conn.execute(wanted.group_by(parcels.c.due).order_by(parcels.c.due).limit(14))]


def answers(conn: sa.Connection, order_ids: Iterable[UUID]) -> dict[UUID, Answer]:
    """The last answer about each of the orders."""
    wanted = sa.select(*late_answers.c["order_id", "who", "text", "due"])
    rows = conn.execute(wanted.where(late_answers.c.order_id.in_(list(order_ids))).order_by(late_answers.c.id))
    return {row.order_id: msgspec.convert(facts(row), Answer) for row in rows}


def _waits(box: Parcel) -> bool:
    return box.state is State.EXPECTED


def _awaited(mine: list[Parcel], said: Mapping[UUID, Answer], today: date) -> Awaited:
    open_ones = tuple(box for box in mine if _waits(box))
    one = open_ones[0]
    due = min((box.due for box in open_ones if box.due), default=today)
    come = sum(box.state in _COME for box in mine)
    assert one.order_id is not None
    return Awaited(
        standing=_standing(due, come, today),
        order_id=one.order_id,
        order_number=one.order_number or "",
        supplier_id=one.supplier_id or "",
        supplier_name=one.supplier_name or "",
        unit_name=one.unit_name or "",
        lane=one.lane or "",
        advice=one.advice or "",
        due=due,
        parcels=open_ones,
        come=come,
        of=len(mine),
        days=max((today - due).days, 0),
        answer=said.get(one.order_id),
    )


def _standing(due: date, come: int, today: date) -> Standing:
    if due < today:
        return Standing.MISSING if come else Standing.LATE
    return Standing.TODAY if due == today else Standing.COMING
