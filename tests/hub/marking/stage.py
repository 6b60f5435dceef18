"""What pages of labels need to show something: labels made at the dock, a supplier's own, and the link to them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from gateway.exchange.typed_advice import TypedAdvice
from gateway.orders.book import OrderRow
from gateway.suppliers.supplier import Suppliers
from hub import receiving
from hub.marking import links, sheets, theirs
from hub.marking.sheets import House

HOUSE = House("Exempelstads omlastningshubb", "7350001")


def labelled(conn: sa.Connection, suppliers: Suppliers, row: OrderRow | None, now: datetime) -> dict[str, str]:
    """Two parcels that the supplier of `row` labels and that are marked again: `link`, `their_sheet`, `sheet`."""
    supplier = suppliers.get(row.supplier_id) if row else None
    assert row is not None
    assert supplier is not None
    said = TypedAdvice(number=theirs.next_number(row, 0), parcels=2)
    own = theirs.make(conn, row, said, supplier, receiving.expect, HOUSE, now)
    again = sheets.make(conn, [one.id for one in sheets.called(conn, row.number)], HOUSE, "Dani Exempel", now)
    assert again is not None
    return {"link": links.token(conn, row.number, now), "their_sheet": str(own.id), "sheet": str(again.id)}
