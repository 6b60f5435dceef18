"""The worker: the lanes by a dispatcher of our own, the inbox by pgqueuer. Workers on one database share the work."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import asyncpg  # type: ignore[import-untyped]
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries

from gateway import database
from gateway.exchange import judging, log, queue
from gateway.exchange.chores import chores_forever
from gateway.exchange.country import tell_forever
from gateway.exchange.dispatch import Dispatcher
from gateway.exchange.follow import follow_forever
from gateway.exchange.inbox_pool import inbox_pool
from gateway.exchange.listen import listen
from gateway.exchange.office import Handlers, Office
from gateway.exchange.poll import poll_forever
from gateway.exchange.process import give_up, process
from gateway.exchange.sweep import sweep_forever
from gateway.exchange.watching import alarm_forever
from gateway.formats import Dialect
from gateway.rules.judge import Rules
from gateway.settings import Settings
from gateway.suppliers.supplier import Suppliers
from gateway.transports.contract import Transport

_LOG = logging.getLogger(__name__)
_INBOX_TRIES = 6
_BATCH = 20
_READERS = 8
_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, *database.AWAY)


async def run_worker(
    url: str,
    suppliers: Suppliers,
    dialects: Mapping[str, Dialect],
    transports: Mapping[str, Transport],
    handlers: Handlers,
    settings: Settings,
    stop: asyncio.Event | None = None,
    rules: Rules | None = None,
) -> None:
    """Sends, receives and polls until `stop` is set. A database that goes away is waited for.

    `rules` are the official ones; without them documents are judged by what is built in.
    """
    engine = database.engine(url)
    office = Office(
        engine=engine,
        suppliers=suppliers,
        dialects=dialects,
        transports=transports,
        handlers=handlers,
        settings=settings,
        rules=rules,
    )
    stopping = stop or asyncio.Event()
    dispatcher = Dispatcher(office)
    # Polls that hang must not let it take lanes for as long as they do.
    ending = asyncio.ensure_future(stopping.wait())
    ending.add_done_callback(lambda _: dispatcher.stop())
    try:
        with _dispatching(url, dispatcher):
            log.say("worker_started", worker=dispatcher.name, slots=settings.worker_slots)
            while not stopping.is_set():
                try:
                    await _run(url, office, stopping)
                except _AWAY as error:
                    log.warn("database_away", cause=database.why(error))
                    await _sleep(stopping, 2)
                except Exception:
                    # The lanes go on meanwhile, and what stumbled may be one message of thousands.
                    _LOG.exception("what runs beside the lanes stumbled and begins again")
                    await _sleep(stopping, 2)
            dispatcher.stop()
            await asyncio.to_thread(dispatcher.ended.wait)
    finally:
        ending.cancel()
        engine.dispose()
    log.say("worker_stopped", worker=dispatcher.name)


@contextmanager
def _dispatching(url: str, dispatcher: Dispatcher) -> Iterator[None]:
    """The dispatcher and its ear, in threads of their own."""
    deaf = threading.Event()
    threads = (
        threading.Thread(target=dispatcher.run, name="lane-dispatcher"),
        threading.Thread(target=listen, args=(url, dispatcher.rouse, deaf), name="lane-ear", daemon=True),
    )
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        dispatcher.stop()
        deaf.set()
        for thread in threads:
            thread.join()


async def _run(url: str, office: Office, stopping: asyncio.Event) -> None:
    heartbeat = timedelta(seconds=office.settings.worker_heartbeat)
    with ThreadPoolExecutor(_READERS, "inbox") as threads:
        async with inbox_pool(url) as pool:
            manager = QueueManager(Queries.from_asyncpg_pool(pool))
            manager.entrypoint(queue.INBOX, accepts_context=False, on_failure="hold")(_job(office, threads))
            run = manager.run(
                dequeue_timeout=timedelta(seconds=2),
                batch_size=_BATCH,
                max_concurrent_tasks=2 * _BATCH,
                heartbeat_timeout=heartbeat,
            )
            beside = (poll_forever, follow_forever, sweep_forever, tell_forever, alarm_forever, chores_forever)
            await _until_stopped(manager, stopping, run, *(work(office, stopping) for work in beside))


async def _until_stopped(manager: QueueManager, stopping: asyncio.Event, *works: Awaitable[None]) -> None:
    """Runs all of them; when one ends, by order or by error, the others are asked to end too."""
    tasks = [asyncio.ensure_future(work) for work in works]
    asked = asyncio.ensure_future(stopping.wait())
    await asyncio.wait([*tasks, asked], return_when=asyncio.FIRST_COMPLETED)
    manager.shutdown.set()
    asked.cancel()
    for task in tasks[1:]:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    failed = [error for error in ended if isinstance(error, Exception)]
    if failed:
        raise failed[0]


def _job(office: Office, threads: ThreadPoolExecutor) -> Callable[[Job], Awaitable[None]]:
    """A received message is read in a thread, so that nothing stops the loop; what fails is tried again."""

    async def run(job: Job) -> None:
        message_id = UUID((job.payload or b"").decode())
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(threads, _inbox, office, message_id)
        except database.AWAY as error:
            log.warn("reading_waits_for_the_database", message=message_id, cause=database.why(error))
            raise RetryRequested(office.first_delay) from error
        except Exception as error:
            _LOG.exception("job failed message=%s queue=%s attempt=%s", message_id, job.entrypoint, job.attempts + 1)
            if job.attempts + 1 >= _INBOX_TRIES:
                await loop.run_in_executor(threads, give_up, office, message_id, error)
                return
            raise RetryRequested(min(office.first_delay * 2**job.attempts, timedelta(hours=1))) from error

    return run


def _inbox(office: Office, message_id: UUID) -> None:
    given = judging.incoming(office, message_id)
    with office.engine.begin() as conn:
        process(conn, message_id, office, office.clock(), given)


async def _sleep(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
