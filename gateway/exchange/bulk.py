"""The same for many messages: first a dry run that says how many and which not, then batch by batch.

Each batch runs in the caller's transaction; a message that cannot be handled costs itself, not the batch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import handling, resending, search
from gateway.exchange.allowed import Action, why_not
from gateway.exchange.journal import Message
from gateway.exchange.search import Wanted
from gateway.findings import Finding, Rejected
from gateway.orders.lifecycle import State
from gateway.orders.tables import orders

BATCH = 100
MOST = 10_000
"""Messages of one bulk action; who means more says it again."""

Progress = Callable[["Outcome"], None]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A dry run: `goes` is how many it would be done with, `refused` the reasons why not and how many have each.

    `some` are the newest of them, `newest` the sequence of the very newest: what comes later is not meant.
    """

    action: Action
    count: int
    goes: int
    refused: dict[str, int]
    some: tuple[Message, ...]
    newest: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What has been done so far: `next` is the sequence before which the next batch begins, None when all is done."""

    done: int = 0
    refused: tuple[tuple[UUID, Finding], ...] = ()
    next: int | None = None

    @property
    def seen(self) -> int:
        return self.done + len(self.refused)


def try_out(conn: sa.Connection, wanted: Wanted, action: Action, now: datetime, shown: int = 20) -> Trial:
    """What `action` would do with all that match, at most `MOST`."""
    found = search.find(conn, wanted, MOST, now)
    states = _states(conn, found)
    against = [why_not(action, message, states.get(message.order_id)) for message in found]
    refused = Counter(_reason(finding) for finding in against if finding is not None)
    goes = tuple(message for message, finding in zip(found, against, strict=True) if finding is None)
    newest = found[0].sequence if found else 0
    facts = {"count": len(found), "goes": len(goes), "refused": dict(refused.most_common())}
    return Trial(action=action, **facts, some=goes[:shown], newest=newest)  # type: ignore[arg-type]


def batch(
    conn: sa.Connection, wanted: Wanted, action: Action, actor: object, reason: str, now: datetime, before: int
) -> Outcome:
    """The next `BATCH` messages older than the sequence `before`; all in the caller's transaction."""
    found = search.find(conn, msgspec.structs.replace(wanted, before=before), BATCH, now)
    outcome = each(conn, [message.id for message in found], action, actor, reason, now)
    return msgspec.structs.replace(outcome, next=found[-1].sequence if len(found) == BATCH else None)


def each(
    conn: sa.Connection, ids: Sequence[UUID], action: Action, actor: object, reason: str, now: datetime
) -> Outcome:
    """One after the other, oldest first as they came; each in a savepoint of its own."""
    refused: list[tuple[UUID, Finding]] = []
    for message_id in reversed(ids):
        try:
            with conn.begin_nested():
                apply(conn, message_id, action, actor, reason, now)
        except Rejected as rejected:
            refused.append((message_id, rejected.findings[0]))
        except LookupError as error:
            refused.append((message_id, Finding(rule="message-unknown", message=str(error))))
    return Outcome(done=len(ids) - len(refused), refused=tuple(refused))


def everything(
    engine: sa.Engine,
    wanted: Wanted,
    action: Action,
    actor: object,
    reason: str,
    clock: Callable[[], datetime],
    told: Progress = lambda _: None,
) -> Outcome:
    """All batches, each committed before the next; `told` hears of the sum after each."""
    with engine.begin() as conn:
        newest = search.find(conn, wanted, 1, clock())
    at = newest[0].sequence + 1 if newest else None
    total = Outcome()
    while at is not None and total.seen < MOST:
        with engine.begin() as conn:
            one = batch(conn, wanted, action, actor, reason, clock(), at)
        at = one.next
        total = Outcome(done=total.done + one.done, refused=total.refused + one.refused, next=at)
        told(total)
    return total


def apply(conn: sa.Connection, message_id: UUID, action: Action, actor: object, reason: str, now: datetime) -> UUID:
    """One action on one message; the message that goes on. Raises `Rejected` or LookupError."""
    if action is Action.HOLD:
        handling.hold(conn, message_id, actor, reason, now)
    elif action is Action.SKIP:
        handling.skip(conn, message_id, actor, reason, now)
    elif action is Action.RELEASE:
        handling.release(conn, message_id, actor, now)
    elif action is Action.NOW:
        handling.try_now(conn, message_id, actor, now)
    else:
        return resending.resend(conn, message_id, actor, now)
    return message_id


def _states(conn: sa.Connection, found: Sequence[Message]) -> dict[UUID | None, State]:
    ids = {message.order_id for message in found if message.order_id is not None}
    rows = conn.execute(
        sa.select(orders.c.id, orders.c.state).where(
            orders.c.id == sa.any_(sa.literal(list(ids), type_=sa.ARRAY(sa.UUID)))
        )
    )
    return {row.id: State(row.state) for row in rows}


def _reason(finding: Finding) -> str:
    """Without the message's own id, so that equal reasons are counted together."""
    return finding.message.split(": ", 1)[-1]
