"""Suppliers: all of them by health, one of them, and what a person does with its lane."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.console import health, lookup, traffic, words
from gateway.console.desk import do, expiries_of, supplier_of
from gateway.console.expiries import ends_soon
from gateway.console.health import Facts
from gateway.exchange import alarms, halting, journal
from gateway.exchange.tables import revisions, selftests
from gateway.findings import Finding
from gateway.orders.lifecycle import State
from gateway.orders.tables import orders
from gateway.suppliers.shown import settings_of
from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Expiry
from web.access import ADMIN, allow
from web.pages import redirect, render

router = APIRouter()
SHOWN, AT_FIRST = 50, 8
_NEVER = datetime.max.replace(tzinfo=UTC)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list."""

    supplier: Supplier
    facts: Facts
    health: str
    ends: Expiry | None
    ends_soon: bool


SORTS: dict[str, Callable[[Row], Any]] = {
    "health": lambda row: (health.severity(row.health), row.supplier.name.casefold()),
    "name": lambda row: row.supplier.name.casefold(),
    "waiting": lambda row: -row.facts.waiting,
    "oldest": lambda row: row.facts.oldest or _NEVER,
    "sent": lambda row: row.facts.sent_at or _LONG_AGO,
    "came": lambda row: row.facts.came_at or _LONG_AGO,
    "ends": lambda row: row.ends.ends if row.ends else _NEVER,
    "owner": lambda row: (row.supplier.owner, row.supplier.name.casefold()),
}
"""By what the list can be sorted, what needs somebody first."""


@router.get("/console/suppliers")
@allow(ADMIN)
def supplier_list(
    request: Request, q: str = "", health_is: str = "", owner: str = "", sort: str = "health", page: int = 1
) -> Response:
    """The wall; under it those that somebody looks for, else those that need somebody."""
    state = request.app.state
    suppliers, now, sort = state.suppliers.as_of_now(), state.now(), sort if sort in SORTS else "health"
    with state.engine.connect() as conn:
        facts = health.facts_of_all(conn, now)
    judged = {one.id: health.judge(one, facts.get(one.id, Facts())) for one in suppliers}
    narrowed = bool(q.strip() or owner or health_is in words.HEALTH or sort != "health")
    chosen = {health_is} if health_is in words.HEALTH else set(words.HEALTH) if narrowed else {"bad", "paused", "wait"}
    listed = lookup.named(suppliers, q) if q.strip() else list(suppliers)
    listed = [one for one in listed if judged[one.id] in chosen and owner in {"", one.owner}]
    ends = expiries_of(request).first_of_all(listed)
    rows = [_row(one, facts.get(one.id, Facts()), judged[one.id], ends.get(one.id), now) for one in listed]
    rows.sort(key=SORTS[sort])
    size, page = SHOWN if narrowed else AT_FIRST, max(page, 1)
    context: dict[str, Any] = {"judged": judged, "counts": Counter(judged.values()), "count": len(rows)}
    context |= {"rows": rows[(page - 1) * size : page * size], "page": page, "pages": -(-len(rows) // size)}
    context |= {"q": q, "health_is": health_is, "owner": owner, "sort": sort, "words": words, "narrowed": narrowed}
    context |= {"owners": sorted({one.owner for one in suppliers}), "suppliers": suppliers}
    context |= {"findings": suppliers.findings, "refused": suppliers.refused}
    return render(request, "console/suppliers.html", context)


@router.get("/console/suppliers/{supplier_id}")
@allow(ADMIN)
def supplier_page(request: Request, supplier_id: str, did: str = "") -> Response:
    """What we know of it, how it is reached, how its lane stands, and what went last."""
    return _page(request, supplier_of(request, supplier_id), did=did if did in words.LANE_DEEDS else "")


@router.post("/console/suppliers/{supplier_id}/pause")
@allow(ADMIN)
def pause(request: Request, supplier_id: str) -> Response:
    """Nothing more is sent until somebody resumes."""
    return _lane(request, supplier_id, halting.pause, "pause")


@router.post("/console/suppliers/{supplier_id}/resume")
@allow(ADMIN)
def resume(request: Request, supplier_id: str) -> Response:
    """It sends again."""
    return _lane(request, supplier_id, halting.resume, "resume")


@router.post("/console/suppliers/{supplier_id}/wake")
@allow(ADMIN)
def wake(request: Request, supplier_id: str) -> Response:
    """It tries now."""
    return _lane(request, supplier_id, halting.wake, "wake")


def _lane(request: Request, supplier_id: str, deed: Callable[..., object], did: str) -> Response:
    supplier = supplier_of(request, supplier_id)
    _, problems = do(request, lambda conn, who, now: deed(conn, supplier.id, who, now))
    if problems:
        return _page(request, supplier, problems=problems)
    return redirect(request, f"/console/suppliers/{supplier.id}?did={did}")


def _page(request: Request, supplier: Supplier, *, did: str = "", problems: tuple[Finding, ...] = ()) -> Response:
    state, now = request.app.state, request.app.state.now()
    with state.engine.connect() as conn:
        facts = health.facts_of_all(conn, now).get(supplier.id, Facts())
        latest = journal.recent(conn, supplier_id=supplier.id, limit=20)
        days = traffic.of_supplier(conn, supplier.id, now)
        context: dict[str, Any] = {"supplier": supplier, "facts": facts, "latest": latest, "days": days}
        context["numbers"] = lookup.order_numbers(conn, (message.order_id for message in latest))
        context["alarms"] = alarms.open_alarms(conn, supplier.id)
        context |= _records(conn, supplier.id)
    ending = expiries_of(request).of(supplier)
    context |= {"health": health.judge(supplier, facts), "settings": list(settings_of(supplier)), "words": words}
    context |= {"ending": [(one, ends_soon(one, now)) for one in ending], "chart": traffic.chart(days)}
    return render(request, "console/supplier.html", context, 422 if problems else 200, did=did, problems=problems)


def _records(conn: sa.Connection, supplier_id: str) -> dict[str, Any]:
    """Orders without an answer, the last self-tests, and the settings that messages have left with."""
    waiting = (orders.c.supplier_id == supplier_id) & (orders.c.state == State.SENT.value) & ~orders.c.test
    tests = sa.select(selftests).where(selftests.c.supplier_id == supplier_id).order_by(selftests.c.began_at.desc())
    known = sa.select(revisions.c.digest, revisions.c.at, revisions.c.settings)
    known = known.where(revisions.c.supplier_id == supplier_id).order_by(revisions.c.at.desc())
    return {
        "unanswered": list(conn.scalars(sa.select(orders.c.number).where(waiting).limit(SHOWN))),
        "selftests": conn.execute(tests.limit(3)).all(),
        "revisions": conn.execute(known.limit(5)).all(),
    }


def _row(supplier: Supplier, facts: Facts, judged: str, ends: Expiry | None, now: datetime) -> Row:
    return Row(supplier=supplier, facts=facts, health=judged, ends=ends, ends_soon=ends_soon(ends, now))
