"""A request with quotes and a requisition, for the look at every page."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from gateway.suppliers.supplier import Suppliers
from shop import units
from shop.requests import asking, papers, quoting, requisitions
from shop.requests.asking import Kind, Wish
from shop.requests.events import What, tell
from shop.requests.quoting import Quote
from shop.requests.requisitions import Paper


def asked_for(conn: sa.Connection, suppliers: Suppliers, now: datetime) -> dict[str, str]:
    """The numbers that addresses are filled in with: `request` has a quote below and one above its ceiling."""
    unit = units.get(conn, "unit-0001")
    assert unit is not None
    facts: dict[str, Any] = {"kind": Kind.GOODS, "title": "Runt bord för sex små barn", "description": "Björk, 90 cm."}
    facts |= {"quantity": Decimal(2), "measure": "C62", "wanted_from": None, "wanted": now.date() + timedelta(days=20)}
    wish = Wish(**facts, ceiling=Decimal(3000), category="furniture", supplier_id=None, contract=None)
    kept = asking.write(conn, uuid4(), unit.id, "kim", wish, now)
    papers.keep(conn, kept.id, unit.id, [papers.looked_at("skiss.pdf", b"%PDF-1.4\n%%EOF\n")], "kim", now)
    asking.ask(conn, kept.id, "kim", now)
    asking.take(conn, kept.id, "pia", now)
    tell(conn, kept.id, "pia", What.SAID, now, "Går det med ek i stället?")
    sellers = [one for one in suppliers if one.contracts]
    for seller, price in zip(sellers, (1200, 1999), strict=False):
        said: dict[str, Any] = {"request_id": kept.id, "reference": "OFF-77", "offered": "Bord Lek, Ø 90", "note": ""}
        said |= {"quantity": Decimal(2), "measure": "C62", "price": Decimal(price), "vat": Decimal(25), "lead_days": 9}
        said |= {"valid_until": now.date() + timedelta(days=30), "contract": seller.contracts[0], "at": now}
        quoting.register(conn, Quote(id=uuid4(), supplier_id=seller.id, registered_by="pia", **said), now)
    paper = Paper(
        supplier_id=sellers[0].id,
        contract=sellers[0].contracts[0],
        category=sellers[0].category,
        purpose="Färg till staketet",
        holder="Nils Målare",
        ceiling=Decimal(1000),
        valid_to=now.date() + timedelta(days=14),
    )
    made = requisitions.issue(conn, uuid4(), unit, "kim", paper, now)
    return {"request": kept.number, "requisition": made.number}
