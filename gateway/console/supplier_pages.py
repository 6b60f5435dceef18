"""Suppliers: all of them by health, and one of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec
from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from gateway.console import health, lookup, words
from gateway.console.health import Facts
from gateway.exchange import journal
from gateway.orders.lifecycle import State
from gateway.orders.tables import orders
from gateway.suppliers.supplier import Supplier
from web.access import ADMIN, allow
from web.pages import render

router = APIRouter()
SHOWN, AT_FIRST = 100, 8
_SECRET = re.compile(r"(?:.*_)?(?:password|passphrase|secret|token|private_key|api_key)")
_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:.+")


@router.get("/console/suppliers")
@allow(ADMIN)
def supplier_list(request: Request, q: str = "", health_is: str = "") -> Response:
    """The wall; under it those that somebody looks for, else those that need somebody."""
    state = request.app.state
    with state.engine.begin() as conn:
        facts = health.facts_of_all(conn, state.now())
    judged = {one.id: health.judge(one, facts.get(one.id, Facts())) for one in state.suppliers}
    found = lookup.named(state.suppliers, q) if q.strip() else list(state.suppliers)
    chosen = {health_is} if health_is in words.HEALTH else set(words.HEALTH) if q.strip() else {"bad", "wait"}
    found = [one for one in found if judged[one.id] in chosen]
    found.sort(key=lambda one: (health.severity(judged[one.id]), one.name.casefold()))
    shown = SHOWN if q.strip() or health_is in words.HEALTH else AT_FIRST
    context = {"facts": facts, "judged": judged, "counts": Counter(judged.values()), "found": found[:shown]}
    context |= {"more": len(found) - shown, "q": q, "health_is": health_is, "words": words, "nothing": Facts()}
    context |= {"suppliers": state.suppliers, "findings": state.suppliers.findings}
    return render(request, "console/suppliers.html", context)


@router.get("/console/suppliers/{supplier_id}")
@allow(ADMIN)
def supplier_page(request: Request, supplier_id: str) -> Response:
    """What we know of it, how it is reached, and what went last."""
    state = request.app.state
    supplier = state.suppliers.get(supplier_id)
    if supplier is None:
        raise HTTPException(404)
    with state.engine.begin() as conn:
        facts = health.facts_of_all(conn, state.now()).get(supplier_id, Facts())
        latest = journal.recent(conn, supplier_id=supplier_id, limit=20)
        numbers = lookup.order_numbers(conn, (message.order_id for message in latest))
        waiting = (orders.c.supplier_id == supplier_id) & (orders.c.state == State.SENT.value) & ~orders.c.test
        unanswered = list(conn.scalars(orders.select().with_only_columns(orders.c.number).where(waiting).limit(SHOWN)))
    context = {"supplier": supplier, "facts": facts, "health": health.judge(supplier, facts), "latest": latest}
    context |= {"numbers": numbers, "unanswered": unanswered, "settings": list(settings_of(supplier)), "words": words}
    return render(request, "console/supplier.html", context)


def settings_of(supplier: Supplier) -> Iterator[tuple[str, str, bool]]:
    """The transport's settings as (name, value, is secret). A secret shows where it is kept, never what it is."""
    if supplier.settings is None:
        return
    for name, value in msgspec.structs.asdict(supplier.settings).items():
        secret = _SECRET.fullmatch(name) is not None
        if value not in ("", None):
            yield name, _shown(value, secret), secret


def _shown(value: Any, secret: bool) -> str:
    text = str(value)
    if secret:
        return text if _REFERENCE.fullmatch(text) else ""
    parts = urlsplit(text) if "://" in text else None
    if parts is not None and "@" in parts.netloc:
        return urlunsplit(parts._replace(netloc=parts.netloc.rsplit("@", 1)[1]))
    return text
