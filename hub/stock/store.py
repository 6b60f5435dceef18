"""What happens to the stock, written down: receipts, issues, moves, counts, what is thrown away, and undo.

Everything runs in the caller's transaction. Lots are locked before they are looked at: two who take the last box wait
for each other, and the second is told that there is none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from hub.stock import reading
from hub.stock.goods import Lot
from hub.stock.ledger import Kind, Take, pick
from hub.stock.tables import stock_entries, stock_lots

UNDO_WINDOW = timedelta(hours=24)
_CLOCK_OFF = timedelta(days=7)


class Refused(Exception):
    """What somebody wants to do with the stock cannot be done."""


class TooLittle(Refused):
    """There is less than was to be taken; `there` is what may be used, of the article's unit."""

    def __init__(self, there: Decimal) -> None:
        super().__init__(f"only {there} are there")
        self.there = there


class TooLate(Refused):
    """What was done cannot be taken back: its time is over, or goods of it have gone on."""


class Doing(msgspec.Struct, frozen=True, kw_only=True):
    """Who does something and when; `at` by the clock of their phone, which may be told later, or be quite wrong."""

    who: str
    now: datetime
    at: datetime | None = None
    note: str = ""

    @property
    def when(self) -> datetime:
        """`at`, unless that is no time to believe in."""
        believable = self.at is not None and self.now - _CLOCK_OFF <= self.at <= self.now
        return self.at if believable and self.at is not None else self.now


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One entry to be written."""

    lot_id: int
    kind: Kind
    quantity: Decimal
    unit_id: str | None = None


def receive(
    conn: sa.Connection, article_id: int, place: str, quantity: Decimal, doing: Doing, *,
    lot: str = "", expires: date | None = None,
) -> UUID:  # fmt: skip
    """Goods come into the stock at a place; the batch, by which it can be undone."""
    lot_id = _lot(conn, article_id, place, lot.strip(), expires)
    return _write(conn, [Row(lot_id=lot_id, kind=Kind.RECEIPT, quantity=quantity)], doing)


def issue(
    conn: sa.Connection, article_id: int, place: str, quantity: Decimal, doing: Doing, unit_id: str | None = None
) -> tuple[UUID, tuple[Take, ...]]:
    """Takes so much out to be used, first expiry first. Raises `TooLittle`."""
    takes = _take(conn, article_id, place, quantity, doing.when.date())
    rows = [Row(lot_id=one.lot.id, kind=Kind.ISSUE, quantity=-one.quantity, unit_id=unit_id) for one in takes]
    return _write(conn, rows, doing), takes


def move(
    conn: sa.Connection, article_id: int, place: str, to: str, quantity: Decimal, doing: Doing
) -> tuple[UUID, tuple[Take, ...]]:
    """Takes so much to another place, first expiry first; lots stay what they are. Raises `TooLittle`."""
    takes = _take(conn, article_id, place, quantity, doing.when.date())
    rows = [Row(lot_id=one.lot.id, kind=Kind.MOVE, quantity=-one.quantity) for one in takes]
    for one in takes:
        there = _lot(conn, article_id, to, one.lot.lot, one.lot.expires)
        rows.append(Row(lot_id=there, kind=Kind.MOVE, quantity=one.quantity))
    return _write(conn, rows, doing), takes


def count(conn: sa.Connection, counted: Iterable[tuple[int, Decimal]], doing: Doing) -> UUID:
    """What is there of each lot (by id), as somebody has counted it: from now on it is so."""
    return _write(conn, [Row(lot_id=one, kind=Kind.COUNT, quantity=much) for one, much in counted], doing)


def scrap(conn: sa.Connection, lot_id: int, quantity: Decimal, doing: Doing) -> UUID:
    """So much of a lot is thrown away, expired or not. Raises `TooLittle`."""
    left = left_of(conn, lot_id)
    if quantity > left:
        raise TooLittle(left)
    return _write(conn, [Row(lot_id=lot_id, kind=Kind.SCRAP, quantity=-quantity)], doing)


def left_of(conn: sa.Connection, lot_id: int) -> Decimal:
    """How much is left of a lot, which nobody else changes until the transaction is over."""
    return _lock(conn, [lot_id]).get(lot_id, Decimal(0))


def undo(conn: sa.Connection, batch: UUID, who: str, now: datetime) -> bool:
    """Takes back what one press did; False where it was taken back before. Raises `TooLate`."""
    mine = (stock_entries.c.batch == batch) & stock_entries.c.undone_at.is_(None)
    rows = conn.execute(sa.select(stock_entries.c.lot_id, stock_entries.c.taken_at).where(mine)).all()
    if not rows:
        return False
    lots = {row.lot_id for row in rows}
    _lock(conn, lots)
    if now - min(row.taken_at for row in rows) > UNDO_WINDOW:
        raise TooLate("it was done more than a day ago")
    gone = conn.execute(stock_entries.update().where(mine).values(undone_at=now, undone_by=who)).rowcount
    if any(left < 0 for left in reading.balances(conn, lots).values()):
        raise TooLate("goods of it have gone on")
    return gone > 0


def _take(conn: sa.Connection, article_id: int, place: str, quantity: Decimal, today: date) -> tuple[Take, ...]:
    here = (stock_lots.c.article_id == article_id) & (stock_lots.c.place == place)
    _lock(conn, list(conn.scalars(sa.select(stock_lots.c.id).where(here))))
    lots: list[Lot] = reading.lots(conn, here)
    takes = pick(lots, quantity, today)
    if not takes:
        raise TooLittle(sum((lot.quantity for lot in lots if lot.usable(today)), Decimal(0)))
    return takes


def _lock(conn: sa.Connection, lot_ids: Collection[int]) -> dict[int, Decimal]:
    """What is left of each of these lots, and nobody else changes it until the transaction is over."""
    wanted = sa.select(stock_lots.c.id).where(stock_lots.c.id.in_(lot_ids)).order_by(stock_lots.c.id)
    conn.execute(wanted.with_for_update())
    return reading.balances(conn, lot_ids)


def _lot(conn: sa.Connection, article_id: int, place: str, lot: str, expires: date | None) -> int:
    row = insert(stock_lots).values(article_id=article_id, place=place, lot=lot, expires=expires)
    made = conn.scalar(row.on_conflict_do_nothing().returning(stock_lots.c.id))
    same = (stock_lots.c.article_id == article_id) & (stock_lots.c.place == place) & (stock_lots.c.lot == lot)
    known = sa.select(stock_lots.c.id).where(same, stock_lots.c.expires.is_not_distinct_from(expires))
    found: int = made if made is not None else conn.execute(known).scalar_one()
    return found


def _write(conn: sa.Connection, rows: Collection[Row], doing: Doing) -> UUID:
    batch = uuid4()
    facts = {"batch": batch, "at": doing.when, "taken_at": doing.now, "who": doing.who, "note": doing.note[:300]}
    written = [msgspec.structs.asdict(row) | {"kind": row.kind.value} | facts for row in rows]
    if written:
        conn.execute(stock_entries.insert(), written)
    return batch
