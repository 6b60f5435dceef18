"""A higher ceiling, for a request or a requisition: at once by who may, else as a wish that another says yes to.

Whoever calls has the row locked and has seen to it that it is still open.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa

from shop.requests.events import What, tell
from web.languages import N_


class CannotDo(Exception):
    """It cannot be done as it stands; `message` is a message id, filled in with `values`."""

    def __init__(self, message: str, /, **values: Any) -> None:
        super().__init__(message)
        self.message, self.values = message, values


class Capped(Protocol):
    """What has a ceiling, in kronor without VAT."""

    @property
    def id(self) -> UUID: ...
    @property
    def ceiling(self) -> Decimal: ...
    @property
    def wish(self) -> Decimal | None: ...
    @property
    def wish_by(self) -> str | None: ...


def ask_higher(
    conn: sa.Connection, table: sa.Table, known: Capped, login: str, amount: Decimal, others_yes: bool, now: datetime
) -> None:
    """A new yes at once, or, where another must say it (`others_yes`), a wish that waits."""
    if amount <= known.ceiling:
        raise CannotDo(N_("Write a ceiling that is higher than the one that stands."))
    if known.wish == amount:
        return
    changed = {"wish": amount, "wish_by": login} if others_yes else {"ceiling": amount, "wish": None, "wish_by": None}
    _set(conn, table, known.id, changed | {"changed_at": now})
    what = What.WISHED if others_yes else What.RAISED
    tell(conn, known.id, login, what, now, amount=str(amount), before=str(known.ceiling))


def answer_wish(
    conn: sa.Connection, table: sa.Table, known: Capped, made_by: str, login: str, yes: bool, now: datetime
) -> None:
    """Another's word about the higher ceiling; never the word of who asked for it, or made the thing."""
    if known.wish is None:
        raise CannotDo(N_("Nobody waits for an answer about the ceiling any more."))
    if login in {known.wish_by, made_by}:
        raise CannotDo(N_("You asked for it yourself: somebody else must say yes."))
    ceiling = known.wish if yes else known.ceiling
    _set(conn, table, known.id, {"ceiling": ceiling, "wish": None, "wish_by": None, "changed_at": now})
    what = What.RAISED if yes else What.NOT_RAISED
    tell(conn, known.id, login, what, now, amount=str(known.wish), before=str(known.ceiling))


def _set(conn: sa.Connection, table: sa.Table, id: UUID, values: dict[str, Any]) -> None:
    conn.execute(table.update().where(table.c.id == id).values(values))
