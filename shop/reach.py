"""What a unit may see and buy: contracts that are open to it today, categories that nobody has blocked for it."""

from __future__ import annotations

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
    rows = conn.execute(_REFUSED, {"unit": unit.id, "today": today, "department": unit.department_id}).all()
    return Reach(
        today=today,
        closed=frozenset((row[0], row[1]) for row in rows if row.block is None),
        blocks=tuple(Block(row[0], row[1]) for row in rows if row.block is not None),
    )


def _closed() -> sa.Select[tuple[str, str]]:
    """Contracts that are over, have not begun, or are for others."""
    today, unit = sa.bindparam("today", type_=sa.Date), sa.bindparam("unit", type_=sa.Text)
    mine = sa.exists().where(
        contract_units.c.supplier_id == contracts.c.supplier_id,
        contract_units.c.number == contracts.c.number,
        contract_units.c.unit_id == unit,
    )
    over = sa.func.coalesce((contracts.c.valid_from > today) | (contracts.c.valid_to < today), sa.false())
    return sa.select(contracts.c.supplier_id, contracts.c.number).where(over | ~(contracts.c.everybody | mine))


def _blocks() -> sa.Select[tuple[str, str, int]]:
    """Those of the unit, of the departments above it, and of the whole municipality."""
    unit, department = sa.bindparam("unit", type_=sa.Text), sa.bindparam("department", type_=sa.Text)
    first = sa.select(departments.c.id, departments.c.parent_id).where(departments.c.id == department)
    chain = first.cte("chain", recursive=True)
    # UNION, not UNION ALL: a circle that somebody made by mistake ends.
    chain = chain.union(
        sa.select(departments.c.id, departments.c.parent_id).where(departments.c.id == chain.c.parent_id)
    )
    theirs = (category_blocks.c.unit_id == unit) | category_blocks.c.department_id.in_(sa.select(chain.c.id))
    everywhere = category_blocks.c.unit_id.is_(None) & category_blocks.c.department_id.is_(None)
    found = sa.select(category_blocks.c.category, category_blocks.c.reason, category_blocks.c.id.label("block"))
    return found.where(theirs | everywhere)


# Made once, and one question for both: every page asks.
_REFUSED = sa.union_all(_closed().add_columns(sa.null().label("block")), _blocks()).order_by("block")
