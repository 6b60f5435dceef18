"""GET /metrics for Prometheus: how the exchange stands, for whoever has the token. An empty token closes it."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from gateway.exchange import log
from gateway.exchange.figures import Attempts, Figures, read, resting
from gateway.exchange.office import utc_now

PATH: Final = "/metrics"
_FRESH_SECONDS: Final = 5.0
_ESTIMATED_SECONDS: Final = 60.0


def metrics_router(engine: sa.Engine, token: str, now: Callable[[], datetime] = utc_now) -> APIRouter:
    """`Authorization: Bearer TOKEN`, as Prometheus sends it: 200, or 401 for another, or 404 where none is set."""
    router, registry = APIRouter(), CollectorRegistry()
    registry.register(Exchange(engine, now))
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)

    @router.get(PATH)
    def metrics(request: Request) -> Response:
        if not token:
            return Response(status_code=404)
        given = request.headers.get("authorization", "").encode("latin-1")  # the bytes as they came
        if not secrets.compare_digest(given, f"Bearer {token}".encode()):
            log.warn("metrics_wrong_token", source=request.client.host if request.client else None)
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router


class Exchange:
    """A collector that asks the database at most once in five seconds, however often it is asked itself."""

    def __init__(self, engine: sa.Engine, now: Callable[[], datetime]) -> None:
        self._engine, self._now = engine, now
        self._attempts, self._lock = Attempts(), threading.Lock()
        self._last: tuple[float, list[Metric]] | None = None
        self._estimated: tuple[float, dict[tuple[str, str], int]] | None = None

    def describe(self) -> list[Metric]:
        """Nothing: registering must not ask the database."""
        return []

    def collect(self) -> list[Metric]:
        """`avrop_up` is 0, and the rest is missing, where the database does not answer."""
        with self._lock:
            if self._last is None or time.monotonic() - self._last[0] > _FRESH_SECONDS:
                self._last = time.monotonic(), list(self._read())
            return self._last[1]

    def _read(self) -> Iterator[Metric]:
        began = time.perf_counter()
        try:
            with self._engine.begin() as conn:
                figures, attempts = read(conn, self._now()), dict(self._attempts.look(conn))
                at_rest = self._resting(conn)
        except sa.exc.SQLAlchemyError as error:
            log.warn("metrics_without_database", cause=type(error).__name__)
            yield _gauge("avrop_up", "Whether the database answers.", {(): 0})
            return
        yield _gauge("avrop_up", "Whether the database answers.", {(): 1})
        seconds = time.perf_counter() - began
        yield _gauge("avrop_scrape_seconds", "How long the database took for these figures.", {(): seconds})
        counter = CounterMetricFamily("avrop_attempts", "Attempts since this process began.", labels=["outcome"])
        for outcome, count in attempts.items():
            counter.add_metric([outcome], count)
        yield counter
        words = "Messages at rest by direction and state, as PostgreSQL estimates them."
        yield _gauge("avrop_messages_estimated", words, at_rest, "direction", "state")
        yield from _metrics(figures)

    def _resting(self, conn: sa.Connection) -> dict[tuple[str, str], int]:
        """New after each ANALYZE only, and the dearest question of all."""
        if self._estimated is None or time.monotonic() - self._estimated[0] > _ESTIMATED_SECONDS:
            self._estimated = time.monotonic(), resting(conn)
        return self._estimated[1]


def _metrics(found: Figures) -> Iterator[Metric]:
    yield _gauge("avrop_messages_unsent", "Messages that wait to be sent, up to 50,000.", {(): found.unsent})
    yield _gauge("avrop_oldest_unsent_seconds", "Age of the oldest of them, 0 for none.", {(): found.oldest_unsent})
    yield _gauge("avrop_lanes", "Lanes that are due, sending, broken or paused.", _single(found.lanes), "state")
    yield _gauge("avrop_tasks_open", "Tasks that wait for a person.", _single(found.tasks), "kind")
    yield _gauge("avrop_alarms_open", "Alarms that are open.", _single(found.alarms), "kind")
    yield _gauge(
        "avrop_deadlines", "Answers that are awaited, by kind; late or open.", found.deadlines, "kind", "state"
    )
    yield _gauge(
        "avrop_workers",
        "Workers heard of today: alive in the last two minutes, or silent.",
        _single(found.workers),
        "state",
    )
    yield _gauge("avrop_worker_heard_seconds", "Since a worker was last heard of.", _single(found.heard), "worker")
    yield _gauge(
        "avrop_inbox", "Received messages that wait to be read, by state of their job.", _single(found.inbox), "status"
    )
    if found.accepted is not None:
        words = "Whether the newest suppliers file is worked by; else the last good one is."
        yield _gauge("avrop_configuration_accepted", words, {(): int(found.accepted)})
        yield _gauge("avrop_suppliers", "Sound suppliers in the newest suppliers file.", {(): found.suppliers})


def _single(counts: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    return {(name,): count for name, count in counts.items()}


def _gauge(name: str, words: str, values: Mapping[Any, float], *labels: str) -> Metric:
    made = GaugeMetricFamily(name, words, labels=labels)
    for key, value in values.items():
        made.add_metric(key, value)
    return made
