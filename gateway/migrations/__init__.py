"""How the tables came to be, version by version. After changing one: `python -m gateway.migrations.draft "why"`."""

from __future__ import annotations

import importlib

import sqlalchemy as sa

from gateway.database import metadata

ROOMS = ("gateway.orders", "gateway.exchange", "web", "shop", "hub")
"""Named, not imported: floors point downwards. A room's tables may point at those of the rooms before it."""


def all_tables() -> sa.MetaData:
    """The metadata with every room's tables on it."""
    for room in ROOMS:
        importlib.import_module(f"{room}.tables")
    return metadata


def tables_of(room: str) -> set[str]:
    """The names of the tables that this room declares."""
    earlier: set[str] = set()
    for name in ROOMS:
        declared = vars(importlib.import_module(f"{name}.tables")).values()
        own = {table.name for table in declared if isinstance(table, sa.Table)} - earlier
        if name == room:
            return own
        earlier |= own
    raise LookupError(f"no room is called {room!r}; the rooms are {', '.join(ROOMS)}")
