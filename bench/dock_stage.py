"""A dock before a morning's goods come: announced parcels, a year of delivered ones, and people with scanners."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

import msgspec
import sqlalchemy as sa

from gateway.exchange.office import utc_now
from gateway.identifiers import gs1_check_digit
from gateway.model import DespatchAdvice, Order
from gateway.model.despatch import DespatchLine, LogisticUnit
from gateway.model.item import Item, Price
from gateway.model.order import OrderDelivery, OrderLine, Totals
from gateway.model.party import Amount, Identifier, Party, Quantity
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.program import Program
from hub import lanes
from hub.receiving import expect
from web import accounts
from web.access import DOCK

PASSWORD: Final = "en lång mening som lösenord"
UNITS: Final = 300
BOXES: Final = 5
"""Boxes of one order; those of every fourth order stand on a pallet."""
_AT_ONCE = 100
_DELIVERED = sa.text("""
    INSERT INTO parcels (id, key, sscc, state, supplier_id, unit_id, unit_name, lane, contents, announced_at,
                         received_at, received_by, out_at, delivered_at, receiver)
    SELECT gen_random_uuid(), '9' || lpad(n::text, 17, '0'), '9' || lpad(n::text, 17, '0'), 'delivered', 'bench-1',
           'unit-' || n % 300, 'Enhet', 'A1', jsonb_build_array(jsonb_build_object('line', '1', 'name', 'Vara',
           'quantity', '1', 'gtin', lpad((n % 5000)::text, 14, '0'))), before, before, 'Alva', before, before, 'Lo'
    FROM (SELECT n, CAST(:now AS timestamptz) - n * interval '90 seconds' - interval '2 days' AS before
          FROM generate_series(1, CAST(:many AS int)) AS n) AS year
""")


def sscc(number: int) -> str:
    digits = f"37350001{number:09d}"
    return digits + str(gs1_check_digit(digits))


def gtin(number: int) -> str:
    digits = f"07350001{number:05d}"
    return digits + str(gs1_check_digit(digits))


def announce(program: Program, parcels: int, delivered: int) -> list[str]:
    """Orders with their despatch advices, read as the exchange reads them; the SSCC of every box."""
    now = utc_now()
    order = _order()
    with program.engine.begin() as conn:
        conn.execute(_DELIVERED, {"many": delivered, "now": now})
        for number in range(UNITS):
            lanes.plan(conn, f"unit-{number}", (1 + number % 5,))
    orders = -(-parcels // BOXES)
    for first in range(0, orders, _AT_ONCE):
        with program.engine.begin() as conn:
            for nth in range(first, min(first + _AT_ONCE, orders)):
                row = _ordered(conn, order, nth, now)
                expect(conn, row, _advice(nth, now.date()), now)
    with program.engine.begin() as conn:
        conn.execute(sa.text("ANALYZE"))
    return [sscc(number) for number in range(orders * BOXES)]


def hire(program: Program, people: int) -> list[str]:
    """Log-ins of dock workers."""
    logins = [f"dock{n}" for n in range(people)]
    with program.engine.begin() as conn:
        for login in logins:
            accounts.add(conn, login, name=login.title(), password=PASSWORD, roles=[DOCK], now=utc_now())
    return logins


def _order() -> Order:
    """What is ordered: one line for each box."""
    sek = Amount(value=Decimal(100), currency="SEK")
    lines = tuple(
        OrderLine(
            id=str(place),
            quantity=Quantity(value=Decimal(6), unit="C62"),
            amount=sek,
            item=Item(name=f"Vara {place}"),
            price=Price(amount=sek),
        )
        for place in range(1, BOXES + 1)
    )
    unit = Party(name="Förskolan Exempel", ids=(Identifier(value="7350001000022", scheme="0088"),))
    facts = {"buyer": Party(name="Exempelstads kommun"), "seller": Party(name="Benchgrossisten AB"), "lines": lines}
    facts |= {"delivery": OrderDelivery(recipient=unit), "totals": Totals(lines=sek, payable=sek)}
    return Order(number="26-0", issued=date(2026, 11, 23), currency="SEK", **facts)


def _ordered(conn: sa.Connection, order: Order, nth: int, now: datetime) -> OrderRow:
    named = msgspec.structs.replace(order, number=f"26-{nth:06}")
    order_id = book.add(conn, named, f"bench-{nth % 50}", f"unit-{nth % UNITS}", "kim", now, "confirmed")
    row = book.get(conn, order_id)
    assert row is not None
    book.record(conn, order_id, "despatched", "bench", now)
    return row


def _advice(nth: int, today: date) -> DespatchAdvice:
    numbers = range(nth * BOXES, (nth + 1) * BOXES)
    boxes = tuple(_unit(sscc(number), (str(place),)) for place, number in enumerate(numbers, start=1))
    on_pallet = nth % 4 == 0
    packing = (_unit(sscc(900_000_000 + nth), (), boxes),) if on_pallet else boxes
    lines = tuple(_line(str(place), number % 5000) for place, number in enumerate(numbers, start=1))
    parties = {"supplier": Party(name="Benchgrossisten AB"), "consignee": Party(name="Hubben")}
    return DespatchAdvice(number=f"DA-{nth}", issued=today, lines=lines, packing=packing, **parties)


def _unit(code: str, lines: tuple[str, ...], units: tuple[LogisticUnit, ...] = ()) -> LogisticUnit:
    return LogisticUnit(id=Identifier(value=code, scheme="SSCC"), lines=lines, units=units)


def _line(place: str, article: int) -> DespatchLine:
    item = Item(name=f"Vara {article}", standard_id=Identifier(value=gtin(article), scheme="0160"))
    return DespatchLine(id=place, delivered=Quantity(value=Decimal(6), unit="C62"), order_line=place, item=item)
