"""How much an invoice may differ from its order before a person must look, and after how long offers remind."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec
import sqlalchemy as sa

from shop.after.tables import attest_rules


class Tolerance(msgspec.Struct, frozen=True, kw_only=True):
    """A line passes within `line_amount` kronor or `line_percent` per cent; `freight` is kronor of charges."""

    line_amount: Decimal = Decimal("1.00")
    line_percent: Decimal = Decimal("0.5")
    freight: Decimal = Decimal("0")
    offer_days: int = 2

    def allows(self, difference: Decimal, of: Decimal) -> bool:
        """Whether a line of `of` kronor may differ by so much; it is enough that one of the two bounds holds."""
        return abs(difference) <= max(self.line_amount, abs(of) * self.line_percent / 100)


def current(conn: sa.Connection) -> Tolerance:
    """The rules that hold; the usual ones until somebody sets others."""
    newest = sa.select(attest_rules).order_by(attest_rules.c.id.desc()).limit(1)
    row = conn.execute(newest).first()
    return Tolerance(**{name: getattr(row, name) for name in Tolerance.__struct_fields__}) if row else Tolerance()


def put(conn: sa.Connection, rules: Tolerance, actor: str, now: datetime) -> None:
    """Other rules from now on; what held before stays to be read."""
    conn.execute(attest_rules.insert().values(msgspec.structs.asdict(rules) | {"set_by": actor, "at": now}))
