"""Invented lists for the demo's coding.yaml: every cost centre and activity that its units have, and a few accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from shop.approving import coding_lists
from shop.approving.coding import Entry
from shop.tables import units

_ACCOUNTS: Final = {
    "6410": "Möbler och inredning",
    "6450": "Kontorsmaterial",
    "6460": "Förbrukningsmaterial",
    "6471": "Livsmedel",
    "6541": "Datorer och tillbehör",
    "7310": "Projektmaterial",
}


def seed_lists(conn: sa.Connection, now: datetime) -> None:
    """Lists for ansvar, verksamhet, konto and projekt, as the controller would have read them in."""
    found = conn.execute(sa.select(units.c.name, units.c.accounting_cost).order_by(units.c.id)).all()
    centres: dict[str, str] = {}
    for row in found:
        centres.setdefault(row.accounting_cost.split("-")[0], row.name)
    activities = {str(number): f"Verksamhet {number}" for number in range(400, 460)}
    projects = {str(number): f"Projekt {number}" for number in range(70_001, 70_011)}
    lists = {"ansvar": centres, "verksamhet": activities, "konto": _ACCOUNTS, "projekt": projects}
    for dimension, values in lists.items():
        entries = [Entry(value, name) for value, name in sorted(values.items())]
        coding_lists.load(conn, dimension, entries, f"{dimension}.csv", "cleo", now)
