"""Now and then: what has come is told to who sent it, and what is claimed goes along or after it.

Each order in a transaction of its own, with its row locked: a scan of the same order waits, and is told of the next
time. Killed anywhere, it goes on where it stopped, and nothing is told twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import receipts
from gateway.exchange.chores import Chore
from gateway.exchange.office import Office
from gateway.orders import book as orders
from hub.cases import book, claims
from hub.cases.book import MISTAKE, Case
from hub.cases.decide import CLAIMABLE
from hub.cases.delivery import delivery_of
from hub.cases.receipt import claim_of, receipt_of
from hub.cases.tables import receipts_told
from hub.tables import parcel_reports, parcels

EVERY: Final = timedelta(minutes=1)
GRACE: Final = timedelta(minutes=2)
"""As long as a report or a scan can be taken back."""
QUIET: Final = timedelta(minutes=15)
"""After the last parcel of a delivery: whoever opens a box afterwards must have time to say what is wrong."""
GIVEN_UP: Final = timedelta(days=1)
"""How long the rest of a delivery is waited for before it is told as missing."""
OLDEST: Final = timedelta(days=30)
_AT_ONCE: Final = 100

_DUE = sa.text("""
    WITH fresh AS (
        SELECT p.order_id, coalesce(p.advice, '') AS advice, max(p.received_at) AS last
        FROM parcels p
        WHERE p.received_at > :oldest AND p.order_id IS NOT NULL AND p.state IN ('received', 'out', 'delivered')
          AND NOT EXISTS (SELECT FROM receipts_told t WHERE t.order_id = p.order_id
                          AND t.advice = coalesce(p.advice, '') AND t.at >= p.received_at)
        GROUP BY 1, 2
    )
    SELECT order_id, advice FROM fresh
    WHERE last <= :quiet AND (last <= :given_up OR NOT EXISTS (
        SELECT FROM parcels m WHERE m.order_id = fresh.order_id AND coalesce(m.advice, '') = fresh.advice
          AND m.state = 'expected'))
    ORDER BY last LIMIT :most
""")
_AGREED = sa.text("""
    SELECT c.id, r.kind, p.supplier_id FROM cases c JOIN parcel_reports r ON r.id = c.id
    JOIN parcels p ON p.id = r.parcel_id
    WHERE r.closed_at IS NULL AND r.at <= :grace AND r.quantity IS NOT NULL AND r.line IS NOT NULL
      AND p.order_id IS NOT NULL AND r.kind = ANY(:kinds) AND p.supplier_id = ANY(:suppliers)
      AND NOT EXISTS (SELECT FROM claims WHERE claims.case_id = c.id)
    ORDER BY r.at LIMIT :most
""")
_AFTER = sa.text("""
    SELECT claims.case_id, t.number AS told, t.way, t.message_id, t.at, r.at AS reported_at FROM claims
    JOIN parcel_reports r ON r.id = claims.case_id JOIN parcels p ON p.id = r.parcel_id
    JOIN LATERAL (SELECT * FROM receipts_told t WHERE t.order_id = p.order_id AND t.advice = coalesce(p.advice, '')
                  ORDER BY t.at DESC LIMIT 1) t ON true
    WHERE claims.told_at IS NULL AND claims.answer IS NULL AND claims.way IS NULL
      AND (claims.automatic OR claims.made_at <= :grace)
      AND r.closed_at IS NULL
    ORDER BY claims.made_at LIMIT :most
""")


def tell(office: Office, now: datetime) -> None:
    """Claims that are agreed, receipts that are due, claims that came after them."""
    claim_what_is_agreed(office, now)
    with office.engine.connect() as conn:
        times = {"oldest": now - OLDEST, "quiet": now - QUIET, "given_up": now - GIVEN_UP}
        due = [(row.order_id, row.advice) for row in conn.execute(_DUE, times | {"most": _AT_ONCE})]
    for order_id, advice in due:
        with office.engine.begin() as conn:
            tell_receipt(conn, office, order_id, advice, now)
    with office.engine.connect() as conn:
        after = list(conn.execute(_AFTER, {"grace": now - GRACE, "most": _AT_ONCE}))
    for row in after:
        with office.engine.begin() as conn:
            tell_claim(conn, office, row, now)


CHORE: Final = Chore(name="receipts", every=EVERY, run=tell)


def claim_what_is_agreed(office: Office, now: datetime) -> None:
    agreed = {one.id: one.receiving for one in office.suppliers if one.receiving.claim}
    facts = {"grace": now - GRACE, "kinds": sorted(CLAIMABLE), "suppliers": sorted(agreed), "most": _AT_ONCE}
    with office.engine.begin() as conn:
        for row in list(conn.execute(_AGREED, facts)):
            said = agreed[row.supplier_id]
            if row.kind in said.claim:
                try:
                    claims.make(conn, row.id, said.want, claims.AGREED, now, automatic=True)
                except claims.Unclaimable:
                    continue  # more is said to be missing than was announced: a person must look


def tell_receipt(conn: sa.Connection, office: Office, order_id: UUID, number: str, now: datetime) -> None:
    """One delivery of one order."""
    orders.lock(conn, order_id)
    row, before = orders.get(conn, order_id), _told(conn, order_id, number)
    supplier = office.suppliers.get(row.supplier_id) if row else None
    if row is None or row.test:
        return
    facts: dict[str, Any] = {"order_id": order_id, "advice": number, "at": now}
    facts["number"] = f"{row.number}-M{_count(conn, order_id) + 1}"
    if supplier is None:
        why = "the supplier is not in suppliers.yaml any more"
        conn.execute(receipts_told.insert().values(facts | {"way": "none", "why": why}))
        return
    mine = _cases(conn, order_id, number)
    given = delivery_of(conn, office, row, supplier, number, facts["number"], mine, before, now)
    came = [one.received_at for one in given.parcels if one.received_at and one.id not in given.told]
    chosen = receipts.way_for(office, supplier, given.advice is not None)
    # Whoever answers advices gets one to answer: it often comes after the goods.
    waits = chosen.why == receipts.NO_ADVICE and came and max(came) > now - GIVEN_UP
    if not came or waits:
        return
    message_id = None
    if chosen.way != "none":
        always = supplier.receiving.want if chosen.way == "channel" else None
        advice = receipt_of(msgspec.structs.replace(given, always=always))
        if advice is not None:
            message_id = receipts.send(conn, advice, row, supplier, chosen.way, now)
            for case in mine:
                if case.claim is not None and case.claim.told_at is None:
                    claims.told(conn, case.id, chosen.way, claims.AGREED, now, message_id)
    facts |= {"way": chosen.way, "why": chosen.why, "message_id": message_id}
    conn.execute(receipts_told.insert().values(facts))


def tell_claim(conn: sa.Connection, office: Office, row: sa.Row[Any], now: datetime) -> None:
    """A claim that was made after its receipt was told. A channel has asked already for what it was told of."""
    case = book.get(conn, row.case_id, lock=True)
    if case is None or case.claim is None or case.claim.told_at or case.claim.way or case.parcel.order_id is None:
        return
    if row.way == "channel" and row.reported_at <= row.at and case.kind != "returned":
        claims.told(conn, case.id, "channel", claims.AGREED, now, row.message_id)
        return
    order = orders.get(conn, case.parcel.order_id)
    supplier = office.suppliers.get(order.supplier_id) if order else None
    if order is None or supplier is None:
        claims.leave_to_person(conn, case.id, "", now)
        return
    advice = case.parcel.advice or ""
    given = delivery_of(conn, office, order, supplier, advice, case.claim.number, [case], None, now)
    chosen = receipts.way_for(office, supplier, given.advice is not None)
    document = claim_of(given) if chosen.way != "none" else None
    if document is None:
        claims.leave_to_person(conn, case.id, chosen.why, now)
        return
    message_id = receipts.send(conn, document, order, supplier, chosen.way, now)
    claims.told(conn, case.id, chosen.way, claims.AGREED, now, message_id)


def _told(conn: sa.Connection, order_id: UUID, advice: str) -> datetime | None:
    mine = (receipts_told.c.order_id == order_id) & (receipts_told.c.advice == advice)
    found: datetime | None = conn.scalar(sa.select(sa.func.max(receipts_told.c.at)).where(mine))
    return found


def _count(conn: sa.Connection, order_id: UUID) -> int:
    count = sa.select(sa.func.count()).select_from(receipts_told).where(receipts_told.c.order_id == order_id)
    found: int = conn.execute(count).scalar_one()
    return found


def _cases(conn: sa.Connection, order_id: UUID, advice: str) -> tuple[Case, ...]:
    """The reports of this delivery that were not taken back."""
    about = (parcels.c.order_id == order_id) & (sa.func.coalesce(parcels.c.advice, "") == advice)
    kept = parcel_reports.c.outcome.is_distinct_from(MISTAKE) & (parcel_reports.c.kind != "unknown")
    ids = conn.scalars(sa.select(parcel_reports.c.id).join(parcels).where(about, kept))
    return book.of_reports(conn, list(ids))
