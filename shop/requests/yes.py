"""Whether somebody other than the buyer must say yes to an amount: by the rules that hold for the unit's orders."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa

from shop import units
from shop.approving import chain, policy
from shop.approving.chain import Bought
from shop.approving.departments import above
from shop.categories import UNSPSC
from shop.requests.raising import CannotDo
from shop.units import Unit
from web.languages import N_
from web.sessions import Viewer


def needs_yes(conn: sa.Connection, unit: Unit, category: str, amount: Decimal) -> bool:
    """Whether an order of this kind for `amount`, without VAT, would wait for approval."""
    line = [Bought(category=category, unspsc=UNSPSC.get(category), net=amount)]
    held, departments = policy.current(conn)[1], above(conn, unit.department_id)
    return bool(chain.plan(held, unit.id, departments, line, line, unit.approval_limit).steps)


def in_own_right(conn: sa.Connection, unit: Unit, person: Viewer) -> None:
    """Raises CannotDo for a deputy: who they act for must never be the one who says yes."""
    if unit.id not in units.own_ids(conn, person.id, [units.BUYER]):
        raise CannotDo(N_("A deputy cannot do this. Ask somebody who buys for the unit in their own right."))
