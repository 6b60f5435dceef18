"""Which way an order can still be changed or cancelled: here, by asking the supplier, by telling them, or none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from gateway.exchange import documents, rewriting
from gateway.exchange.rewriting import Where
from gateway.formats import Dialect
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import OPEN_TO_CHANGE, PENDING, PROGRESS, TERMINAL, State
from gateway.suppliers.supplier import Supplier
from shop.remarks import Remark
from web.languages import N_


class Kind(StrEnum):
    """`here`: nobody outside has it; `ask`: the supplier takes changes; `tell`: by telephone; `no`: too late."""

    HERE = "here"
    ASK = "ask"
    TELL = "tell"
    NO = "no"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """The way, and in words what it means; `later`: it may be open in a little while."""

    kind: Kind
    why: Remark
    later: bool = False

    @property
    def open(self) -> bool:
        """Whether it is done from the page."""
        return self.kind in (Kind.HERE, Kind.ASK)


def way_of(
    conn: sa.Connection, row: OrderRow, supplier: Supplier | None, dialects: Mapping[str, Dialect], now: datetime
) -> Way:
    """How the order can be changed or cancelled as it stands."""
    where = rewriting.where(conn, row, now)
    takes = supplier is not None and documents.takes_changes(dialects.get(supplier.dialect))
    return choose(row, where, takes)


def choose(row: OrderRow, where: Where, takes_changes: bool) -> Way:
    """The same out of what is known. Pure."""
    seller = {"supplier": row.order.seller.name or row.supplier_id}
    if where is Where.HERE:
        text = N_("The order has not left us yet: it is changed or withdrawn here, and nobody is asked.")
        return Way(kind=Kind.HERE, why=Remark(text))
    if row.state in TERMINAL:
        return Way(kind=Kind.NO, why=Remark(N_("The order has ended: nothing can be changed any more.")))
    if where is Where.LEAVING and not takes_changes:
        text = N_("The order is on its way out at this very moment. Look again in a minute.")
        return Way(kind=Kind.NO, why=Remark(text), later=True)
    if row.state in PENDING:
        text = N_("%(supplier)s has not answered what was asked before. One thing is asked at a time.")
        return Way(kind=Kind.NO, why=Remark(text, seller), later=True)
    if PROGRESS[row.state] >= PROGRESS[State.DESPATCHED]:
        text = N_("The goods have left %(supplier)s. What you do not want you say no to when it comes: mark it then.")
        return Way(kind=Kind.NO, why=Remark(text, seller))
    if takes_changes and row.state in OPEN_TO_CHANGE:
        text = N_("%(supplier)s has the order and is asked. Until they answer it stands as it is.")
        return Way(kind=Kind.ASK, why=Remark(text, seller))
    text = N_("%(supplier)s has the order and takes no changes from us: tell them by telephone or e-mail.")
    return Way(kind=Kind.TELL, why=Remark(text, seller))
