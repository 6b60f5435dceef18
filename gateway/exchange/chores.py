"""What the rooms above want done now and then: by one worker at a time, in a thread, beside the lanes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from gateway import database
from gateway.exchange import log
from gateway.exchange.single import single

if TYPE_CHECKING:
    from gateway.exchange.office import Office

_LOG = logging.getLogger(__name__)
_LOOK: Final = 0.5


@dataclass(frozen=True, kw_only=True)
class Chore:
    """`run` gets the office and the time, and is due `every` so often; it must bear to be run twice, and to be killed.

    What it has to do stands in the database. It commits as it goes: a long one is not one transaction, and one that
    lasts longer than `single` holds its lock claims what it works on by itself.
    """

    name: str
    every: timedelta
    run: Callable[[Office, datetime], None]


async def chores_forever(office: Office, stopping: asyncio.Event) -> None:
    """Until `stopping`, also where there are none: each chore by itself, so that a long one keeps no other waiting."""
    await asyncio.gather(
        stopping.wait(), *(_again_and_again(office, chore, stopping) for chore in office.handlers.chores)
    )


async def _again_and_again(office: Office, chore: Chore, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        await asyncio.to_thread(do, office, chore)
        try:
            await asyncio.wait_for(stopping.wait(), max(_LOOK, chore.every.total_seconds()))
        except TimeoutError:
            continue


def do(office: Office, chore: Chore) -> bool:
    """Runs the chore unless another process does it now; a failure is told, and it is tried again when next due."""
    try:
        with single(office.engine, f"avrop chore {chore.name}") as mine:
            if mine:
                chore.run(office, office.clock())
            return mine
    except database.AWAY as error:
        log.warn("chore_waits_for_the_database", chore=chore.name, cause=database.why(error))
    except Exception:
        _LOG.exception("the chore %s failed; it is tried again", chore.name)
    return False
