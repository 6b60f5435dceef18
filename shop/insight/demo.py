"""An invented year of purchases and a ledger beside them, so that the pages of insight have something to show."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.model import Order
from gateway.orders.tables import order_numbers
from gateway.settings import Municipality
from gateway.suppliers.supplier import Suppliers
from shop.articles import COLUMNS, Article
from shop.document import Terms, Wanted, build_order
from shop.insight import ledgers, samples
from shop.insight.samples import Entry, Ware
from shop.tables import articles
from shop.tables import units as units_table
from shop.units import Unit
from web.figures import LOCAL

_BUYS: dict[str, tuple[str, ...]] = {
    "maltid": ("food", "food", "food", "hygiene", "cleaning"),
    "aldre": ("care", "care", "hygiene", "cleaning", "food"),
    "omsorg": ("care", "hygiene", "school", "food"),
    "utbildning": ("school", "office", "hygiene", "food", "care"),
    "kultur": ("office", "school", "it", "food"),
    "stab": ("office", "office", "it", "food"),
}
_RISE = {"food": 7, "care": 3, "hygiene": 5, "it": -3, "office": 2, "school": 4}
"""Per cent that goods of a kind have become dearer in a year; one where nothing stands here."""
_REPERTOIRE = 14
_DAYS = 700
_LAST = 24
"""The latest invented order is so many days old: all of them have been delivered."""
_PAID = 6
"""One order in so many stands in the ledger too."""
WHO = "kim"


def invent_purchases(
    conn: sa.Connection,
    suppliers: Suppliers,
    municipality: Municipality,
    now: datetime,
    orders: int = 2_400,
    ledger_rows: int = 1_500,
) -> int:
    """Enters delivered orders of the two years before `now`, and uploads a ledger; how many orders it entered.

    To be called once, after `shop.seed.seed` and before anybody orders: numbers of this year begin after the invented
    ones. Nothing is sent: the orders have events but no messages. The worker's chores do the rest (purchases, ledger).
    """
    shelf = _shelf(conn)
    unit_rows = conn.execute(sa.select(units_table).order_by(units_table.c.id)).all()
    units = [Unit(**{**row._mapping, "weekdays": tuple(row.weekdays)}) for row in unit_rows]
    if not shelf or not units:
        return 0
    made = sorted(_orders(shelf, units, suppliers, municipality, now, orders), key=lambda one: one[0])
    numbered = _numbered(conn, made)
    _copy(conn, "orders", ("id", "number", "supplier_id", "unit_id", "placed_by", "placed_at", "state", "document"),
          (row[:8] for row in numbered))  # fmt: skip
    _copy(conn, "order_versions", ("order_id", "version", "document", "state", "at"),
          ((row[0], 1, row[7], "standing", row[5]) for row in numbered))  # fmt: skip
    chance = Random(26)  # noqa: S311 - invented days
    _copy(conn, "order_events", ("order_id", "at", "event", "actor", "state", "detail"),
          (event for row in numbered for event in _events(row[0], row[8], row[5], suppliers, chance)))  # fmt: skip
    first = now.astimezone(LOCAL).date().replace(month=1, day=1)
    paid = [_paid(row, suppliers) for row in numbered[::_PAID] if row[5].astimezone(LOCAL).date() >= first]
    _ledger(conn, shelf, suppliers, now, ledger_rows, paid)
    return len(numbered)


def _shelf(conn: sa.Connection) -> dict[str, list[Article]]:
    """Articles by category."""
    found: dict[str, list[Article]] = {}
    wanted = sa.select(*COLUMNS).where(articles.c.active, articles.c.listed, articles.c.currency == "SEK")
    for row in conn.execute(wanted.order_by(articles.c.id)):
        found.setdefault(row.category, []).append(Article(**row._mapping))
    return found


def _orders(
    shelf: dict[str, list[Article]],
    units: Sequence[Unit],
    suppliers: Suppliers,
    municipality: Municipality,
    now: datetime,
    count: int,
) -> Iterator[tuple[datetime, str, str, Order]]:
    """When placed, supplier, unit and document (without its number), in no order."""
    chance = Random(2026)  # noqa: S311 - invented purchases
    usual: dict[tuple[str, str], list[Article]] = {}
    for _ in range(count):
        unit = chance.choice(units)
        kind = chance.choice(_BUYS.get(unit.department_id or "", ("office", "food", "hygiene")))
        if not shelf.get(kind):
            continue
        # More is bought year by year, and never on a weekend.
        back = int(_DAYS * chance.random() ** 1.2) + _LAST
        placed = (now - timedelta(days=back)).replace(hour=chance.randint(6, 14), minute=chance.randint(0, 59))
        placed -= timedelta(days=max(0, placed.weekday() - 4))
        habits = usual.setdefault((unit.department_id or "", kind), _habits(shelf[kind], chance))
        first = chance.choice(habits)
        supplier = suppliers.get(first.supplier_id)
        own = [one for one in habits if one.supplier_id == first.supplier_id]
        if supplier is None:
            continue
        picked = chance.sample(own, k=min(len(own), chance.randint(1, 5)))
        wanted = [Wanted(article=_then(one, back, chance), quantity=_quantity(one, chance)) for one in picked]
        terms = Terms(customer_reference=unit.customer_reference, accounting_cost=unit.accounting_cost)
        local = placed.astimezone(LOCAL)
        order = build_order("0", local, municipality, supplier, unit, "Kim Exempel", wanted, terms)
        yield placed, supplier.id, unit.id, order


def _habits(goods: Sequence[Article], chance: Random) -> list[Article]:
    """What a department buys of a kind, of three suppliers, whether on contract or not."""
    sellers = sorted({one.supplier_id for one in goods})
    chosen = set(chance.sample(sellers, k=min(3, len(sellers))))
    theirs = [one for one in goods if one.supplier_id in chosen]
    return chance.sample(theirs, k=min(len(theirs), _REPERTOIRE))


def _then(article: Article, back: int, chance: Random) -> Article:
    """The article at what it cost `back` days ago."""
    rise = Decimal(_RISE.get(article.category, 1)) * back / 365 / 100
    own = Decimal(article.id * 37 % 13 - 4) * back / 365 / 200
    price = (article.price * (1 - rise - own) * Decimal(chance.randint(99, 101)) / 100).quantize(Decimal("0.01"))
    return msgspec.structs.replace(article, price=max(price, Decimal("0.50")))


def _quantity(article: Article, chance: Random) -> Decimal:
    """Few of what is dear."""
    many = (1, 2, 2, 4, 5, 10, 20, 40) if article.price < 400 else (1, 1, 2, 3)
    return (article.minimum or Decimal(1)) * chance.choice(many)


def _numbered(conn: sa.Connection, made: Sequence[tuple[datetime, str, str, Order]]) -> list[tuple[Any, ...]]:
    """Rows of `orders` with numbers of their years' series, and the document as a value at the end."""
    chance = Random(7)  # noqa: S311 - ids of invented orders
    years = [placed.astimezone(LOCAL).year for placed, *_ in made]
    last = {year: _reserve(conn, year, years.count(year)) - years.count(year) for year in sorted(set(years))}
    rows = []
    for (placed, supplier_id, unit_id, order), year in zip(made, years, strict=True):
        last[year] += 1
        number = f"{year % 100:02d}-{last[year]:06d}"
        numbered = msgspec.structs.replace(order, number=number)
        document = msgspec.json.encode(numbered, enc_hook=str).decode()
        order_id = UUID(int=chance.getrandbits(128), version=4)
        rows.append((order_id, number, supplier_id, unit_id, WHO, placed, "delivered", document, numbered))
    return rows


def _reserve(conn: sa.Connection, year: int, count: int) -> int:
    """Takes so many numbers of the year's series; the last of them."""
    row = insert(order_numbers).values(year=year, last=count)
    row = row.on_conflict_do_update(index_elements=["year"], set_={"last": order_numbers.c.last + count})
    return int(conn.execute(row.returning(order_numbers.c.last)).scalar_one())


def _events(
    order_id: UUID, order: Order, placed: datetime, suppliers: Suppliers, chance: Random
) -> Iterator[tuple[Any, ...]]:
    """Placed, sent, confirmed with a day, sent off, at the hub (late as that supplier is), on the van, delivered."""
    seller = order.seller.name or ""
    lead = next((one.lead_days for one in suppliers if one.name == seller), 3)
    promised = placed + timedelta(days=lead)
    tardy = sum(map(ord, seller)) % 5
    late = chance.choice((0, 0, 0, 0, 0, -1, 0, -1, 0, 0, 1, 3) if tardy else (0, 1, 2, 3, 0, 6, 9, 0, 0, 0))
    there = max(placed + timedelta(hours=20), promised + timedelta(days=late))
    short = _is_short(order_id)
    day = promised.astimezone(LOCAL).date().isoformat()
    lines = [{"line": line.id, "status": "5", "promised": {"end_date": day}} for line in order.lines]
    told: list[tuple[timedelta | datetime, str, str, str, dict[str, Any]]] = [
        (placed, "placed", WHO, "placed", {}),
        (placed + timedelta(minutes=4), "sent", "avrop", "sent", {}),
        (placed + timedelta(hours=chance.randint(1, 30)), "confirmed", seller, "confirmed", {"lines": lines}),
        (there - timedelta(hours=18), "despatched", seller, "despatched", {"number": f"F-{order.number}", "lines": []}),
    ]
    if short:
        missing = {"line": order.lines[0].id, "quantity": "1"}
        told.append((there - timedelta(minutes=5), "short", "Dani Exempel", "despatched", missing))
    told += [
        (there, "at_hub", "Dani Exempel", "at_hub", {}),
        (there + timedelta(hours=20), "out", "Dani Exempel", "out", {}),
        (there + timedelta(hours=23), "delivered", "Dani Exempel", "delivered", {}),
    ]
    for at, event, actor, state, detail in told:
        yield order_id, at, event, actor, state, msgspec.json.encode(detail).decode()


def _is_short(order_id: UUID) -> bool:
    """Of one order in twenty a piece is missing."""
    return order_id.int % 20 == 0


def _paid(row: tuple[Any, ...], suppliers: Suppliers) -> Entry:
    """The supplier's invoice of what came of an order, as the ledger has it."""
    seller, order = suppliers.by_id[row[2]], row[8]
    day = row[5].astimezone(LOCAL).date() + timedelta(days=20)
    amount = sum((line.amount.value for line in order.lines), Decimal(0))
    if _is_short(row[0]):
        amount -= (order.lines[0].amount.value / order.lines[0].quantity.value).quantize(Decimal("0.01"))
    return Entry(day, seller.name, str(seller.org_number), f"Faktura order {row[1]}", None, amount, "4100", "6460")


def _ledger(
    conn: sa.Connection,
    shelf: dict[str, list[Article]],
    suppliers: Suppliers,
    now: datetime,
    rows: int,
    paid: list[Entry],
) -> None:
    """Uploads an invented ledger of this year and asks for it to be read."""
    wares = wares_of([one for goods in shelf.values() for one in goods], suppliers)
    first = now.astimezone(LOCAL).date().replace(month=1, day=1)
    days = max(20, (now.astimezone(LOCAL).date() - first).days)
    file = samples.as_csv([*samples.entries(wares, rows, first, days), *paid])
    ledger_id, new = ledgers.store(conn, io.BytesIO(file), f"leverantörsreskontra {first.year}.csv", "cleo", now)
    ledger = ledgers.get(conn, ledger_id)
    if new and ledger:
        ledgers.begin(conn, ledger, ledger.mapping, "cleo", now)


def wares_of(goods: Sequence[Article], suppliers: Suppliers) -> list[Ware]:
    """Articles on contract, as an invented ledger needs them."""
    found = ((one, suppliers.get(one.supplier_id)) for one in goods if one.contract)
    return [Ware(seller.name, str(seller.org_number), one.name, one.price) for one, seller in found if seller]


def _copy(conn: sa.Connection, table: str, columns: Sequence[str], rows: Any) -> None:
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
