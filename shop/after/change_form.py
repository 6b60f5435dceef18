"""The form of a change, as the buyer filled it in: what is wanted, or which field is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from gateway.orders.book import OrderRow
from shop import articles, units
from shop.after.desk import number_in
from shop.after.wanted import NotWanted, Wish, day_of
from shop.articles import Article
from shop.desk import one_line
from shop.reach import reach
from web.languages import N_

_NOTE = 300
_LARGEST_ID = 2**63 - 1


def wish_of(conn: sa.Connection, row: OrderRow, said: Mapping[str, str], today: date) -> Wish:
    """Out of the form. Raises NotWanted naming the field."""
    quantities = {line.id: _quantity(said, line.id, line.quantity.value) for line in row.order.lines}
    return Wish(
        quantities={line: quantity for line, quantity in quantities.items() if quantity is not None},
        added=tuple(_added(conn, row, said, today)),
        day=_day(row, said, today),
        note=one_line(said.get("note", row.order.note or ""))[:_NOTE],
    )


def picked(conn: sa.Connection, row: OrderRow, said: Mapping[str, str]) -> list[Article]:
    """The articles that the form has lines for, and the one that was chosen just now."""
    keys = [name.removeprefix("added-") for name in said if name.startswith("added-")] + [said.get("add", "")]
    found = (_article(conn, key) for key in dict.fromkeys(keys))
    return [one for one in found if one is not None and one.supplier_id == row.supplier_id]


def _article(conn: sa.Connection, key: str) -> Article | None:
    return articles.get(conn, int(key)) if key.isascii() and key.isdigit() and int(key) <= _LARGEST_ID else None


def _quantity(said: Mapping[str, str], line: str, stands: Decimal) -> Decimal | None:
    """None where the line stays as it is; one that is ticked to go counts 0."""
    if f"without-{line}" in said:
        return Decimal(0)
    text = said.get(f"quantity-{line}", "").strip()
    found = number_in(text)
    if text and found is None:
        raise NotWanted(N_("A quantity is a number from 0 to 100,000."), f"quantity-{line}")
    return found if found is not None and found != stands else None


def _added(
    conn: sa.Connection, row: OrderRow, said: Mapping[str, str], today: date
) -> Iterator[tuple[Article, Decimal]]:
    unit = units.get(conn, row.unit_id)
    for name, text in said.items():
        if not name.startswith("added-") or not text.strip() or text.strip() == "0":
            continue
        quantity, key = number_in(text), name.removeprefix("added-")
        article = _article(conn, key)
        if article is None or article.supplier_id != row.supplier_id or not article.active:
            raise NotWanted(N_("The article is not sold by this supplier any more."), "article")
        if unit is not None and (why := reach(conn, unit, today).allows(article)) is not None:
            raise NotWanted(why, "article")
        if quantity is None:
            raise NotWanted(N_("Write how many, from 1 up."), name)
        yield article, quantity


def _day(row: OrderRow, said: Mapping[str, str], today: date) -> date | None:
    """The wanted day; one that is over already stays only where nobody touched it."""
    text, stands = said.get("day", "").strip(), day_of(row.order.delivery)
    if not text:
        return None if "day" in said else stands
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise NotWanted(N_("Choose one of the days."), "day") from None
    if found != stands and found <= today:
        raise NotWanted(N_("The day must be after today."), "day")
    return found
