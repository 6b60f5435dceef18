"""What the contracts say of articles that the suppliers' own shops sell: one costs more there than was agreed."""

from __future__ import annotations

import sqlalchemy as sa

from gateway.sandbox.shopfront.goods import CONTRACT_PRICES, GOODS
from gateway.suppliers.supplier import Suppliers
from shop.tables import articles

_UNITS = {"EA": "C62", "BX": "XBX"}


def agree(conn: sa.Connection, suppliers: Suppliers) -> None:
    """Articles of our own range, for every supplier that keeps a shop."""
    rows = [
        {
            "supplier_id": supplier.id,
            "seller_id": goods.part,
            "name": goods.name,
            "description": goods.text,
            "unit": _UNITS.get(goods.unit, goods.unit),
            "price": CONTRACT_PRICES[goods.part],
            "vat": 25,
            "contract": supplier.contracts[0] if supplier.contracts else None,
            "category": supplier.category,
            "lead_days": goods.lead_days,
        }
        for supplier in suppliers
        if supplier.punchout
        for goods in GOODS
        if goods.part in CONTRACT_PRICES
    ]
    if rows:
        conn.execute(articles.insert(), rows)
