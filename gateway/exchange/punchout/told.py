"""One visit as its whole story: what was asked and answered, what came back, what was said of it, what it became."""

from __future__ import annotations

from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import journal
from gateway.exchange.journal import Message
from gateway.exchange.office import VisitOrders
from gateway.exchange.punchout import visits
from gateway.exchange.punchout.visits import Visit
from gateway.exchange.tables import messages
from gateway.findings import Finding
from gateway.orders import book


class VisitStory(msgspec.Struct, frozen=True, kw_only=True):
    """`messages` oldest first: the request and its answer where there was one, what came back, and every replay.

    `findings` are what reading said, beside `visit.remarks`; `orders` are the numbers of what it became.
    """

    visit: Visit
    messages: tuple[Message, ...]
    findings: tuple[Finding, ...]
    orders: tuple[str, ...]


def story(conn: sa.Connection, visit_id: UUID, ordered: VisitOrders | None = None) -> VisitStory | None:
    """The story, None for a visit that nobody made."""
    visit = visits.get(conn, visit_id)
    if visit is None:
        return None
    mine = sa.select(messages.c.id).where(messages.c.punchout_id == visit_id).order_by(messages.c.sequence)
    found = [message for one in conn.scalars(mine) if (message := journal.get(conn, one)) is not None]
    said = tuple(finding for message in found for finding in journal.findings_of(conn, message.id))
    rows = [book.get(conn, one) for one in (ordered(conn, visit_id) if ordered is not None else ())]
    numbers = tuple(row.number for row in rows if row is not None)
    return VisitStory(visit=visit, messages=tuple(found), findings=said, orders=numbers)
