"""What was brought back from a supplier's own shop, as articles of ours: bought once, at the price of that visit.

They are never active, so that no search and no list of usual purchases offers them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange.punchout import visits
from gateway.exchange.punchout.checks import dropped, unit_price
from gateway.exchange.punchout.visits import Visit
from gateway.exchange.tables import punchouts
from gateway.identifiers import Gtin
from gateway.model.basket import BasketLine
from gateway.orders.tables import orders
from gateway.suppliers.supplier import Supplier
from shop.articles import COLUMNS, Article
from shop.tables import articles, basket_lines, basket_orders

USUAL_VAT: Final = Decimal(25)
"""Where neither the shop nor our own range says what VAT an article has."""
_LONGEST_NAME, _LONGEST_TEXT = 500, 4000
_FINEST: Final = Decimal("0.0001")


def kept_lines(visit: Visit) -> tuple[BasketLine, ...]:
    """The lines that may be bought: those without a fatal remark."""
    out = dropped(visit.remarks)
    lines = visit.basket.lines if visit.basket is not None else ()
    return tuple(line for place, line in enumerate(lines) if place not in out)


def put(conn: sa.Connection, basket_id: UUID, visit: Visit, supplier: Supplier, now: datetime) -> None:
    """Every line that may be bought, into the basket."""
    lines = kept_lines(visit)
    if not lines:
        return
    known = _known(conn, supplier.id, lines)
    rows = [_row(visit, line, supplier, known.get(line.item.seller_id or "")) for line in lines]
    # Their ids grow in the order of the lines: `as_sold` finds the line of an article by that.
    made = articles.insert().returning(articles.c.id, sort_by_parameter_order=True)
    ids = conn.scalars(made, rows).all()
    facts = {"basket_id": basket_id, "added_at": now}
    wanted = [facts | {"article_id": id, "quantity": line.quantity.value} for id, line in zip(ids, lines, strict=True)]
    conn.execute(basket_lines.insert(), wanted)


def as_sold(conn: sa.Connection, found: Iterable[Article]) -> Mapping[int, Article]:
    """The articles among these that were brought back, with the price exactly as the shop gave it."""
    wanted = {article.id: article for article in found if article.punchout_id is not None}
    sold: dict[int, Article] = {}
    for visit_id in {article.punchout_id for article in wanted.values()}:
        visit = visits.get(conn, visit_id) if visit_id is not None else None
        if visit is not None:
            lines = lines_by_article(conn, visit)
            sold |= {id: _sold(wanted[id], line, visit) for id, line in lines.items() if id in wanted}
    return sold


def lines_by_article(conn: sa.Connection, visit: Visit) -> dict[int, BasketLine]:
    """The line that each article of a visit was made of."""
    ids = conn.scalars(sa.select(articles.c.id).where(articles.c.punchout_id == visit.id).order_by(articles.c.id)).all()
    return dict(zip(ids, kept_lines(visit), strict=True)) if ids else {}


def lines_in(conn: sa.Connection, basket_id: UUID, visit: Visit) -> tuple[BasketLine, ...]:
    """What of a visit still lies in the basket."""
    mine = (basket_lines.c.basket_id == basket_id) & basket_lines.c.removed_at.is_(None)
    there = set(conn.scalars(sa.select(basket_lines.c.article_id).where(mine)))
    return tuple(line for id, line in lines_by_article(conn, visit).items() if id in there)


def take_out(conn: sa.Connection, basket_id: UUID, visit_id: UUID) -> None:
    """Nothing of a visit is left in the basket; a basket that was placed stays as it was."""
    theirs = sa.select(articles.c.id).where(articles.c.punchout_id == visit_id)
    mine = (basket_lines.c.basket_id == basket_id) & basket_lines.c.article_id.in_(theirs)
    conn.execute(basket_lines.delete().where(mine))


def _sold(article: Article, line: BasketLine, visit: Visit) -> Article:
    base = line.base_quantity.value if line.base_quantity is not None else Decimal(1)
    allowed = (visit.basket.allowed if visit.basket is not None else None) or ""
    may = allowed if visit.kind == "cxml" and allowed in {"edit", "inspect"} else ""
    return msgspec.structs.replace(article, price=line.price.value, base=base, may=may)


def _known(conn: sa.Connection, supplier_id: str, lines: Sequence[BasketLine]) -> dict[str, Article]:
    """Our own articles of the same numbers: they know VAT, contract and days where the shop says nothing."""
    numbers = sorted({line.item.seller_id or "" for line in lines})
    ours = (articles.c.supplier_id == supplier_id) & articles.c.listed
    found = conn.execute(sa.select(*COLUMNS).where(ours, articles.c.seller_id.in_(numbers)))
    return {row.seller_id: Article(**row._mapping) for row in found}


def _row(visit: Visit, line: BasketLine, supplier: Supplier, known: Article | None) -> dict[str, Any]:
    item, basket = line.item, visit.basket
    named = basket.contract if basket is not None and basket.contract in supplier.contracts else None
    said = item.tax.percent if item.tax is not None else None
    days = line.lead_time.value if line.lead_time is not None and line.lead_time.unit == "DAY" else None
    return {
        "supplier_id": supplier.id,
        "seller_id": item.seller_id,
        "gtin": _gtin(line),
        "name": item.name[:_LONGEST_NAME] or item.seller_id,
        "description": " ".join(item.descriptions)[:_LONGEST_TEXT],
        "unit": line.quantity.unit,
        "price": unit_price(line).quantize(_FINEST),
        "currency": line.price.currency,
        "vat": said if said is not None else known.vat if known else USUAL_VAT,
        "contract": known.contract if known else named,
        "category": known.category if known else supplier.category,
        "lead_days": _days(days) if days is not None else known.lead_days if known else supplier.lead_days,
        "active": False,
        "punchout_id": visit.id,
        "seller_extension": item.seller_id_extension,
        "detail": line.detail,
    }


def _days(value: Decimal) -> int:
    return int(min(max(value, Decimal(0)), Decimal(365)).to_integral_value())


def _gtin(line: BasketLine) -> str | None:
    known = line.item.standard_id
    try:
        return str(Gtin(known.value)) if known is not None and known.scheme in {None, "0160"} else None
    except ValueError:
        return None


def orders_of_visit(conn: sa.Connection, visit_id: UUID) -> list[UUID]:
    """The orders that what a visit brought back was placed with."""
    of_supplier = sa.select(punchouts.c.supplier_id).where(punchouts.c.id == visit_id).scalar_subquery()
    joined = basket_orders.join(basket_lines, basket_lines.c.basket_id == basket_orders.c.basket_id)
    joined = joined.join(articles, articles.c.id == basket_lines.c.article_id)
    joined = joined.join(orders, orders.c.id == basket_orders.c.order_id)
    mine = (articles.c.punchout_id == visit_id) & (orders.c.supplier_id == of_supplier)
    return list(conn.scalars(sa.select(orders.c.id).select_from(joined).where(mine).distinct()))
