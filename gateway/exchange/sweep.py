"""What no queue would ever pick up by itself is found here, every few seconds, and put back on its way."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import sqlalchemy as sa

from gateway.exchange import journal, log, queue
from gateway.exchange.journal import MessageState
from gateway.exchange.office import Office
from gateway.exchange.receive import identify, instance_of
from gateway.exchange.tables import messages

_EVERY = 3.0
_FORGOTTEN = timedelta(minutes=1)


async def sweep_forever(office: Office, stopping: asyncio.Event) -> None:
    """Jobs that our own code failed, bytes kept by a process that was killed before it read them."""
    while not stopping.is_set():
        await asyncio.to_thread(pick_up, office)
        await asyncio.sleep(_EVERY)


def pick_up(office: Office) -> None:
    """Failed jobs are due again in a minute; bytes whose receiver was killed before it gave them an id are read now."""
    now = office.clock()
    with office.engine.begin() as conn:
        failed = queue.jobs.c.status == "failed"
        soon = sa.func.now() + _FORGOTTEN
        back = conn.execute(queue.jobs.update().where(failed).values(status="queued", execute_after=soon))
        if back.rowcount:
            log.warn("failed_jobs_put_back", jobs=back.rowcount)
        # Also where they seem to come from the future: the clock has been set back.
        old = (messages.c.created_at < now - _FORGOTTEN) | (messages.c.created_at > now + _FORGOTTEN)
        left = (messages.c.state == MessageState.KEPT.value) & old
        for message_id in conn.scalars(sa.select(messages.c.id).where(left).with_for_update(skip_locked=True)).all():
            raw = journal.raw(conn, message_id) or b""
            identify(conn, message_id, instance_of(raw) or f"unidentified:{journal.digest(raw)}", now)
            log.warn("kept_bytes_picked_up", message=message_id)
