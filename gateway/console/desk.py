"""What console pages work with: the exchange of this program, and one way to do something and say how it went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from fastapi import HTTPException, Request

from gateway.console.expiries import Expiries
from gateway.exchange.office import Handlers, Office
from gateway.findings import Finding, Rejected
from gateway.rules.judge import Rules
from gateway.rules.pool import Limits, Pool
from gateway.suppliers.supplier import Supplier
from gateway.transports import TRANSPORTS
from web.dialects import dialects_of

Deed = Callable[[sa.Connection, str, datetime], Any]


def expiries_of(request: Request) -> Expiries:
    """The cache of what ends, one per program."""
    state = request.app.state
    if not hasattr(state, "expiries"):
        state.expiries = Expiries(TRANSPORTS)
    found: Expiries = state.expiries
    return found


def office_of(request: Request) -> Office:
    """The exchange as this program sees it. Official rules run in a process of their own, started when first needed."""
    state = request.app.state
    if not hasattr(state, "rules"):
        settings = state.settings
        limits = Limits(workers=1, seconds=settings.rules_seconds, memory=settings.rules_memory)
        state.rules = Rules(settings.rules_dir, Pool(limits))
    return Office(
        engine=state.engine,
        suppliers=state.suppliers,
        dialects=dialects_of(request),
        transports=TRANSPORTS,
        settings=state.settings,
        handlers=getattr(state, "handlers", Handlers()),
        rules=state.rules,
        clock=state.now,
    )


def supplier_of(request: Request, supplier_id: str) -> Supplier:
    """The supplier of an address, or 404."""
    found: Supplier | None = request.app.state.suppliers.get(supplier_id)
    if found is None:
        raise HTTPException(404)
    return found


def do(request: Request, deed: Deed) -> tuple[Any, tuple[Finding, ...]]:
    """Does it in one transaction as the viewer: what it gives, or why it was refused. 404 for what is not there."""
    state = request.app.state
    try:
        with state.engine.begin() as conn:
            return deed(conn, request.state.viewer.name, state.now()), ()
    except LookupError as error:
        raise HTTPException(404) from error
    except Rejected as rejected:
        return None, rejected.findings
