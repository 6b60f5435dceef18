"""What one worker measures itself, for Prometheus: how long writing and sending take, and how many bytes leave.

Everything else is read from the database, so that it covers all workers: see `gateway.exchange.figures`.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    start_http_server,
)

from gateway.observing import Observing

REGISTRY: Final = CollectorRegistry()
_SECONDS: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_SEND: Final = Histogram(
    "avrop_send_seconds",
    "How long one attempt took, by transport and by how it ended.",
    ["transport", "outcome"],
    buckets=_SECONDS,
    registry=REGISTRY,
)
_COMPOSE: Final = Histogram(
    "avrop_compose_seconds",
    "How long writing one message took, rules included.",
    buckets=(0.001, 0.002, 0.005, *_SECONDS[1:9]),
    registry=REGISTRY,
)
_BYTES: Final = Counter(
    "avrop_sent_bytes", "Bytes of messages that were delivered, by transport.", ["transport"], registry=REGISTRY
)


def composed(seconds: float) -> None:
    """One message was written, or could not be."""
    _COMPOSE.observe(seconds)


def attempted(transport: str, outcome: str, seconds: float, size: int) -> None:
    """One attempt ended; `size` is in bytes."""
    _SEND.labels(transport, outcome).observe(seconds)
    if outcome == "delivered":
        _BYTES.labels(transport).inc(size)


def show(observing: Observing) -> int:
    """Answers GET /metrics of this worker on its own port, on this machine only unless a host is named; the port.

    0 where none is wanted. Raises OSError where the port is taken: two workers on a host need one each.
    """
    if not observing.worker_metrics:
        return 0
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=REGISTRY)
    server, _thread = start_http_server(observing.worker_metrics, observing.worker_metrics_host, REGISTRY)
    return server.server_port
