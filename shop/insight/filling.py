"""Keeps `purchases` equal to the order book: what events have touched since the mark, or everything from scratch.

An event may be committed after one with a higher number. So the mark follows what was seen only when every
transaction that was under way at that moment has ended; until then the same orders are read again, which changes
nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.exchange import log
from gateway.exchange.chores import Chore
from gateway.exchange.office import Office
from gateway.model import Order
from gateway.orders.book import EventRow
from gateway.orders.lifecycle import Event, State
from gateway.orders.tables import order_events, orders
from gateway.suppliers.supplier import Suppliers
from shop.insight.facts import Bought, Fact, Known, Shelf, facts_of
from shop.insight.tables import purchase_mark, purchases
from shop.tables import contracts
from web.figures import LOCAL

_AT_A_TIME = 500
_NIGHT = range(1, 5)
_COLUMNS = Fact.__struct_fields__
assert set(_COLUMNS) == {column.name for column in purchases.c}


def fill(engine: sa.Engine, suppliers: Suppliers, now: datetime) -> int:
    """Reads anew every order that something has happened to since the mark; how many those were."""
    with engine.begin() as conn:
        mark, seen = _mark(conn), _seen(conn)
        done = mark.event_id if mark else 0
        touched = conn.scalars(sa.select(order_events.c.order_id).where(order_events.c.id > done).distinct()).all()
    _read(engine, suppliers, touched)
    row = {"event_id": done, "seen_id": seen.last, "seen_xid": seen.newest, "at": now}
    row["generation"] = uuid4() if touched or mark is None else mark.generation
    if mark and seen.oldest >= mark.seen_xid:
        # Whatever was under way when these were seen has ended before this reading.
        row["event_id"] = mark.seen_id
    elif mark:
        row |= {"seen_id": mark.seen_id, "seen_xid": mark.seen_xid}
    with engine.begin() as conn:
        _keep_mark(conn, row)
    return len(touched)


def rebuild(engine: sa.Engine, suppliers: Suppliers, now: datetime) -> int:
    """Everything from scratch, while the pages go on; how many orders there are."""
    with engine.begin() as conn:
        seen = _seen(conn)
        everything = conn.scalars(sa.select(orders.c.id)).all()
    _read(engine, suppliers, everything)
    with engine.begin() as conn:
        add_up_all(conn)
        day = now.astimezone(LOCAL).date()
        row = {"event_id": 0, "seen_id": seen.last, "seen_xid": seen.newest, "at": now, "rebuilt": day}
        row["generation"] = uuid4()
        _keep_mark(conn, row)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("VACUUM ANALYZE purchases, purchase_sums, purchase_prices")
    return len(everything)


def as_of(conn: sa.Connection) -> datetime | None:
    """The moment that the figures are of; None where nothing was read yet."""
    found: datetime | None = conn.execute(sa.select(purchase_mark.c.at)).scalar()
    return found


def _chore(office: Office, now: datetime) -> None:
    with office.engine.begin() as conn:
        mark = _mark(conn)
    local = now.astimezone(LOCAL)
    if mark is None or (local.hour in _NIGHT and mark.rebuilt != local.date()):
        rebuild(office.engine, office.suppliers, now)
    fill(office.engine, office.suppliers, now)


CHORE = Chore(name="purchases", every=timedelta(seconds=30), run=_chore)


def read_orders(conn: sa.Connection, suppliers: Suppliers, order_ids: Sequence[UUID]) -> Iterator[Fact]:
    """The facts of these orders as the book has them now; those of self-tests aside."""
    bought = list(_bought(conn, order_ids))
    shelf = _shelf(conn, suppliers, bought)
    events: dict[UUID, list[EventRow]] = defaultdict(list)
    told = sa.select(order_events).where(order_events.c.order_id.in_(order_ids)).order_by(order_events.c.id)
    for row in conn.execute(told):
        facts = {"id": row.id, "at": row.at, "event": Event(row.event), "actor": row.actor, "detail": row.detail}
        events[row.order_id].append(EventRow(**facts, state=State(row.state)))
    for one in bought:
        yield from facts_of(one, events[one.id], shelf)


def _bought(conn: sa.Connection, order_ids: Sequence[UUID]) -> Iterator[Bought]:
    for row in conn.execute(sa.select(orders).where(orders.c.id.in_(order_ids), ~orders.c.test)):
        try:
            order = msgspec.convert(row.document, Order)
        except msgspec.ValidationError as error:
            log.warn("purchase_unreadable", order=row.number, cause=str(error))
            continue
        facts = {name: getattr(row, name) for name in ("id", "number", "supplier_id", "unit_id", "placed_at")}
        yield Bought(**facts, state=State(row.state), order=order)


def _shelf(conn: sa.Connection, suppliers: Suppliers, bought: Iterable[Bought]) -> Shelf:
    """What the range and the contracts say of what these orders hold."""
    wanted = {(one.supplier_id, line.item.seller_id) for one in bought for line in one.order.lines}
    keys = sorted((supplier, number) for supplier, number in wanted if number)
    given = {"suppliers": [key[0] for key in keys], "numbers": [key[1] for key in keys]}
    rows = conn.execute(_ARTICLES, given) if keys else ()
    known = {(row[0], row[1]): Known(*row[2:]) for row in rows}
    days = conn.execute(sa.select(*(contracts.c[name] for name in ("supplier_id", "number", "valid_from", "valid_to"))))

    def category_of(supplier_id: str) -> str:
        found = suppliers.get(supplier_id)
        return found.category if found else "other"

    return Shelf(known, {(row[0], row[1]): (row[2], row[3]) for row in days}, category_of)


# Listed ones come last and stand: what was brought back or asked for may have the same number.
_ARTICLES = sa.text("""
    SELECT a.supplier_id, a.seller_id, a.category, a.unspsc, a.contract, a.unit, a.content, a.content_unit, a.listed
    FROM unnest(CAST(:suppliers AS text[]), CAST(:numbers AS text[])) AS asked (supplier_id, seller_id)
    JOIN articles a USING (supplier_id, seller_id) ORDER BY a.listed, a.id
""")


def _read(engine: sa.Engine, suppliers: Suppliers, order_ids: Sequence[UUID]) -> None:
    for start in range(0, len(order_ids), _AT_A_TIME):
        some = order_ids[start : start + _AT_A_TIME]
        with engine.begin() as conn:
            _replace(conn, some, read_orders(conn, suppliers, some))


def _replace(conn: sa.Connection, order_ids: Sequence[UUID], facts: Iterable[Fact]) -> None:
    """The facts of these orders instead of those there were, and the sums of the months and units they are of."""
    gone = purchases.delete().where(purchases.c.order_id.in_(order_ids))
    key = (purchases.c.month, purchases.c.unit_id, purchases.c.supplier_id)
    touched = {tuple(row) for row in conn.execute(gone.returning(*key))}
    rows = list(facts)
    touched |= {(fact.month, fact.unit_id, fact.supplier_id) for fact in rows}
    driver: Any = conn.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY purchases ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
        for fact in rows:
            copy.write_row(msgspec.structs.astuple(fact))
    _add_up(conn, sorted(touched))


def _add_up(conn: sa.Connection, touched: Sequence[tuple[Any, ...]]) -> None:
    for (none, some), place in ((_SUMS, 1), (_PRICES, 2)):
        pairs = sorted({(row[0], row[place]) for row in touched})
        given = {"months": [pair[0] for pair in pairs], "keys": [pair[1] for pair in pairs]}
        if pairs:
            conn.execute(sa.text(none.format(of=_OF)), given)
            joined = f"JOIN {_OF} ON t.month = p.month AND t.key = p.{('', 'unit_id', 'supplier_id')[place]}"
            conn.execute(sa.text(some.format(of=joined)), given)


def add_up_all(conn: sa.Connection) -> None:
    """The sums of everything there is."""
    for table, (_, every) in (("purchase_sums", _SUMS), ("purchase_prices", _PRICES)):
        conn.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - two names of ours
        conn.exec_driver_sql(every.format(of=""))


_OF = "(SELECT * FROM unnest(CAST(:months AS date[]), CAST(:keys AS text[])) AS touched (month, key)) t"
_SUMS = (
    "DELETE FROM purchase_sums s USING {of} WHERE s.month = t.month AND s.unit_id = t.key",
    """
    INSERT INTO purchase_sums (month, unit_id, supplier_id, category, contract, standing, net, lines,
        early, on_day, late_1, late_3, late_7, later, received, short, answered, hours)
    SELECT p.month, p.unit_id, p.supplier_id, p.category, coalesce(p.contract, ''), p.standing, sum(p.net), count(*),
        count(*) FILTER (WHERE at_hub < promised), count(*) FILTER (WHERE at_hub = promised),
        count(*) FILTER (WHERE at_hub - promised = 1), count(*) FILTER (WHERE at_hub - promised BETWEEN 2 AND 3),
        count(*) FILTER (WHERE at_hub - promised BETWEEN 4 AND 7), count(*) FILTER (WHERE at_hub - promised > 7),
        count(received), count(*) FILTER (WHERE received < coalesce(confirmed, ordered)),
        count(*) FILTER (WHERE answered_at >= sent_at),
        coalesce(sum(extract(epoch FROM answered_at - sent_at) / 3600) FILTER (WHERE answered_at >= sent_at), 0)
    FROM purchases p {of} WHERE p.currency = 'SEK' GROUP BY 1, 2, 3, 4, 5, 6
    """,
)
_PRICES = (
    "DELETE FROM purchase_prices s USING {of} WHERE s.month = t.month AND s.supplier_id = t.key",
    """
    INSERT INTO purchase_prices
        (month, supplier_id, seller_id, base_unit, contract, category, standing, quantity, net)
    SELECT p.month, p.supplier_id, p.seller_id, coalesce(p.base_unit, ''), coalesce(p.contract, ''), p.category,
        p.standing, sum(p.base_quantity), sum(p.net)
    FROM purchases p {of}
    WHERE p.currency = 'SEK' AND p.seller_id <> '' AND p.base_quantity > 0 GROUP BY 1, 2, 3, 4, 5, 6, 7
    """,
)
"""Deleting and adding up again: of the months and units, or months and suppliers, that were touched, or of all."""


class _Seen(msgspec.Struct, frozen=True):
    """The last event there is, the oldest transaction under way, and the next that will begin."""

    last: int
    oldest: int
    newest: int


def _seen(conn: sa.Connection) -> _Seen:
    row = conn.exec_driver_sql(
        "SELECT (SELECT coalesce(max(id), 0) FROM order_events),"
        " pg_snapshot_xmin(pg_current_snapshot())::text, pg_snapshot_xmax(pg_current_snapshot())::text"
    ).one()
    return _Seen(row[0], int(row[1]), int(row[2]))


def _mark(conn: sa.Connection) -> Any:
    return conn.execute(sa.select(purchase_mark)).first()


def _keep_mark(conn: sa.Connection, row: dict[str, Any]) -> None:
    new = insert(purchase_mark).values(one=True, **row)
    conn.execute(new.on_conflict_do_update(index_elements=["one"], set_=row))
