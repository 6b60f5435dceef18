"""Contracts as catalogues need them: currency, days, and which changes are so small that nobody needs to look."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shop.catalogue.tables import catalogue_terms
from shop.tables import contracts


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """One contract. The limits are per cent: of a price, and of how many articles stand."""

    supplier_id: str
    number: str
    name: str
    owner: str
    valid_from: date | None
    valid_to: date | None
    everybody: bool
    currency: str = "SEK"
    auto: bool = False
    price_percent: Decimal = Decimal(3)
    new_percent: Decimal = Decimal(5)
    gone_percent: Decimal = Decimal(5)


_OWN = ("currency", "auto", "price_percent", "new_percent", "gone_percent")
_SELECT = sa.select(contracts, *(catalogue_terms.c[name] for name in _OWN)).outerjoin(
    catalogue_terms,
    (catalogue_terms.c.supplier_id == contracts.c.supplier_id) & (catalogue_terms.c.number == contracts.c.number),
)


def terms_of(conn: sa.Connection, supplier_id: str, number: str) -> Terms | None:
    """The contract, None where nobody registered it."""
    mine = (contracts.c.supplier_id == supplier_id) & (contracts.c.number == number)
    row = conn.execute(_SELECT.where(mine)).first()
    return _terms(row) if row else None


def all_terms(
    conn: sa.Connection, *, supplier_id: str = "", owner: str = "", limit: int = 5000, offset: int = 0
) -> list[Terms]:
    """By supplier and number."""
    wanted = _SELECT.order_by(contracts.c.supplier_id, contracts.c.number).limit(limit).offset(offset)
    wanted = wanted.where(contracts.c.supplier_id == supplier_id) if supplier_id else wanted
    wanted = wanted.where(contracts.c.owner == owner) if owner else wanted
    return [_terms(row) for row in conn.execute(wanted)]


def save(conn: sa.Connection, terms: Terms) -> None:
    """The contract as it is said here, new or changed."""
    row = {name: getattr(terms, name) for name in contracts.columns.keys()}  # noqa: SIM118 - a collection, no dict
    _put(conn, contracts, row)
    _put(conn, catalogue_terms, {name: getattr(terms, name) for name in ("supplier_id", "number", *_OWN)})


def _put(conn: sa.Connection, table: sa.Table, row: dict[str, Any]) -> None:
    rest = {name: value for name, value in row.items() if name not in {"supplier_id", "number"}}
    put = insert(table).values(**row)
    conn.execute(put.on_conflict_do_update(index_elements=["supplier_id", "number"], set_=rest))


def _terms(row: Any) -> Terms:
    return Terms(**{name: value for name, value in row._mapping.items() if value is not None or name[:5] == "valid"})
