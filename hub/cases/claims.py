"""Claims: made by a person or because it is agreed, told to the supplier, answered. In the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

import sqlalchemy as sa

from gateway.orders import book as orders
from gateway.workdays import working_day_after
from hub.cases import book, log
from hub.cases.book import Case
from hub.cases.decide import ACTIONS, ANSWER_DAYS, ANSWERS, CLAIMABLE
from hub.cases.tables import cases, claims
from hub.tables import parcel_reports, parcels
from web.figures import LOCAL

AGREED = "avrop"
"""Who makes the claims that nobody has to ask for."""


class Unclaimable(ValueError):
    """Why there is nothing to claim: `closed`, `kind`, `order`, `line`, `quantity`, `twice` or `wanted`."""


def make(
    conn: sa.Connection,
    case_id: UUID,
    wanted: str,
    who: str,
    now: datetime,
    *,
    line: str | None = None,
    quantity: Decimal | None = None,
    automatic: bool = False,
) -> str:
    """The claim's number. `line` and `quantity` complete a report that left them open. Raises `Unclaimable`."""
    case = book.get(conn, case_id, lock=True)
    if case is None:
        raise Unclaimable("closed")
    line, quantity = line or case.line, quantity or case.quantity
    content = next((one for one in case.parcel.contents if one.line == line), None)
    _check(case, wanted, content is not None, quantity, content.quantity if content else None)
    assert content is not None
    assert case.parcel.order_id is not None
    facts = {"line": line, "article": content.name, "quantity": quantity, "unit": content.unit}
    conn.execute(parcel_reports.update().where(parcel_reports.c.id == case.id).values(**facts))
    number = f"{case.parcel.order_number}-R{_next(conn, case.parcel.order_id)}"
    row = {"id": uuid4(), "case_id": case.id, "number": number, "wanted": wanted, "automatic": automatic}
    conn.execute(claims.insert().values(row | {"made_at": now, "made_by": who}))
    log.write(conn, [case.id], "claimed", who, now, number)
    return number


def _check(case: Case, wanted: str, has_line: bool, quantity: Decimal | None, most: Decimal | None) -> None:
    against = {
        "closed": case.closed_at is not None,
        "kind": case.kind not in CLAIMABLE,
        "order": case.parcel.order_id is None,
        "wanted": wanted not in ACTIONS,
        "twice": case.claim is not None,
        "line": not has_line,
        "quantity": quantity is None or quantity <= 0 or (most is not None and quantity > most),
    }
    if why := next((why for why, wrong in against.items() if wrong), ""):
        raise Unclaimable(why)


def _next(conn: sa.Connection, order_id: UUID) -> int:
    """Counted while the order is locked."""
    mine = claims.join(parcel_reports, parcel_reports.c.id == claims.c.case_id).join(parcels)
    count = sa.select(sa.func.count()).select_from(mine).where(parcels.c.order_id == order_id)
    found: int = conn.execute(count).scalar_one()
    return found + 1


def told(conn: sa.Connection, case_id: UUID, way: str, who: str, now: datetime, message_id: UUID | None = None) -> None:
    """The supplier knows of it, and has so many working days to answer."""
    mine = (claims.c.case_id == case_id) & claims.c.told_at.is_(None) & claims.c.answer.is_(None)
    changed = conn.execute(claims.update().where(mine).values(way=way, told_at=now, message_id=message_id))
    if changed.rowcount:
        due = working_day_after(now.astimezone(LOCAL).date(), ANSWER_DAYS)
        conn.execute(cases.update().where(cases.c.id == case_id).values(due=due))
        log.write(conn, [case_id], f"told_{way}", who, now)


def leave_to_person(conn: sa.Connection, case_id: UUID, why: str, now: datetime) -> None:
    """Nothing of ours reaches the supplier: somebody must call."""
    mine = (claims.c.case_id == case_id) & claims.c.told_at.is_(None) & claims.c.answer.is_(None)
    conn.execute(claims.update().where(mine).values(way="person"))
    log.write(conn, [case_id], "call_them", AGREED, now, why)


def answer(conn: sa.Connection, case: Case, said: str, who: str, now: datetime) -> bool:
    """What came of it, and the order's timeline hears it; False where no claim waits."""
    if said not in ANSWERS:
        raise ValueError(f"a claim ends as one of {', '.join(ANSWERS)}; found {said!r}")
    mine = (claims.c.case_id == case.id) & claims.c.answer.is_(None)
    ended = claims.update().where(mine).values(answer=said, answered_at=now, answered_by=who)
    number = conn.execute(ended.returning(claims.c.number)).scalar()
    if number is None:
        return False
    log.write(conn, [case.id], f"answer_{said}", who, now, number)
    if case.parcel.order_id is not None:
        detail = {"step": "claim", "what": said, "number": number}
        orders.record(conn, case.parcel.order_id, "note", who, now, detail)
    return True
