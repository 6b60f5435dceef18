"""Finding messages among millions: by number, supplier, state, direction, document, time, finding or cause.

Pages follow each other by sequence, newest first, so the last page is as quick as the first. Numbers are looked up
first, each in its own index; then messages are read by id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import causes
from gateway.exchange.journal import Message, MessageState
from gateway.exchange.tables import message_findings, messages
from gateway.orders.tables import order_events, orders

PAGE: Final = 50
COUNTED: Final = 10_000
"""Beyond so many hits nobody counts."""
RECENT: Final = timedelta(days=30)
"""How far back findings are searched for a text, unless somebody says from when."""

_MANY = 500
_ORDER_NUMBER = re.compile(r"(?<!\d)\d{2}-\d{6}(?!\d)")
_COLUMNS = [column for column in messages.c if column.name != "raw"]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody looks for; what is empty does not matter.

    `number`: of an order, a document, a key, a remote id, a file name or a message's own id. `since` and `until` are
    when it was created. `finding`: a text in its findings, or a rule's id. `cause`: of `causes`. `before`: a sequence.
    `ids`: only these, as somebody ticked them.
    """

    number: str = ""
    suppliers: tuple[str, ...] = ()
    states: tuple[MessageState, ...] = ()
    direction: Literal["", "in", "out"] = ""
    document: str = ""
    since: datetime | None = None
    until: datetime | None = None
    finding: str = ""
    cause: str = ""
    before: int | None = None
    ids: tuple[UUID, ...] = ()

    @property
    def narrow(self) -> bool:
        """Whether anything at all is asked for."""
        return msgspec.structs.replace(self, before=None) != Wanted()


def find(conn: sa.Connection, wanted: Wanted, limit: int = PAGE, now: datetime | None = None) -> list[Message]:
    """One page, newest first; ask again with `before` the sequence of the last one."""
    rows = conn.execute(_matching(conn, wanted, _COLUMNS, now).limit(limit)).mappings()
    return [Message(**{**row, "state": MessageState(row["state"])}) for row in rows]


def count(conn: sa.Connection, wanted: Wanted, now: datetime | None = None) -> int:
    """How many match; `COUNTED` where there are as many or more."""
    some = _matching(conn, wanted, [messages.c.sequence], now).limit(COUNTED).subquery()
    found: int = conn.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
    return found


def _matching(conn: sa.Connection, wanted: Wanted, columns: Sequence[Any], now: datetime | None) -> sa.Select[Any]:
    where = list(_conditions(wanted, now))
    if wanted.number.strip():
        where.append(_numbered(conn, wanted.number.strip()))
    return sa.select(*columns).where(*where).order_by(messages.c.sequence.desc())


def _conditions(wanted: Wanted, now: datetime | None) -> Iterator[sa.ColumnElement[bool]]:
    column = messages.c
    if wanted.ids:
        yield column.id.in_(wanted.ids)
    if wanted.suppliers:
        yield column.supplier_id.in_(wanted.suppliers)
    if wanted.states:
        yield column.state.in_([state.value for state in wanted.states])
    if wanted.direction:
        yield column.direction == wanted.direction
    if wanted.document:
        yield column.document == wanted.document
    since = wanted.since or (now - RECENT if wanted.finding and now is not None else None)
    if since is not None:
        yield column.created_at >= since
    if wanted.until is not None:
        yield column.created_at < wanted.until
    if wanted.before is not None:
        yield column.sequence < wanted.before
    if wanted.finding:
        yield _finds(wanted.finding.strip())
    if wanted.cause:
        yield column.id.in_(causes.messages_of(wanted.cause))


def _finds(text: str) -> sa.ColumnElement[bool]:
    said = message_findings.c.message.icontains(text, autoescape=True) | (message_findings.c.rule == text)
    return sa.exists().where(message_findings.c.message_id == messages.c.id, said)


def _numbered(conn: sa.Connection, text: str) -> sa.ColumnElement[bool]:
    """A number that names nothing matches nothing."""
    about = _orders(conn, text)
    ids = [] if about and _ORDER_NUMBER.fullmatch(text) else _messages(conn, text)
    # A file's name tells its order; other files of the order are not meant where one has exactly this name.
    if ids and about and not _ORDER_NUMBER.fullmatch(text):
        about = []
    return messages.c.order_id.in_(about) | messages.c.id.in_(ids)


def _orders(conn: sa.Connection, text: str) -> list[UUID]:
    """The orders whose number stands in the text, or begins with it."""
    numbers = _ORDER_NUMBER.findall(text)
    where: sa.ColumnElement[bool]
    if numbers:
        where = orders.c.number.in_(numbers)
    elif text.isascii() and len(text) < 40:
        # A range, which every index on the number can answer, whatever the collation of the database.
        where = (orders.c.number == text) | orders.c.number.startswith(text, autoescape=True)
    else:
        return []
    return list(conn.scalars(sa.select(orders.c.id).where(where).order_by(orders.c.placed_at.desc()).limit(_MANY)))


def _messages(conn: sa.Connection, text: str) -> list[UUID]:
    """The messages that are called so themselves, or whose document is."""
    column = messages.c
    named = (column.key == text, column.remote_id == text, column.name == text)
    found = [one for condition in named for one in conn.scalars(sa.select(column.id).where(condition).limit(_MANY))]
    told = sa.select(order_events.c.detail["message"].astext).where(order_events.c.detail["number"].astext == text)
    found += [UUID(one) for one in conn.scalars(told.limit(_MANY)) if one]
    try:
        return [*found, UUID(text)]
    except ValueError:
        return found
