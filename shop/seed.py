"""Fills an empty shop with invented units, articles and people, the same every time, by COPY."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

import msgspec
import sqlalchemy as sa

from gateway.identifiers import gs1_check_digit
from gateway.suppliers.agreement import NOBODY
from gateway.suppliers.supplier import Supplier, Suppliers
from shop.categories import UNSPSC
from shop.goods import CRISIS, GOODS, LABELLED, Goods, expanded
from shop.places import DEPARTMENTS, WHOLE, invent
from shop.tables import articles as articles_table
from shop.tables import contracts, departments, unit_members
from shop.tables import units as units_table
from web import accounts
from web.access import ADMIN, APPROVER, BUYER, CONTROLLER, DOCK, PURCHASER

ARTICLE_COLUMNS = (
    "supplier_id", "seller_id", "gtin", "name", "description", "unit", "content", "content_unit", "price", "vat",
    "contract", "category", "lead_days", "unspsc", "labels", "minimum", "multiple", "crisis",
)  # fmt: skip
_SERIES = ("", " Bas", " Plus", " Miljö", " Proffs", " Mini")
_OFF_CONTRACT = 8
"""One article in so many is sold beside the supplier's contract."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A demo account: general roles, and for which of the first `units` units it buys or approves."""

    login: str
    name: str
    roles: tuple[str, ...]
    units: int = 0


PEOPLE = (
    Person(login="kim", name="Kim Exempel", roles=(BUYER,), units=30),
    Person(login="anna", name="Anna Exempel", roles=(BUYER, APPROVER), units=30),
    Person(login="dani", name="Dani Exempel", roles=(DOCK,)),
    Person(login="alex", name="Alex Exempel", roles=(ADMIN,)),
    Person(login="pia", name="Pia Exempel", roles=(PURCHASER,)),
    Person(login="cleo", name="Cleo Exempel", roles=(CONTROLLER,)),
)


def seed(
    conn: sa.Connection,
    suppliers: Suppliers,
    *,
    passwords: Mapping[str, str],
    now: datetime,
    units: int = 300,
    articles: int = 20_000,
    people: Sequence[Person] = PEOPLE,
) -> bool:
    """Fills the shop; False, and nothing done, where it has units already. `passwords` are by log-in."""
    if conn.execute(sa.select(units_table.c.id).limit(1)).first() is not None:
        return False
    rows = [(id, name, None if id == WHOLE else WHOLE) for id, name in DEPARTMENTS.items()]
    copy(conn, departments, ("id", "name", "parent_id"), rows)
    made = list(invent(units))
    columns = tuple(made[0].__struct_fields__) if made else ()
    copy(conn, units_table, columns, (_row(unit, columns) for unit in made))
    copy(conn, articles_table, ARTICLE_COLUMNS, article_rows(suppliers, articles))
    copy(conn, contracts, ("supplier_id", "number", "name", "owner"), _contracts(suppliers, people))
    for person in people:
        password = passwords[person.login]
        user_id = accounts.add(conn, person.login, name=person.name, password=password, roles=person.roles, now=now)
        roles = [role for role in person.roles if role in {BUYER, APPROVER}]
        rows = [(unit.id, user_id, role) for unit in made[: person.units] for role in roles]
        copy(conn, unit_members, ("unit_id", "user_id", "role"), rows)
    conn.exec_driver_sql("ANALYZE articles")
    return True


def article_rows(suppliers: Suppliers, n: int) -> Iterator[tuple[Any, ...]]:
    """`n` rows in the order of the COPY: every product is sold by several suppliers, at prices of their own."""
    sellers = _by_category(suppliers)
    shelf = [
        (category, goods, name)
        for category in GOODS
        if category in sellers
        for goods in GOODS[category]
        for name in expanded(goods)
    ]
    if not shelf:
        return
    counts: dict[str, int] = defaultdict(int)
    chance = Random(7350001)  # noqa: S311 - prices of invented goods
    for place in range(n):
        turn, product = divmod(place, len(shelf))
        category, goods, name = shelf[product]
        choice = sellers[category]
        supplier = choice[(turn + product * 7) % len(choice)]
        counts[supplier.id] += 1
        # When every supplier sells the product, they begin to sell it in another quality.
        series = _SERIES[turn // len(choice) % len(_SERIES)]
        yield _article(supplier, goods, name + series, category, product, counts[supplier.id], chance)


def _article(
    supplier: Supplier, goods: Goods, name: str, category: str, product: int, serial: int, chance: Random
) -> tuple[Any, ...]:
    kronor = Decimal(chance.randint(goods.low * 10, goods.high * 10)) / 10
    on_contract = bool(supplier.contracts) and serial % _OFF_CONTRACT != 0
    digits = f"7350001{product:05d}"
    initials = "".join(word[0] for word in supplier.name.split()[:2]).upper()
    return (
        supplier.id,
        f"{initials}-{1000 + serial}",
        f"{digits}{gs1_check_digit(digits)}" if product % 11 else None,
        name,
        goods.text,
        goods.unit,
        goods.content,
        goods.content_unit,
        kronor,
        goods.vat,
        supplier.contracts[0] if on_contract else None,
        category,
        supplier.lead_days,
        goods.unspsc or UNSPSC[category],
        _labels(name),
        goods.minimum,
        goods.minimum,
        name.startswith(CRISIS),
    )


def _labels(name: str) -> list[str]:
    """The eco labels that the invented name speaks of."""
    return [label for word, label in LABELLED.items() if word in name.lower()]


def _contracts(suppliers: Suppliers, people: Sequence[Person]) -> Iterator[tuple[Any, ...]]:
    """Every contract that suppliers.yaml names, looked after by the first purchaser."""
    owner = next((person.login for person in people if PURCHASER in person.roles), NOBODY)
    for supplier in suppliers:
        for number in supplier.contracts:
            yield supplier.id, number, f"{supplier.name} {number}", owner


def _by_category(suppliers: Suppliers) -> dict[str, list[Supplier]]:
    found: dict[str, list[Supplier]] = defaultdict(list)
    for supplier in suppliers:
        if supplier.active:
            found[supplier.category].append(supplier)
    everybody = [supplier for supplier in suppliers if supplier.active]
    # A small sandbox has not a supplier of each kind; then those there are sell everything.
    return (
        found if set(GOODS) <= set(found) or not everybody else {name: found.get(name) or everybody for name in GOODS}
    )


def _row(value: msgspec.Struct, columns: Sequence[str]) -> tuple[Any, ...]:
    row = (getattr(value, name) for name in columns)
    return tuple(list(one) if isinstance(one, tuple) else one for one in row)


def copy(conn: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Any) -> None:
    """Rows by PostgreSQL's COPY, in the caller's transaction."""
    names = ", ".join(columns)
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
