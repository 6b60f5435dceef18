"""What an order has said, version by version: as placed, as we asked to have it, as the supplier offered it.

One version stands at any time. What is refused stays where it is and never stands again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.model import Order
from gateway.orders.lifecycle import Event
from gateway.orders.tables import order_versions, orders


class Standing(StrEnum):
    """`proposed` by us and `offered` by the supplier wait for an answer; `replaced` stood before."""

    PROPOSED = "proposed"
    OFFERED = "offered"
    STANDING = "standing"
    REPLACED = "replaced"
    REFUSED = "refused"


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version; `change` and `sequence` are those of the order change that carried it to the supplier."""

    version: int
    order: Order
    state: Standing
    at: datetime
    change: str | None = None
    sequence: int | None = None


ANSWERS_A_CHANGE = frozenset({Event.CHANGE_ACCEPTED, Event.CHANGE_REFUSED, Event.CHANGE_COUNTERED})
"""What decides a version also after goods have overtaken it."""
_STANDS: Mapping[Event, Standing] = {
    Event.CHANGE_ACCEPTED: Standing.PROPOSED,
    Event.PROPOSAL_ACCEPTED: Standing.OFFERED,
}
"""The event and which kind of version stands after it."""
_REFUSED: Mapping[Event, frozenset[Standing]] = {
    Event.CHANGE_REFUSED: frozenset({Standing.PROPOSED}),
    Event.CHANGE_COUNTERED: frozenset({Standing.PROPOSED}),
    Event.REJECTED: frozenset({Standing.PROPOSED, Standing.OFFERED}),
    Event.CANCELLED_BY_SELLER: frozenset({Standing.PROPOSED, Standing.OFFERED}),
    Event.CANCEL_ACCEPTED: frozenset({Standing.OFFERED}),
}


def settle(states: Mapping[int, Standing], event: Event) -> dict[int, Standing]:
    """The states of all versions after an event. Pure; an event with nothing to decide changes nothing."""
    after = dict(states)
    for version, state in states.items():
        if state in _REFUSED.get(event, ()):
            after[version] = Standing.REFUSED
    chosen = [version for version, state in states.items() if state is _STANDS.get(event)]
    if chosen:
        for version, state in states.items():
            if state is Standing.STANDING:
                after[version] = Standing.REPLACED
            elif state in (Standing.PROPOSED, Standing.OFFERED):
                after[version] = Standing.REFUSED
        after[max(chosen)] = Standing.STANDING
    return after


def add(
    conn: sa.Connection,
    order_id: UUID,
    order: Order,
    state: Standing,
    now: datetime,
    *,
    change: str | None = None,
    sequence: int | None = None,
) -> int:
    """A further version; its number. A later offer takes the place of an earlier one."""
    if state is Standing.OFFERED:
        earlier = (order_versions.c.order_id == order_id) & (order_versions.c.state == Standing.OFFERED.value)
        conn.execute(order_versions.update().where(earlier).values(state=Standing.REFUSED.value))
    last = sa.select(sa.func.max(order_versions.c.version)).where(order_versions.c.order_id == order_id)
    number = (conn.execute(last).scalar() or 0) + 1
    row = {"order_id": order_id, "version": number, "document": order, "state": state.value, "at": now}
    conn.execute(order_versions.insert().values(row | {"change": change, "sequence": sequence}))
    return number


def correct(conn: sa.Connection, order_id: UUID, order: Order, now: datetime) -> int:
    """A person corrected what we send: this version stands from now on, without an answer of the supplier."""
    stood = (order_versions.c.order_id == order_id) & (order_versions.c.state == Standing.STANDING.value)
    conn.execute(order_versions.update().where(stood).values(state=Standing.REPLACED.value))
    number = add(conn, order_id, order, Standing.STANDING, now)
    conn.execute(orders.update().where(orders.c.id == order_id).values(version=number, document=order))
    return number


def sent_as(conn: sa.Connection, order_id: UUID, version: int, change: str, sequence: int) -> None:
    """The supplier's own offer goes back as a change of ours."""
    one = (order_versions.c.order_id == order_id) & (order_versions.c.version == version)
    conn.execute(order_versions.update().where(one).values(change=change, sequence=sequence))


def of_order(conn: sa.Connection, order_id: UUID) -> list[Version]:
    """All versions, oldest first."""
    mine = sa.select(order_versions).where(order_versions.c.order_id == order_id).order_by(order_versions.c.version)
    return [_version(row) for row in conn.execute(mine)]


def decide(conn: sa.Connection, order_id: UUID, event: Event) -> None:
    """What an event makes of the versions, and of the order itself where another one stands now."""
    if event not in _STANDS and event not in _REFUSED:
        return
    found = {version.version: version for version in of_order(conn, order_id)}
    for number, state in settle({number: version.state for number, version in found.items()}, event).items():
        if state is found[number].state:
            continue
        one = (order_versions.c.order_id == order_id) & (order_versions.c.version == number)
        conn.execute(order_versions.update().where(one).values(state=state.value))
        if state is Standing.STANDING:
            now_standing = {"version": number, "document": found[number].order}
            conn.execute(orders.update().where(orders.c.id == order_id).values(now_standing))


def _version(row: sa.Row[tuple[object, ...]]) -> Version:
    found = dict(row._mapping)
    del found["order_id"]
    document = msgspec.convert(found.pop("document"), Order)
    return Version(**found | {"state": Standing(row.state), "order": document})
