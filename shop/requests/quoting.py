"""Quotes on a request, and what becomes of the one that is chosen: an article of its own in the buyer's basket."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.orders import book
from gateway.orders.book import OrderRow
from gateway.orders.lifecycle import State as OrderState
from gateway.orders.tables import orders
from shop import basket as baskets
from shop.articles import COLUMNS, Article
from shop.categories import UNSPSC
from shop.measures import plain
from shop.reach import reach
from shop.requests import asking
from shop.requests.asking import OPEN, Request, State
from shop.requests.ceiling import cost, fits
from shop.requests.events import What, tell
from shop.requests.raising import CannotDo
from shop.requests.tables import quotes
from shop.tables import articles, basket_lines, basket_orders
from shop.tables import baskets as baskets_table
from shop.units import Unit
from web.languages import N_
from web.sessions import Viewer


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplier offers; `price` is for one `measure` in kronor without VAT, `vat` per cent."""

    id: UUID
    request_id: UUID
    supplier_id: str
    reference: str
    offered: str
    quantity: Decimal
    measure: str
    price: Decimal
    vat: Decimal
    lead_days: int
    valid_until: date
    contract: str | None
    note: str
    registered_by: str
    at: datetime
    taken_back_at: datetime | None = None

    @property
    def net(self) -> Decimal:
        """What all of it costs without VAT."""
        return cost(self.price, self.quantity)


def of(conn: sa.Connection, request_id: UUID) -> list[Quote]:
    """The quotes that stand, the cheapest first."""
    wanted = sa.select(quotes).where(quotes.c.request_id == request_id, quotes.c.taken_back_at.is_(None))
    return sorted((_quote(row) for row in conn.execute(wanted)), key=lambda one: (one.net, one.at))


def register(conn: sa.Connection, quote: Quote, now: datetime) -> None:
    """A purchaser writes down what was offered; the buyer may choose from now on. The same form once more: nothing."""
    known = asking.locked(conn, quote.request_id, OPEN)
    made = insert(quotes).values(msgspec.structs.asdict(quote)).on_conflict_do_nothing().returning(quotes.c.id)
    if conn.execute(made).first() is None:
        return
    taken = known.taken_by or quote.registered_by
    asking.moved(conn, known.id, State.QUOTED, now, taken_by=taken)
    facts = {"supplier": quote.supplier_id, "amount": str(quote.net)}
    tell(conn, known.id, quote.registered_by, What.QUOTED, now, **facts)


def take_back(conn: sa.Connection, quote: Quote, login: str, now: datetime) -> None:
    """It was wrong, or the supplier has taken it back."""
    asking.locked(conn, quote.request_id, OPEN)
    standing = (quotes.c.id == quote.id) & quotes.c.taken_back_at.is_(None)
    if not conn.execute(quotes.update().where(standing).values(taken_back_at=now)).rowcount:
        return
    tell(conn, quote.request_id, login, What.QUOTE_GONE, now, supplier=quote.supplier_id)
    if not of(conn, quote.request_id):
        asking.moved(conn, quote.request_id, State.TAKEN, now, wish=None, wish_by=None)


def choose(
    conn: sa.Connection, request_id: UUID, quote_id: UUID, buyer: Viewer, unit: Unit, today: date, now: datetime
) -> None:
    """The quote becomes an article in the buyer's basket. Raises CannotDo: too dear, too old, not open to the unit."""
    known = asking.locked(conn, request_id, frozenset({State.QUOTED, State.CHOSEN}))
    if known.state is State.CHOSEN:
        if known.chosen == quote_id:
            return
        raise CannotDo(N_("Another quote is chosen already. Take back that choice first."))
    quote = next((one for one in of(conn, request_id) if one.id == quote_id), None)
    if quote is None:
        raise CannotDo(N_("The quote has been taken back. Choose another one."))
    if quote.valid_until < today:
        raise CannotDo(N_("The quote was valid until %(day)s. Ask the purchaser for a new one."), day=quote.valid_until)
    if not fits(known.ceiling, Decimal(0), quote.net):
        raise CannotDo(N_("The quote is above your ceiling. Say yes to a higher ceiling first."))
    article = _article(conn, known, quote)
    if (against := reach(conn, unit, today).allows(article)) is not None:
        raise CannotDo(against)
    _into_basket(conn, article.id, quote.quantity, buyer, unit, now)
    asking.moved(conn, request_id, State.CHOSEN, now, chosen=quote_id)
    facts = {"supplier": quote.supplier_id, "amount": str(quote.net)}
    tell(conn, request_id, buyer.login, What.CHOSEN, now, **facts)


def choose_again(conn: sa.Connection, request_id: UUID, login: str, now: datetime) -> None:
    """The choice is taken back, as long as nothing is ordered; the line leaves every open basket."""
    known = asking.locked(conn, request_id, frozenset({State.QUOTED, State.CHOSEN}))
    if known.state is State.QUOTED:
        return
    if orders_of(conn, request_id):
        raise CannotDo(N_("It is ordered already. Change or cancel the order instead."))
    open_ones = sa.select(baskets_table.c.id).where(baskets_table.c.placed_at.is_(None))
    mine = basket_lines.c.article_id.in_(_made_for(request_id)) & basket_lines.c.basket_id.in_(open_ones)
    conn.execute(basket_lines.delete().where(mine))
    asking.moved(conn, request_id, State.QUOTED, now, chosen=None)
    tell(conn, request_id, login, What.NOT_CHOSEN, now)


def put_again(conn: sa.Connection, request_id: UUID, buyer: Viewer, unit: Unit, today: date, now: datetime) -> None:
    """What was chosen, into the basket once more: it was taken out, or its order came to nothing."""
    known = asking.locked(conn, request_id, frozenset({State.CHOSEN}))
    if orders_of(conn, request_id):
        raise CannotDo(N_("It is ordered already. Change or cancel the order instead."))
    quote = next((one for one in of(conn, request_id) if one.id == known.chosen), None)
    if quote is None or quote.valid_until < today:
        raise CannotDo(N_("The quote is no longer valid. Take back the choice and ask for a new one."))
    article = _article(conn, known, quote)
    _into_basket(conn, article.id, quote.quantity, buyer, unit, now)


def orders_of(conn: sa.Connection, request_id: UUID) -> list[OrderRow]:
    """The orders that the chosen quote was placed with, those that came to nothing aside."""
    joined = basket_orders.join(basket_lines, basket_lines.c.basket_id == basket_orders.c.basket_id)
    joined = joined.join(articles, articles.c.id == basket_lines.c.article_id)
    joined = joined.join(orders, orders.c.id == basket_orders.c.order_id)
    nothing = [OrderState.REJECTED.value, OrderState.CANCELLED.value]
    mine = (articles.c.request_id == request_id) & (orders.c.supplier_id == articles.c.supplier_id)
    mine &= basket_lines.c.removed_at.is_(None) & orders.c.state.not_in(nothing)
    numbers = conn.scalars(sa.select(orders.c.number).select_from(joined).where(mine).distinct())
    # One supplier may get two orders of one basket: only the one with this article counts.
    rows = book.by_numbers(conn, list(numbers))
    names = {one.seller_id for one in _articles(conn, [request_id])}
    return [row for row in rows if names & {line.item.seller_id for line in row.order.lines}]


def in_basket(conn: sa.Connection, request_id: UUID, person: Viewer) -> bool:
    """Whether it lies in an open basket of this person's."""
    joined = basket_lines.join(baskets_table, baskets_table.c.id == basket_lines.c.basket_id)
    mine = (baskets_table.c.user_id == person.id) & baskets_table.c.placed_at.is_(None)
    mine &= basket_lines.c.article_id.in_(_made_for(request_id)) & basket_lines.c.removed_at.is_(None)
    return conn.execute(sa.select(basket_lines.c.article_id).select_from(joined).where(mine)).first() is not None


def _into_basket(
    conn: sa.Connection, article_id: int, quantity: Decimal, buyer: Viewer, unit: Unit, now: datetime
) -> None:
    """Exactly the quantity of the quote, however often it is pressed."""
    mine = baskets.open_basket(conn, buyer.id, unit.id, now, lock=True)
    row = insert(basket_lines).values(basket_id=mine.id, article_id=article_id, quantity=quantity, added_at=now)
    again = {"quantity": quantity, "removed_at": None}
    conn.execute(row.on_conflict_do_update(index_elements=["basket_id", "article_id"], set_=again))


def _article(conn: sa.Connection, request: Request, quote: Quote) -> Article:
    """The article made for this quote: never listed, never active, so that no search and no other request finds it."""
    name = (quote.reference or request.number)[:80]
    known = [one for one in _articles(conn, [request.id]) if one.keywords == str(quote.id)]
    if known:
        return known[0]
    row: dict[str, Any] = {"keywords": str(quote.id)}
    row |= {"supplier_id": quote.supplier_id, "seller_id": name, "name": quote.offered, "description": request.title}
    row |= {"unit": quote.measure, "price": quote.price, "vat": quote.vat, "contract": quote.contract}
    row |= {"category": request.category, "unspsc": UNSPSC.get(request.category), "lead_days": quote.lead_days}
    row |= {"active": False, "request_id": request.id, "valid_to": quote.valid_until}
    made = conn.execute(articles.insert().values(row).returning(*COLUMNS)).one()
    return Article(**made._mapping)


def _articles(conn: sa.Connection, request_ids: Iterable[UUID]) -> list[Article]:
    wanted = sa.select(*COLUMNS).where(articles.c.request_id.in_(list(request_ids))).order_by(articles.c.id)
    return [Article(**row._mapping) for row in conn.execute(wanted)]


def _made_for(request_id: UUID) -> sa.Select[Any]:
    return sa.select(articles.c.id).where(articles.c.request_id == request_id)


def _quote(row: sa.Row[Any]) -> Quote:
    return Quote(**dict(row._mapping) | {"quantity": plain(row.quantity)})
