"""The locked price: an order keeps that of the day it was placed; who approves it sees what it would cost today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec
import sqlalchemy as sa

from gateway.model.order import OrderLine
from shop.articles import COLUMNS, Article
from shop.tables import articles


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """What one unit costs in the order, `then`, and in the catalogue `now`; None: it is sold no more."""

    then: Decimal
    now: Decimal | None

    @property
    def percent(self) -> Decimal | None:
        """By how much it has risen; None where that cannot be said."""
        if self.now is None or not self.then:
            return None
        return ((self.now - self.then) / self.then * 100).quantize(Decimal("0.1"))


def drifts(conn: sa.Connection, supplier_id: str, lines: Iterable[OrderLine]) -> dict[str, Drift]:
    """By line what has changed since; lines whose price is the same, or not from our catalogue, are left out."""
    priced = {line.item.seller_id: line for line in lines if line.price is not None and line.item.seller_id}
    theirs = (articles.c.supplier_id == supplier_id) & articles.c.seller_id.in_(sorted(priced)) & articles.c.listed
    today = {row.seller_id: Article(**row._mapping) for row in conn.execute(sa.select(*COLUMNS).where(theirs))}
    found = {}
    for seller_id, line in priced.items():
        article = today.get(seller_id)
        if article is None or line.price is None or line.item.seller_id_extension:
            continue
        base = line.price.base_quantity.value if line.price.base_quantity else Decimal(1)
        then = line.price.amount.value / base
        now = price_at(article, line.quantity.value) if article.active else None
        if now != then:
            found[line.id] = Drift(then=then, now=now)
    return found


def price_at(article: Article, quantity: Decimal) -> Decimal:
    """What one unit costs when so many are bought."""
    reached = [tier for tier in article.tiers if Decimal(tier["from"]) <= quantity]
    return Decimal(reached[-1]["price"]) if reached else article.price


def is_over(guaranteed_to: date | None, today: date) -> bool:
    """Whether the price is no longer guaranteed."""
    return guaranteed_to is not None and today > guaranteed_to
