"""More approvers than the demo has, an order that waits, and rules for it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from gateway.orders import book
from gateway.orders.book import OrderRow
from shop.approving import policy
from shop.approving.policy import Holder, Need, Policy, Rule
from shop.tables import articles, unit_members, units
from tests.shop.conftest import NOW, PASSWORD, send
from tests.shop.test_pages import fill, numbers, place
from web import accounts
from web.access import APPROVER
from web.tables import users

UNIT = "unit-0001"
TWO_STEPS = Policy(
    rules=(
        Rule(
            id="all",
            name="Allt över noll",
            steps=(Need(name="IT", place=1, role="it"), Need(name="Chef", place=2, role="chef")),
        ),
    ),
    holders=(Holder(role="it", login="bo"), Holder(role="chef", login="eva"), Holder(role="chef", login="anna")),
)


def hire(conn: sa.Connection, *logins: str, unit: str | None = None, roles: tuple[str, ...] = (APPROVER,)) -> None:
    """People who may approve, at the unit if one is named."""
    for login in logins:
        name = f"{login.capitalize()} Exempel"
        user_id = accounts.add(conn, login, name=name, password=PASSWORD, roles=roles, now=NOW)
        conn.execute(sa.update(users).where(users.c.id == user_id).values(email=f"{login}@exempelstad.example"))
        for role in roles if unit else ():
            conn.execute(unit_members.insert().values(unit_id=unit, user_id=user_id, role=role))


def rule(conn: sa.Connection, held: Policy) -> None:
    """The policy that holds from now on."""
    policy.write(conn, held, policy.current(conn)[0], "cleo", NOW, "Changed the rule %(about)s", "test")


def limit(conn: sa.Connection, amount: int | None = 1) -> None:
    """Everything above it waits for an approver of the unit."""
    conn.execute(sa.update(units).values(approval_limit=amount))


def several(engine: sa.Engine, many: int = 3, suppliers: Any = None) -> list[Any]:
    """Articles of one supplier, of several VAT rates where it has them."""
    with engine.connect() as conn:
        rows = conn.execute(sa.select(articles).order_by(articles.c.id)).all()
    by_supplier: dict[str, list[Any]] = {}
    for row in rows:
        if suppliers is None or not suppliers.by_id[row.supplier_id].by_hand:
            by_supplier.setdefault(row.supplier_id, []).append(row)
    best = max(by_supplier.values(), key=lambda found: (len({one.vat for one in found}), len(found)))
    first = {one.vat: one for one in best}
    chosen = [*first.values(), *(one for one in best if one not in first.values())]
    return chosen[:many]


def waiting_order(
    engine: sa.Engine, browser: Callable[..., Any], many: int = 3, login: str = "kim", suppliers: Any = None
) -> OrderRow:
    """An order of several lines that waits for approval."""
    buyer = browser(login)
    before = set(numbers(engine))
    wanted = several(engine, many, suppliers)
    answer = place(buyer, fill(buyer, *wanted, quantity="3"), **{"accounting_cost": "4100-400-6460"})
    assert "Skickat för godkännande" in answer.text, answer.text
    (number,) = set(numbers(engine)) - before
    with engine.connect() as conn:
        row = book.get(conn, number)
    assert row is not None
    return row


def again(engine: sa.Engine, row: OrderRow) -> OrderRow:
    """The order as it stands now."""
    with engine.connect() as conn:
        found = book.get(conn, row.id)
    assert found is not None
    return found


def said_yes(client: Any, row: OrderRow, **more: Any) -> Any:
    return send(client, f"/orders/{row.number}/approve", **more)


HUNDRED = Decimal(100)
