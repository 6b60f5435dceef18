"""What of each connection ends on a day (certificates, keys), read without connecting and kept for a while."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Expiry, Transport

SOON = timedelta(days=30)
"""How long before its end it is told."""

_FRESH = 900.0
_BUDGET = 0.25
"""Seconds that one page may spend on reading; who is not read by then is read by the next one."""


class Expiries:
    """A small cache, one per program; used from many threads, where at worst a file is read twice."""

    def __init__(self, transports: Mapping[str, Transport]) -> None:
        self._transports = transports
        self._known: dict[str, tuple[float, object, tuple[Expiry, ...]]] = {}

    def of(self, supplier: Supplier) -> tuple[Expiry, ...]:
        """Everything of this supplier's connection that ends, the first to end first."""
        read_at, settings, found = self._known.get(supplier.id, (0.0, None, ()))
        if settings is supplier.settings and time.monotonic() - read_at < _FRESH:
            return found
        transport = self._transports.get(supplier.transport)
        if transport is None or supplier.settings is None:
            return ()
        found = tuple(sorted(transport.expiries(supplier.settings), key=lambda one: one.ends))
        self._known[supplier.id] = (time.monotonic(), supplier.settings, found)
        return found

    def first_of_all(self, suppliers: Iterable[Supplier]) -> dict[str, Expiry]:
        """Of each supplier what ends first; those that the time did not suffice for are left out."""
        began, found = time.monotonic(), {}
        for supplier in suppliers:
            known = supplier.id in self._known
            if not known and time.monotonic() - began > _BUDGET:
                continue
            if ending := self.of(supplier):
                found[supplier.id] = ending[0]
        return found


def ends_soon(expiry: Expiry | None, now: datetime) -> bool:
    """Whether somebody must act on it."""
    return expiry is not None and expiry.ends < now + SOON
