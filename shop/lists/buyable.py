"""Whether what somebody bought or listed once can be bought now, at which price, and what else would do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

import msgspec
import sqlalchemy as sa

from gateway.suppliers.supplier import Suppliers
from shop.articles import COLUMNS, Article
from shop.reach import Reach
from shop.tables import articles
from web.languages import N_

_TENTH = Decimal("0.1")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """`why` it cannot be bought, a message id, or None; `dearer` is by how many per cent, 0 where it is not."""

    why: str | None = None
    dearer: Decimal = Decimal(0)
    substitutes: tuple[Article, ...] = ()


def why_not(article: Article, within: Reach, suppliers: Suppliers) -> str | None:
    """None where the unit may buy it now; else why not, a message id."""
    if article.punchout_id is not None:
        return N_("It was chosen in the supplier's own shop. Go there to buy it again.")
    if article.request_id is not None:
        return N_("It was made for one request. Ask for it again.")
    if not article.active:
        return N_("It has left the supplier's range.")
    supplier = suppliers.get(article.supplier_id)
    if supplier is None or not supplier.active:
        return N_("The supplier takes no orders now.")
    return within.allows(article)


def dearer(listed: Decimal, now: Decimal) -> Decimal:
    """By how many per cent a price has risen, in tenths; 0 where it has not, or was nothing."""
    if listed <= 0 or now <= listed:
        return Decimal(0)
    return max(((now / listed - 1) * 100).quantize(_TENTH, ROUND_HALF_UP), _TENTH)


def standings(
    conn: sa.Connection, wanted: Iterable[tuple[Article, Decimal]], within: Reach, suppliers: Suppliers
) -> dict[int, Standing]:
    """How it stands with each article that was listed at a price, by its id."""
    pairs = list(wanted)
    reasons = {article.id: why_not(article, within, suppliers) for article, _ in pairs}
    risen = {article.id: dearer(price, article.price) for article, price in pairs}
    asked = [article for article, _ in pairs if reasons[article.id] is not None or risen[article.id]]
    others = substitutes(conn, asked, within, suppliers)
    return {
        id: Standing(why=reasons[id], dearer=risen[id], substitutes=tuple(others.get(id, ())))
        for id in (article.id for article, _ in pairs)
    }


def substitutes(
    conn: sa.Connection, asked: Iterable[Article], within: Reach, suppliers: Suppliers
) -> Mapping[int, list[Article]]:
    """What the suppliers name instead of these articles, where the unit may buy it; in the order they name it."""
    asked = [article for article in asked if article.substitutes]
    wanted = {(article.supplier_id, other) for article in asked for other in article.substitutes}
    if not wanted:
        return {}
    theirs = sa.tuple_(articles.c.supplier_id, articles.c.seller_id).in_(sorted(wanted)) & articles.c.listed
    rows = conn.execute(sa.select(*COLUMNS).where(theirs, articles.c.active))
    known = {(one.supplier_id, one.seller_id): one for row in rows if (one := Article(**row._mapping))}
    found: dict[int, list[Article]] = defaultdict(list)
    for article in asked:
        for seller_id in article.substitutes:
            other = known.get((article.supplier_id, seller_id))
            if other is not None and why_not(other, within, suppliers) is None:
                found[article.id].append(other)
    return found
