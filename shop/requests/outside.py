"""An order that somebody made by telephone or e-mail, registered afterwards under a number of ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.exchange.outside import Purchase, enter
from gateway.orders import book
from gateway.settings import Municipality
from gateway.suppliers.supplier import Supplier
from shop.articles import COLUMNS, Article
from shop.document import Terms, Wanted, build_order
from shop.requests.tables import outside_orders
from shop.tables import articles, unit_members, units
from shop.units import Unit
from web.figures import LOCAL
from web.tables import users


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """One registered purchase. `id` came with the form; `placed_by` is who bought, `who` registers."""

    id: UUID
    supplier: Supplier
    unit: Unit
    placed_by: str
    who: str
    lines: tuple[Wanted, ...]
    terms: Terms
    purchase: Purchase


def register(conn: sa.Connection, bought: Bought, municipality: Municipality, now: datetime) -> str:
    """The number it got; the same form once more gives the first's."""
    row = insert(outside_orders).values(id=bought.id, at=now).on_conflict_do_nothing().returning(outside_orders.c.id)
    if conn.execute(row).first() is None:
        known = sa.select(outside_orders.c.order_id).where(outside_orders.c.id == bought.id)
        return book.number_of(conn, conn.execute(known).scalar_one()) or ""
    local = now.astimezone(LOCAL)
    number = book.next_number(conn, local.year)
    buyer = bought.purchase.bought_by
    facts = (number, local, municipality, bought.supplier, bought.unit, buyer, bought.lines, bought.terms)
    order = msgspec.structs.replace(build_order(*facts), issued=bought.purchase.bought_on, issued_time=None)
    order_id = enter(conn, order, bought.supplier, bought.unit.id, bought.placed_by, bought.who, bought.purchase, now)
    conn.execute(outside_orders.update().where(outside_orders.c.id == bought.id).values(order_id=order_id))
    return number


def order_id_of(conn: sa.Connection, form_id: UUID) -> UUID | None:
    """The order that a form became."""
    found: UUID | None = conn.execute(
        sa.select(outside_orders.c.order_id).where(outside_orders.c.id == form_id)
    ).scalar()
    return found


def known_article(conn: sa.Connection, supplier_id: str, number: str) -> Article | None:
    """The supplier's article of this number or GTIN in our range."""
    theirs = (articles.c.supplier_id == supplier_id) & articles.c.listed
    same = (articles.c.seller_id == number) | (articles.c.gtin == number)
    row = conn.execute(sa.select(*COLUMNS).where(theirs, same).order_by(articles.c.id).limit(1)).first()
    return Article(**row._mapping) if row is not None else None


def free_line(
    supplier: Supplier, number: str, name: str, measure: str, price: Decimal, vat: Decimal, category: str
) -> Article:
    """What is in no range, as an article that only this order has."""
    return Article(
        id=0,
        supplier_id=supplier.id,
        seller_id=number,
        gtin=None,
        name=name,
        description="",
        unit=measure,
        content=None,
        content_unit=None,
        price=price,
        currency="SEK",
        vat=vat,
        contract=None,
        category=category,
        lead_days=supplier.lead_days,
        active=False,
    )


def units_named(conn: sa.Connection, text: str) -> Sequence[tuple[str, str]]:
    """The id and name of the units that are meant: exactly, by GLN, or whose name holds the text; at most five."""
    exact = (sa.func.lower(units.c.name) == text.lower()) | (units.c.id == text) | (units.c.gln == text)
    wanted = sa.select(units.c.id, units.c.name).order_by(units.c.name).limit(5)
    found = conn.execute(wanted.where(exact)).all() or conn.execute(
        wanted.where(units.c.name.icontains(text, autoescape=True))
    )
    return [(row.id, row.name) for row in found]


def login_of(conn: sa.Connection, unit_id: str, name: str) -> str | None:
    """The log-in of one of the unit's people by log-in or name; None for somebody without one."""
    called = (users.c.login == name.lower()) | (sa.func.lower(users.c.name) == name.lower())
    joined = users.join(unit_members, unit_members.c.user_id == users.c.id)
    wanted = sa.select(users.c.login).select_from(joined).where(unit_members.c.unit_id == unit_id, called)
    found: str | None = conn.execute(wanted.order_by(users.c.login).limit(1)).scalar()
    return found
