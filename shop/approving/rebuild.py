"""Making a basket again of what was not approved: an order that was declined, or the lines taken out of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec
import sqlalchemy as sa
from fastapi import Request
from sqlalchemy.dialects.postgresql import insert

from gateway.model.order import OrderLine
from gateway.orders import book, versions
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import Event, State
from gateway.suppliers.supplier import Suppliers
from shop.approving import lines_out
from shop.articles import COLUMNS, Article
from shop.basket import MOST, Basket
from shop.reach import Reach, reach
from shop.tables import articles, basket_lines, basket_orders
from shop.units import Unit
from web.figures import LOCAL
from web.languages import N_


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A line that was not approved and its article today; `why_not` is a message id where it cannot be bought."""

    name: str
    quantity: Decimal
    article: Article | None
    why_not: str | None = None


class Rebuilt(msgspec.Struct, frozen=True, kw_only=True):
    """What the buyer is told after it: how many lines lie in the basket, and what could not be put there."""

    number: str
    lines: int
    missing: tuple[Found, ...]


def refused_lines(conn: sa.Connection, row: OrderRow) -> tuple[OrderLine, ...]:
    """The lines that nobody approved: those taken out, and all where the order was declined or taken back."""
    first = versions.of_order(conn, row.id)[0].order
    if row.state is State.CANCELLED:
        approved = any(event.event in (Event.APPROVED, Event.SENT) for event in book.timeline(conn, row.id))
        return () if approved else first.lines
    out = {one.line_id for one in lines_out.of_order(conn, row.id)}
    return tuple(line for line in first.lines if line.id in out)


def findings(conn: sa.Connection, row: OrderRow, unit: Unit, suppliers: Suppliers, today: date) -> tuple[Found, ...]:
    """What was not approved, and what of it can be bought today."""
    lines = refused_lines(conn, row)
    known = _articles(conn, row, lines)
    allowed, supplier = reach(conn, unit, today), suppliers.get(row.supplier_id)
    sold = supplier is not None and supplier.active
    return tuple(_found(line, known.get(_key(line)), allowed, sold) for line in lines)


def put_back(conn: sa.Connection, basket: Basket, found: Sequence[Found], now: datetime) -> int:
    """What can be bought, into the basket; to do it twice adds nothing. How many lines that are."""
    rows = [one for one in found if one.why_not is None and one.article is not None]
    for one in rows:
        assert one.article is not None
        facts = {"basket_id": basket.id, "article_id": one.article.id, "quantity": min(one.quantity, MOST)}
        row = insert(basket_lines).values(facts | {"added_at": now})
        held = sa.case((basket_lines.c.removed_at.is_(None), basket_lines.c.quantity), else_=0)
        more = {"quantity": sa.func.greatest(held, row.excluded.quantity), "removed_at": None}
        conn.execute(row.on_conflict_do_update(index_elements=["basket_id", "article_id"], set_=more))
    return len(rows)


def rebuilt_notice(conn: sa.Connection, request: Request, unit: Unit) -> Rebuilt | None:
    """What the basket's page says after an order was made into a basket again; None where none was."""
    number = request.query_params.get("rebuilt", "")[:40]
    row = book.get(conn, number) if number else None
    if row is None or row.unit_id != unit.id:
        return None
    today = request.app.state.now().astimezone(LOCAL).date()
    found = findings(conn, row, unit, request.app.state.suppliers, today)
    missing = tuple(one for one in found if one.why_not is not None)
    return Rebuilt(number=row.number, lines=len(found) - len(missing), missing=missing) if found else None


def _found(line: OrderLine, article: Article | None, allowed: Reach, sold: bool) -> Found:
    why = _why_not(article, allowed) if sold else N_("The supplier can no longer be ordered from.")
    return Found(name=line.item.name, quantity=line.quantity.value, article=article, why_not=why)


def _why_not(article: Article | None, allowed: Reach) -> str | None:
    if article is not None and article.punchout_id is not None:
        return N_("It came from the supplier's own shop: fetch it there again.")
    if article is None or not article.active:
        return N_("It is no longer in the range.")
    return allowed.allows(article)


def _articles(conn: sa.Connection, row: OrderRow, lines: Sequence[OrderLine]) -> dict[tuple[str, str], Article]:
    """By the line's key: the article in our range, else the one that was in the basket."""
    theirs = (articles.c.supplier_id == row.supplier_id) & articles.c.seller_id.in_(
        [line.item.seller_id or "" for line in lines]
    )
    joined = basket_orders.join(basket_lines, basket_lines.c.basket_id == basket_orders.c.basket_id)
    bought = sa.select(basket_lines.c.article_id).select_from(joined).where(basket_orders.c.order_id == row.id)
    wanted = sa.select(*COLUMNS).where(theirs, articles.c.listed | articles.c.id.in_(bought))
    return dict(_keyed(Article(**one._mapping) for one in conn.execute(wanted.order_by(articles.c.listed))))


def _keyed(found: Iterator[Article]) -> Iterator[tuple[tuple[str, str], Article]]:
    for one in found:
        yield (one.seller_id, one.seller_extension or ""), one


def _key(line: OrderLine) -> tuple[str, str]:
    return line.item.seller_id or "", line.item.seller_id_extension or ""
