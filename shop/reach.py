"""What a unit may see and buy: contracts that are open to it today, categories that nobody has blocked for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec
import sqlalchemy as sa

from shop.articles import Article
from shop.tables import category_blocks, contract_units, contracts, departments
from shop.units import Unit
from web.languages import N_

Contract = tuple[str, str]
"""The supplier's id and the number."""


class Block(msgspec.Struct, frozen=True):
    """A category of ours, or the first digits of a UNSPSC code, that a unit may not buy, and why."""

    category: str
    reason: str

    def covers(self, article: Article) -> bool:
        """Whether the article is of this category."""
        if self.category.isdigit():
            return (article.unspsc or "").startswith(self.category)
        return article.category == self.category


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """`closed` are contracts that the unit may not buy from on `today`; a contract nobody registered is open to all."""

    today: date
    closed: frozenset[Contract] = frozenset()
    blocks: tuple[Block, ...] = ()

    def allows(self, article: Article) -> str | None:
        """None where the unit may buy it; else why not, a message id."""
        if article.contract is not None and (article.supplier_id, article.contract) in self.closed:
            return N_("The contract is not open to your unit.")
        if any(block.covers(article) for block in self.blocks):
            return N_("Your unit may not buy this kind of goods here.")
        if article.valid_from is not None and self.today < article.valid_from:
            return N_("It cannot be ordered yet.")
        if article.valid_to is not None and self.today > article.valid_to:
            return N_("It can no longer be ordered.")
        return None


def reach(conn: sa.Connection, unit: Unit, today: date) -> Reach:
    """What is closed to the unit on this day."""
    key = (contracts.c.supplier_id, contracts.c.number)
    mine = sa.exists().where(
        contract_units.c.supplier_id == contracts.c.supplier_id,
        contract_units.c.number == contracts.c.number,
        contract_units.c.unit_id == unit.id,
    )
    over = (contracts.c.valid_from > today) | (contracts.c.valid_to < today)
    closed = conn.execute(sa.select(*key).where(sa.func.coalesce(over, sa.false()) | ~(contracts.c.everybody | mine)))
    return Reach(today=today, closed=frozenset((row[0], row[1]) for row in closed), blocks=tuple(_blocks(conn, unit)))


def _blocks(conn: sa.Connection, unit: Unit) -> Iterator[Block]:
    """Those of the unit, of the departments above it, and of the whole municipality."""
    above = _above(conn, unit.department_id)
    theirs = (category_blocks.c.unit_id == unit.id) | category_blocks.c.department_id.in_(above)
    everywhere = category_blocks.c.unit_id.is_(None) & category_blocks.c.department_id.is_(None)
    found = sa.select(category_blocks.c.category, category_blocks.c.reason).where(theirs | everywhere)
    for row in conn.execute(found.order_by(category_blocks.c.id)):
        yield Block(row.category, row.reason)


def _above(conn: sa.Connection, department_id: str | None) -> list[str]:
    """The department and those that it belongs to."""
    if department_id is None:
        return []
    first = sa.select(departments.c.id, departments.c.parent_id).where(departments.c.id == department_id)
    chain = first.cte("chain", recursive=True)
    # UNION, not UNION ALL: a circle that somebody made by mistake ends.
    chain = chain.union(
        sa.select(departments.c.id, departments.c.parent_id).where(departments.c.id == chain.c.parent_id)
    )
    return list(conn.scalars(sa.select(chain.c.id)))
