"""Baskets: one open basket per person and unit, split by supplier, with sums as the order will have them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from shop.articles import COLUMNS, Article
from shop.brought import as_sold
from shop.document import Wanted, sums
from shop.measures import plain
from shop.tables import articles, basket_lines, baskets

OFFERED_BACK = timedelta(minutes=10)
MOST = Decimal(99_999)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One article in a basket. `removed`: taken out a moment ago, and can be put back."""

    article: Article
    quantity: Decimal
    removed: bool = False

    @property
    def wanted(self) -> Wanted:
        return Wanted(article=self.article, quantity=self.quantity)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one supplier will be sent. Sums in the articles' currency."""

    supplier_id: str
    lines: tuple[Line, ...]
    net: Decimal
    tax: Decimal

    @property
    def kept(self) -> tuple[Line, ...]:
        """The lines that will be ordered; none where all of the supplier's were removed."""
        return tuple(line for line in self.lines if not line.removed)


class Basket(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    user_id: UUID
    unit_id: str
    placed_at: datetime | None
    lines: tuple[Line, ...]

    @property
    def kept(self) -> tuple[Line, ...]:
        """The lines that will be ordered."""
        return tuple(line for line in self.lines if not line.removed)

    @property
    def parts(self) -> tuple[Part, ...]:
        """By supplier, in the order in which suppliers came into the basket; removed lines stand in their place."""
        suppliers = dict.fromkeys(line.article.supplier_id for line in self.lines)
        return tuple(
            _part(name, [line for line in self.lines if line.article.supplier_id == name]) for name in suppliers
        )

    @property
    def orders(self) -> int:
        """How many orders it becomes."""
        return sum(1 for part in self.parts if part.kept)

    @property
    def net(self) -> Decimal:
        """Without VAT."""
        return sum((part.net for part in self.parts), Decimal(0))

    @property
    def tax(self) -> Decimal:
        return sum((part.tax for part in self.parts), Decimal(0))

    @property
    def seen(self) -> str:
        """Changes whenever what would be ordered, or its price, changes: nobody orders what they have not seen."""
        facts = sorted(_fact(line.article, line.quantity) for line in self.kept)
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]


def _fact(article: Article, quantity: Decimal) -> str:
    return f"{article.id} {quantity.normalize()} {article.price} {article.base.normalize()}"


def _part(supplier_id: str, lines: Iterable[Line]) -> Part:
    lines = tuple(lines)
    total = sums(line.wanted for line in lines if not line.removed)
    return Part(supplier_id=supplier_id, lines=lines, net=total.net, tax=total.tax)


def open_basket(conn: sa.Connection, user_id: UUID, unit_id: str, now: datetime, *, lock: bool = False) -> Basket:
    """The person's basket for the unit, made where there is none; with `lock` nobody orders it meanwhile."""
    found = get(conn, _open_id(conn, user_id, unit_id, now, lock), now)
    assert found is not None
    return found


def _open_id(conn: sa.Connection, user_id: UUID, unit_id: str, now: datetime, lock: bool) -> UUID:
    wanted = sa.select(baskets.c.id).where(_open(user_id, unit_id))
    if lock:  # who waited for one that was ordered meanwhile finds none, and begins the next
        wanted = wanted.with_for_update()
    while (found := conn.scalar(wanted)) is None:
        row = insert(baskets).values(id=uuid4(), user_id=user_id, unit_id=unit_id, created_at=now)
        conn.execute(row.on_conflict_do_nothing())
    return UUID(str(found))


def _open(user_id: UUID, unit_id: str) -> sa.ColumnElement[bool]:
    theirs = (baskets.c.user_id == user_id) & (baskets.c.unit_id == unit_id)
    return theirs & baskets.c.placed_at.is_(None) & ~baskets.c.apart


def get(conn: sa.Connection, basket_id: UUID, now: datetime, *, lock: bool = False) -> Basket | None:
    """A basket with its lines, its row locked until the transaction ends if `lock`."""
    wanted = sa.select(baskets).where(baskets.c.id == basket_id)
    row = conn.execute(wanted.with_for_update() if lock else wanted).first()
    if row is None:
        return None
    lines = _lines(conn, basket_id, now)
    return Basket(id=row.id, user_id=row.user_id, unit_id=row.unit_id, placed_at=row.placed_at, lines=lines)


def count(conn: sa.Connection, user_id: UUID, unit_id: str) -> int:
    """How many lines the open basket has."""
    mine = _open(user_id, unit_id)
    wanted = sa.select(sa.func.count()).select_from(basket_lines.join(baskets))
    found: int = conn.execute(wanted.where(mine, basket_lines.c.removed_at.is_(None))).scalar_one()
    return found


def add(conn: sa.Connection, basket: Basket, article_id: int, quantity: Decimal, now: datetime) -> None:
    """More of an article; a line that had been removed begins anew. What was ordered meanwhile is not added to."""
    basket_id = _open_id(conn, basket.user_id, basket.unit_id, now, lock=True)
    row = insert(basket_lines).values(basket_id=basket_id, article_id=article_id, quantity=quantity, added_at=now)
    more = sa.case((basket_lines.c.removed_at.is_(None), basket_lines.c.quantity), else_=0) + quantity
    changed = {"quantity": sa.func.least(more, MOST), "removed_at": None}
    conn.execute(row.on_conflict_do_update(index_elements=["basket_id", "article_id"], set_=changed))


def set_quantity(conn: sa.Connection, basket: Basket, article_id: int, quantity: Decimal) -> None:
    """Exactly so many. What came from a supplier's shop stays as it was chosen there."""
    if conn.scalar(sa.select(articles.c.punchout_id).where(articles.c.id == article_id)) is not None:
        return
    _change(conn, basket, article_id, quantity=min(quantity, MOST), removed_at=None)


def remove(conn: sa.Connection, basket: Basket, article_id: int, now: datetime) -> None:
    """Taken out, and offered back for a while."""
    _change(conn, basket, article_id, removed_at=now)


def restore(conn: sa.Connection, basket: Basket, article_id: int) -> None:
    """Put back as it was."""
    _change(conn, basket, article_id, removed_at=None)


def _change(conn: sa.Connection, basket: Basket, article_id: int, **values: object) -> None:
    """Nothing where the basket was ordered meanwhile."""
    mine = (baskets.c.id == basket.id) & baskets.c.placed_at.is_(None)
    if conn.scalar(sa.select(baskets.c.id).where(mine).with_for_update()) is None:
        return
    line = (basket_lines.c.basket_id == basket.id) & (basket_lines.c.article_id == article_id)
    conn.execute(basket_lines.update().where(line).values(values))


def _lines(conn: sa.Connection, basket_id: UUID, now: datetime) -> tuple[Line, ...]:
    lines = basket_lines.c
    wanted = (
        sa.select(*COLUMNS, lines.quantity, lines.removed_at)
        .join(basket_lines, lines.article_id == articles.c.id)
        .where(lines.basket_id == basket_id)
        .where(lines.removed_at.is_(None) | (lines.removed_at > now - OFFERED_BACK))
        .order_by(lines.added_at, articles.c.id)
    )
    found = []
    for row in conn.execute(wanted):
        facts = dict(row._mapping)
        quantity, removed_at = facts.pop("quantity"), facts.pop("removed_at")
        found.append(Line(article=Article(**facts), quantity=plain(quantity), removed=removed_at is not None))
    sold = as_sold(conn, [line.article for line in found])
    return tuple(msgspec.structs.replace(line, article=sold.get(line.article.id, line.article)) for line in found)
