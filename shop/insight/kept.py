"""Figures that take long are kept in memory while the purchases stay what they are: the same question, the same answer.

Each change of `purchases` leaves a new mark in `purchase_mark.generation`, so that no process shows figures of before.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar
from uuid import UUID

import sqlalchemy as sa

from shop.insight.asked import Asked
from shop.insight.tables import purchase_mark

Figures = TypeVar("Figures")
_MOST: Final = 300
_KEPT: dict[tuple[UUID, str, Asked], Any] = {}
_LOCK: Final = threading.Lock()


def kept(conn: sa.Connection, asked: Asked, make: Callable[[sa.Connection, Asked], Figures]) -> Figures:
    """What `make` says of these choices; the oldest answers go first where there are many."""
    generation = conn.execute(sa.select(purchase_mark.c.generation)).scalar()
    if generation is None:
        return make(conn, asked)
    key = (generation, f"{make.__module__}.{make.__qualname__}", asked)
    with _LOCK:
        if key in _KEPT:
            found: Figures = _KEPT[key]
            return found
    found = make(conn, asked)
    with _LOCK:
        _KEPT[key] = found
        while len(_KEPT) > _MOST:
            del _KEPT[next(iter(_KEPT))]
    return found
