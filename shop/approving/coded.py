"""The coding of a basket and of its orders: what stands in the form, what is wrong, what leaves the house and is kept.

Only `AccountingCost` leaves the house (of the order, and of a line that is coded otherwise); the values by dimension
are kept in `order_coding`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.model import Order
from shop.approving import coding as rules
from shop.approving.coding import Coding, Given, Lists, Where, Wrong
from shop.approving.coding_lists import lists_for
from shop.approving.departments import above
from shop.approving.tables import basket_coding, order_coding
from shop.basket import Line
from shop.units import Unit


class BasketCoding(msgspec.Struct, frozen=True, kw_only=True):
    """A basket's coding as far as it is known: `usual` stands in the form by itself, `given` is what it says.

    `own` is what was written for single lines and `goods` what they get for their kind, by article.
    """

    coding: Coding
    usual: Given
    given: Given
    own: Mapping[int, Given] = {}
    goods: Mapping[int, Given] = {}

    def of_line(self, article_id: int) -> dict[str, str]:
        """What the line is coded as."""
        goods, own = self.goods.get(article_id, {}), self.own.get(article_id, {})
        return rules.of_line(self.coding, self.given, self.usual, goods, own)

    @property
    def cost(self) -> str:
        """What the basket as a whole is coded as, as one text."""
        return rules.joined(self.coding, self.given)


def where_of(conn: sa.Connection, unit: Unit) -> Where:
    """What the configuration may ask of a unit."""
    return Where(unit=unit.id, departments=tuple(above(conn, unit.department_id)), cost=unit.accounting_cost)


def basket_coded(
    conn: sa.Connection,
    coding: Coding,
    unit: Unit,
    basket_id: UUID,
    lines: Iterable[Line],
    given: Given | None = None,
) -> BasketCoding:
    """The coding of a basket whose form says `given`; what the form does not name is as usual."""
    where = where_of(conn, unit)
    usual = rules.of_unit(coding, where)
    goods = {
        line.article.id: rules.of_goods(coding, where, line.article.category, line.article.unspsc) for line in lines
    }
    said = usual if given is None else {**usual, **given}
    own = own_of(conn, basket_id)
    return BasketCoding(coding=coding, usual=usual, given=said, own=own, goods=goods)


def own_of(conn: sa.Connection, basket_id: UUID) -> dict[int, dict[str, str]]:
    """What was written for single lines, by article."""
    found = sa.select(basket_coding.c.article_id, basket_coding.c.given).where(basket_coding.c.basket_id == basket_id)
    return {row.article_id: dict(row.given) for row in conn.execute(found)}


def write_line(conn: sa.Connection, basket_id: UUID, article_id: int, given: Given) -> None:
    """Codes one line otherwise; nothing written takes that back."""
    kept = {name: value for name, value in given.items() if value}
    if not kept:
        line = (basket_coding.c.basket_id == basket_id) & (basket_coding.c.article_id == article_id)
        conn.execute(basket_coding.delete().where(line))
        return
    row = insert(basket_coding).values(basket_id=basket_id, article_id=article_id, given=kept)
    conn.execute(row.on_conflict_do_update(index_elements=["basket_id", "article_id"], set_={"given": kept}))


def basket_wrongs(
    conn: sa.Connection, coded: BasketCoding, lines: Sequence[Line], day: date
) -> tuple[list[Wrong], dict[int, list[Wrong]]]:
    """What is wrong with the form, and with single lines that are coded otherwise; by article."""
    of_lines = {line.article.id: coded.of_line(line.article.id) for line in lines}
    lists: Lists = lists_for(conn, coded.coding, [coded.given, *of_lines.values()], day)
    shared = list(rules.wrongs(coded.coding, coded.given, lists, day))
    told = {(wrong.dimension, coded.given.get(wrong.dimension, "")) for wrong in shared}
    lone: dict[int, list[Wrong]] = {}
    for id, values in of_lines.items():
        found = [
            wrong
            for wrong in rules.wrongs(coded.coding, values, lists, day)
            if (wrong.dimension, values.get(wrong.dimension, "")) not in told
        ]
        if found:
            lone[id] = found
    return shared, lone


def on_order(order: Order, lines: Sequence[Line], coded: BasketCoding) -> Order:
    """The order with its coding: on the whole, and on lines that are coded otherwise. Lines as in the basket."""
    if not coded.coding.dimensions:
        return order
    costs = [rules.joined(coded.coding, coded.of_line(line.article.id)) for line in lines]
    whole = coded.cost or (costs[0] if len(set(costs)) == 1 else "")
    told = tuple(
        msgspec.structs.replace(line, accounting_cost=cost or None) if cost != whole else line
        for line, cost in zip(order.lines, costs, strict=True)
    )
    return msgspec.structs.replace(order, accounting_cost=whole or None, lines=told)


def keep(conn: sa.Connection, order_id: UUID, order: Order, lines: Sequence[Line], coded: BasketCoding) -> None:
    """The values by dimension, of every line of the order."""
    rows = [
        {"order_id": order_id, "line_id": line.id, "dimension": dimension, "value": value}
        for line, held in zip(order.lines, lines, strict=True)
        for dimension, value in coded.of_line(held.article.id).items()
    ]
    if rows:
        conn.execute(order_coding.insert(), rows)


def of_order(conn: sa.Connection, order_id: UUID) -> dict[str, dict[str, str]]:
    """By line the values by dimension."""
    found: dict[str, dict[str, str]] = {}
    for row in conn.execute(sa.select(order_coding).where(order_coding.c.order_id == order_id)):
        found.setdefault(row.line_id, {})[row.dimension] = row.value
    return found


def forget_lines(conn: sa.Connection, order_id: UUID, line_ids: Iterable[str]) -> None:
    """What is not ordered is not coded."""
    gone = (order_coding.c.order_id == order_id) & order_coding.c.line_id.in_(list(line_ids))
    conn.execute(order_coding.delete().where(gone))
