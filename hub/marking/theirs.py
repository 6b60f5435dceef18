"""A supplier without a system of its own says how many parcels it sends: it gets labels, and the dock an advice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange.answer_form import day_in, number_in, wrong_field
from gateway.exchange.office import DespatchHandler
from gateway.exchange.typed_advice import MOST_PARCELS, TypedAdvice, type_in_advice
from gateway.findings import Finding, Place, Rejected
from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.suppliers.supplier import Supplier
from hub import lanes, store
from hub.marking import pool, sheets
from hub.marking.sheets import House, Sheet
from hub.marking.sticker import Sticker
from hub.marking.tables import labels_sheets
from hub.tables import parcels
from web.figures import LOCAL

WHO: Final = "etikettsidan"
MOST_SHEETS: Final = 30
"""How many times labels are made for one order: a link is no tap for numbers."""
_FARTHEST_DAYS: Final = 366


def said_in(row: OrderRow, given: Mapping[str, str], today: date) -> TypedAdvice:
    """What was written on the page. Raises `Rejected` with a finding at each field that cannot be read."""
    wrong: list[Finding] = []
    count = given.get("parcels", "").strip()
    if not (count.isascii() and count.isdigit() and 1 <= int(count[:9]) <= MOST_PARCELS):
        wrong.append(wrong_field("parcels", f"write how many parcels, 1 to {MOST_PARCELS}"))
    day = day_in("day", given.get("day", "").strip(), wrong)
    if day is not None and not 0 <= (day - today).days <= _FARTHEST_DAYS:
        wrong.append(wrong_field("day", "the day must be today or later, and within a year"))
    number = " ".join(given.get("number", "").split())
    if not 1 <= len(number) <= 60 or not number.isprintable():
        wrong.append(wrong_field("number", "write the number of your delivery note, at most 60 characters"))
    sent = _sent(row, given, wrong)
    if wrong:
        raise Rejected(wrong)
    return TypedAdvice(number=number, parcels=int(count), day=day, sent=sent)


def _sent(row: OrderRow, given: Mapping[str, str], wrong: list[Finding]) -> tuple[tuple[str, Decimal], ...]:
    """How much of each line; an empty field is as ordered."""
    found = []
    for place, line in enumerate(row.order.lines):
        amount = number_in(f"sent.{place}", given.get(f"sent.{place}", "").strip()[:40], wrong)
        if amount is None:
            continue
        if not (amount.is_finite() and 0 <= amount < 10**9):
            wrong.append(wrong_field(f"sent.{place}", f"{amount} is not a number from 0 up"))
        elif amount != line.quantity.value:
            found.append((line.id, amount))
    return tuple(found)


def make(
    conn: sa.Connection,
    row: OrderRow,
    said: TypedAdvice,
    supplier: Supplier,
    told: DespatchHandler,
    house: House,
    now: datetime,
) -> Sheet:
    """Labels, and the advice that announces their parcels. Raises `Rejected` or `pool.NoNumbers`; roll back then.

    The same form sent again gives the first's labels.
    """
    book.lock(conn, row.id)
    earlier = of_order(conn, row.id)
    wrote = msgspec.to_builtins(said)
    for sheet in earlier:
        if sheet.advice == said.number:
            if msgspec.convert(sheet.said, TypedAdvice) == said:
                return sheet
            why = f"labels are printed with number {said.number} already, otherwise: give these another number"
            raise Rejected([Finding(rule="advice-reused", message=why, place=Place(path="number"))])
    if len(earlier) >= MOST_SHEETS:
        why = f"labels were made {MOST_SHEETS} times for this order: call the hub"
        raise Rejected([Finding(rule="labels-many", message=why, place=Place(path="parcels"))])
    pool.ready(conn, house.prefix, now)
    who = f"{supplier.name} ({WHO})"
    numbers = pool.take(conn, said.parcels, who, now, supplier_id=supplier.id, order_id=row.id)
    marked = msgspec.structs.replace(said, codes=tuple(map(str, numbers)))
    type_in_advice(conn, row, marked, supplier, told, who, now)
    labels = [
        _sticker(conn, row, code, (place, said.parcels), house, now) for place, code in enumerate(marked.codes, 1)
    ]
    return sheets.keep(conn, labels, who, now, order_id=row.id, advice=said.number, said=wrote)


def of_order(conn: sa.Connection, order_id: UUID) -> list[Sheet]:
    """What the supplier printed for the order before, newest first."""
    return sheets.find(conn, labels_sheets.c.order_id == order_id, MOST_SHEETS)


def left_of(row: OrderRow, earlier: Iterable[Sheet]) -> list[Decimal]:
    """How much of each line is not sent by what was labelled before; never less than nothing."""
    left = {line.id: line.quantity.value for line in row.order.lines}
    for sheet in earlier:
        told = dict(msgspec.convert(sheet.said, TypedAdvice).sent)
        left = {line.id: left[line.id] - told.get(line.id, line.quantity.value) for line in row.order.lines}
    return [max(amount, Decimal(0)) for amount in left.values()]


def next_number(row: OrderRow, earlier: int) -> str:
    """A number for a delivery note, for those who have none of their own."""
    return f"{row.number}-K{earlier + 1}"


def _sticker(
    conn: sa.Connection, row: OrderRow, code: str, place: tuple[int, int], house: House, now: datetime
) -> Sticker:
    """What the dock knows of the parcel by now; an order of a self-test has no parcels and says what it can."""
    known: dict[str, Any] = {"unit": row.unit_id}
    delivery = row.order.delivery
    if delivery and delivery.recipient and delivery.recipient.name:
        known["unit"] = delivery.recipient.name
    for parcel in store.find(conn, (parcels.c.key == code) & (parcels.c.order_id == row.id)):
        known |= {"unit": parcel.unit_name or row.unit_id, "lane": parcel.lane or "", "day": parcel.delivery_day}
    if "lane" not in known:
        lane = lanes.lane_of(conn, row.unit_id)
        known |= {"lane": lane.lane, "day": lanes.next_delivery(lane.weekdays, now.astimezone(LOCAL).date())}
    seller = row.order.seller.name or row.supplier_id
    return Sticker(sscc=code, order=row.number, supplier=seller, hub=house.name, number=place[0], of=place[1], **known)
