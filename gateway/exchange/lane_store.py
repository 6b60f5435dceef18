"""The lanes' own rows: when there is something to send, who sends it now, and how the last attempts went.

A lease is counted by the database's clock, so that workers on several machines agree; a lane is due by the caller's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.exchange.lane import Standing, Waiting
from gateway.exchange.tables import lanes, messages, workers

CHANNEL: Final = "avrop_lanes"
"""Where workers hear that a lane has something to send."""
_STIRRED: Final = 50_000
_LOOK: Final = 40
_FAR: Final = 1000

_STIR = sa.text("""
    WITH made AS (INSERT INTO stirs (supplier_id, at) VALUES (:supplier_id, :at)) SELECT pg_notify(:channel, '')
""")
# Whoever stirs a lane may be ahead of us by its clock: a look now finds out when it is time. What LIMIT takes is an
# array, here and below: a subquery of IN may be asked anew for each row where the planner believes in one only.
_TAKE_STIRS = sa.text("""
    WITH taken AS (
        DELETE FROM stirs
        WHERE id = ANY (ARRAY(SELECT id FROM stirs ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED))
        RETURNING supplier_id, at
    ), due AS (SELECT supplier_id, min(at) AS at FROM taken GROUP BY supplier_id ORDER BY supplier_id)
    INSERT INTO lanes (supplier_id, due_at) SELECT supplier_id, least(at, :now) FROM due
    ON CONFLICT (supplier_id) DO UPDATE SET due_at = least(lanes.due_at, excluded.due_at)
""")
# A lease that has ended was left by a worker that died; one that ends later than any can, by a clock that jumped.
_CLAIM = sa.text("""
    UPDATE lanes SET leased_by = :worker, leased_until = now() + :lease, due_at = NULL
    WHERE supplier_id = ANY (ARRAY(
        SELECT supplier_id FROM lanes
        WHERE (failures = 0 OR NOT :healthy_only) AND (
            leased_until IS NULL AND due_at <= :now
            OR :take_over AND (leased_until < now() OR leased_until > now() + 2 * CAST(:lease AS interval)))
            AND supplier_id <> ALL(:mine)
        ORDER BY due_at NULLS FIRST LIMIT :most FOR UPDATE SKIP LOCKED))
    RETURNING supplier_id, failures, broken_at, next_slot_at, paused_by IS NOT NULL AS paused
""")
_BEHIND = """
    (document <> 'Order' AND EXISTS (
        SELECT FROM messages ahead
        WHERE ahead.order_id = one.order_id AND ahead.direction = 'out' AND ahead.sequence < one.sequence
          AND ahead.state IN ('queued', 'waiting', 'held')))
"""
_FACTS = f"id, order_id, tries, next_at, sequence, supplier_id, {_BEHIND} AS behind"
_UNSENT = f"""
    SELECT {_FACTS} FROM messages one
    WHERE direction = 'out' AND state IN ('queued', 'waiting') AND supplier_id = lane.supplier_id
"""  # noqa: S608 - the one part stands above
# A lane may hold a hundred thousand: each part reads no more of it than it must. What is behind is asked of the first
# thousand only, for its first one: where they hold none, something of them is due, and the lane is looked at again.
_WAITING = sa.text(f"""
    SELECT found.* FROM unnest(CAST(:suppliers AS text[])) AS lane (supplier_id) CROSS JOIN LATERAL (
        ({_UNSENT} AND (next_at IS NULL OR next_at <= :now) AND NOT {_BEHIND} ORDER BY sequence LIMIT :most)
        UNION ALL
        (SELECT {_FACTS} FROM messages one
         WHERE direction = 'out' AND state = 'waiting' AND supplier_id = lane.supplier_id AND next_at > :now
           AND NOT {_BEHIND} ORDER BY sequence LIMIT :most)
        UNION ALL
        (SELECT * FROM ({_UNSENT} ORDER BY sequence LIMIT :far) AS first WHERE behind ORDER BY sequence LIMIT 1)
    ) AS found
    ORDER BY found.supplier_id, found.sequence
""")  # noqa: S608 - its parts stand above
_MAY_GO = sa.text("""
    SELECT FROM messages JOIN lanes USING (supplier_id)
    WHERE id = :id AND state IN ('queued', 'waiting') AND leased_by = :worker AND paused_by IS NULL
""")
_RENEW = sa.text("""
    UPDATE lanes SET leased_until = now() + :lease
    WHERE leased_by = :worker AND supplier_id IN (
        SELECT supplier_id FROM lanes WHERE supplier_id = ANY(:suppliers) ORDER BY supplier_id FOR UPDATE)
    RETURNING supplier_id
""")
_SETTLE = sa.text("""
    UPDATE lanes SET
        failures = done.failures, error = done.error, broken_at = done.broken_at, next_slot_at = done.next_slot_at,
        sent_at = coalesce(done.sent_at, lanes.sent_at), due_at = least(lanes.due_at, done.due_at),
        leased_by = CASE WHEN done.ended AND leased_by = :worker THEN NULL ELSE leased_by END,
        leased_until = CASE WHEN done.ended AND leased_by = :worker THEN NULL ELSE leased_until END
    FROM unnest(
        CAST(:supplier_id AS text[]), CAST(:failures AS int[]), CAST(:error AS text[]),
        CAST(:broken_at AS timestamptz[]), CAST(:next_slot_at AS timestamptz[]), CAST(:sent_at AS timestamptz[]),
        CAST(:due_at AS timestamptz[]), CAST(:ended AS boolean[])
    ) AS done (supplier_id, failures, error, broken_at, next_slot_at, sent_at, due_at, ended)
    WHERE lanes.supplier_id = done.supplier_id
""")


class State(msgspec.Struct, kw_only=True):
    """What a turn makes of a lane's row. `ended`: its lease is given back; `mended`: it had failed, and sends again."""

    supplier_id: str
    failures: int = 0
    error: str = ""
    broken_at: datetime | None = None
    next_slot_at: datetime | None = None
    sent_at: datetime | None = None
    due_at: datetime | None = None
    ended: bool = False
    mended: bool = False


def stir(conn: sa.Connection, supplier_id: str, at: datetime) -> None:
    """There is something to send at `at`, or earlier if the lane says so; workers hear of it when this commits."""
    conn.execute(_STIR, {"supplier_id": supplier_id, "at": at, "channel": CHANNEL})


def claim(
    conn: sa.Connection,
    worker: str,
    now: datetime,
    most: int,
    lease: timedelta,
    *,
    mine: Sequence[str] = (),
    healthy_only: bool = False,
    take_over: bool = True,
) -> list[Standing]:
    """Lanes that are due, this worker's for as long as the lease.

    `mine` are in its hands already, whatever their leases say; `healthy_only` leaves out those that just failed, and
    without `take_over` so do those whose lease has ended.
    """
    conn.execute(_TAKE_STIRS, {"most": _STIRRED, "now": now})
    given = {"worker": worker, "now": now, "most": most, "lease": lease, "mine": list(mine)}
    given |= {"healthy_only": healthy_only, "take_over": take_over}
    return [Standing(**row._mapping) for row in conn.execute(_CLAIM, given)]


def standing_of(conn: sa.Connection, supplier_id: str) -> Standing:
    """How one lane stands; its row is made if there is none."""
    conn.execute(insert(lanes).values(supplier_id=supplier_id).on_conflict_do_nothing())
    columns = (lanes.c.supplier_id, lanes.c.failures, lanes.c.broken_at, lanes.c.next_slot_at)
    paused = lanes.c.paused_by.is_not(None).label("paused")
    row = conn.execute(sa.select(*columns, paused).where(lanes.c.supplier_id == supplier_id)).one()
    return Standing(**row._mapping)


def waiting(conn: sa.Connection, suppliers: Sequence[str], now: datetime) -> dict[str, list[Waiting]]:
    """The first unsent messages of these lanes, in the order in which they were placed."""
    found: dict[str, list[Waiting]] = {supplier_id: [] for supplier_id in suppliers}
    for row in conn.execute(_WAITING, {"suppliers": list(suppliers), "now": now, "most": _LOOK, "far": _FAR}):
        one = Waiting(id=row.id, order_id=row.order_id, tries=row.tries, next_at=row.next_at, behind=row.behind)
        found[row.supplier_id].append(one)
    return found


def may_go(conn: sa.Connection, worker: str, message_id: UUID) -> bool:
    """Whether the message still waits, in a lane that runs and is this worker's."""
    return conn.execute(_MAY_GO, {"worker": worker, "id": message_id}).first() is not None


def renew(conn: sa.Connection, worker: str, suppliers: Collection[str], lease: timedelta) -> set[str]:
    """The lanes that are still this worker's, for as long again."""
    return set(conn.scalars(_RENEW, {"worker": worker, "suppliers": list(suppliers), "lease": lease}))


def locked(conn: sa.Connection, suppliers: Iterable[str]) -> dict[str, State]:
    """The rows of these lanes as they stand, locked in the order of their names."""
    columns = (lanes.c.supplier_id, lanes.c.failures, lanes.c.error, lanes.c.broken_at, lanes.c.next_slot_at)
    wanted = sa.select(*columns).where(lanes.c.supplier_id == sa.any_(sa.literal(list(suppliers), sa.ARRAY(sa.Text))))
    rows = conn.execute(wanted.order_by(lanes.c.supplier_id).with_for_update())
    return {row.supplier_id: State(**row._mapping) for row in rows}


def settle(conn: sa.Connection, states: Collection[State], worker: str) -> None:
    """Writes what turns have made of their lanes. What has stirred a lane meanwhile is not forgotten, and a lease that
    is another worker's by now stays."""
    if states:
        fields = (name for name in State.__struct_fields__ if name != "mended")
        columns: dict[str, object] = {name: [getattr(state, name) for state in states] for name in fields}
        conn.execute(_SETTLE, columns | {"worker": worker})


def wake(conn: sa.Connection, supplier_ids: Collection[str], now: datetime) -> None:
    """What waits in these lanes for a later time is due now."""
    if not supplier_ids:
        return
    _all_now(conn, messages.c.supplier_id.in_(supplier_ids), now)
    for supplier_id in sorted(supplier_ids):
        stir(conn, supplier_id, now)


def _all_now(conn: sa.Connection, which: sa.ColumnElement[bool], now: datetime) -> None:
    """Messages that somebody has locked are left to them: whoever records an attempt waits for the lane's row."""
    late = sa.select(messages.c.id).where(which, messages.c.state == "waiting", messages.c.next_at > now)
    free = sa.func.array(late.with_for_update(skip_locked=True).scalar_subquery(), type_=sa.ARRAY(sa.Uuid))
    conn.execute(messages.update().where(messages.c.id == sa.any_(free)).values(next_at=now))


def came(conn: sa.Connection, supplier_id: str, now: datetime) -> None:
    """Something came in from this supplier."""
    row = insert(lanes).values(supplier_id=supplier_id, came_at=now)
    conn.execute(row.on_conflict_do_update(index_elements=["supplier_id"], set_={"came_at": now}))


def try_now(conn: sa.Connection, supplier_id: str, now: datetime) -> None:
    """A person wants an attempt at once: the next message of the lane goes now, also where it is broken."""
    conn.execute(lanes.update().where(lanes.c.supplier_id == supplier_id).values(next_slot_at=None))
    stir(conn, supplier_id, now)


def hasten(conn: sa.Connection, now: datetime) -> None:
    """Every lane looks again now: the clock has jumped, and no time that was reckoned before can be relied on."""
    _all_now(conn, sa.true(), now)
    conn.execute(messages.update().where(messages.c.follow_at > now).values(follow_at=now))
    rows = sa.select(lanes.c.supplier_id).order_by(lanes.c.supplier_id).with_for_update()
    ids = list(conn.scalars(rows))
    conn.execute(lanes.update().where(lanes.c.supplier_id.in_(ids)).values(due_at=now, next_slot_at=None))


def clock_was_wrong(conn: sa.Connection, now: datetime, longest: timedelta) -> bool:
    """Whether something waits for a time that no clock which is right can have reckoned: a pause of the retry plans is
    at most `longest`, and every lane opens once a week."""
    far, week = now + longest * 1.25 + timedelta(minutes=1), now + timedelta(days=8)
    unsent = (messages.c.direction == "out") & messages.c.state.in_(("queued", "waiting"))
    late = sa.exists().where(unsent, messages.c.next_at > far)
    slot = sa.exists().where((lanes.c.next_slot_at > far) | (lanes.c.due_at > week))
    return bool(conn.execute(sa.select(late | slot | sa.exists().where(messages.c.follow_at > week))).scalar_one())


def heard_of(conn: sa.Connection, worker: str, now: datetime, configuration: str) -> None:
    """The worker is alive, and works by this revision of the suppliers file."""
    row = insert(workers).values(id=worker, started_at=now, seen_at=now, configuration=configuration)
    again = {"seen_at": now, "configuration": configuration}
    conn.execute(row.on_conflict_do_update(index_elements=["id"], set_=again))


def forget(conn: sa.Connection, worker: str) -> None:
    """The worker ends in good order: its lanes are free, its row is gone."""
    rows = sa.select(lanes.c.supplier_id).where(lanes.c.leased_by == worker).order_by(lanes.c.supplier_id)
    ids = list(conn.scalars(rows.with_for_update()))
    conn.execute(lanes.update().where(lanes.c.supplier_id.in_(ids)).values(leased_by=None, leased_until=None))
    conn.execute(workers.delete().where(workers.c.id == worker))
