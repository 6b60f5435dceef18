"""Traces by OpenTelemetry: the way of one message over all processes and days, where somebody wants to see it.

Off unless `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector (or `AVROP_TRACES` a file), and then nearly free. All
`OTEL_*` variables of the SDK count: sampler, headers, service name. Attributes hold no personal data.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from gateway.findings import Place, reject

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.trace import Link, SpanContext, Tracer

_WANTED: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


class Span(Protocol):
    """Inside `with span(…) as it`."""

    def note(self, **attributes: object) -> None:
        """Facts that are known only now: `note(outcome="delivered")`."""


class _Nothing(AbstractContextManager["Span"]):
    """What `span` gives while traces are off: one object for all, so that it costs a call."""

    def __enter__(self) -> Span:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def note(self, **attributes: object) -> None:
        return None


_NOTHING: Final = _Nothing()


class _Running:
    """Nothing while traces are off."""

    provider: TracerProvider | None = None
    tracer: Tracer | None = None


_running: Final = _Running()


def start(service: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Switches traces on for this process if the environment asks for them; False where it does not.

    `AVROP_TRACES` is `file:PATH` (one JSON object per span is added to it) or empty. Raises `Rejected` for another.
    """
    processor = _processor(environ)
    if processor is not None:
        use(processor, service)
    return processor is not None


def use(processor: SpanProcessor, service: str) -> None:
    """Spans go to this processor from now on."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    stop()
    _running.provider = TracerProvider(resource=Resource.create({"service.name": service}))
    _running.provider.add_span_processor(processor)
    _running.tracer = _running.provider.get_tracer("avrop")


def stop() -> None:
    """Hands over what is left and switches traces off. A process that ends does it by itself."""
    if _running.provider is not None:
        _running.provider.shutdown()
    _running.provider = _running.tracer = None


def span(
    name: str, parent: str | None = None, links: Iterable[str | None] = (), **attributes: object
) -> AbstractContextManager[Span]:
    """One step on the way: `with span("attempt", message.trace, transport="sftp", attempt=2) as it`.

    `parent` and `links` are traceparents of W3C; without a parent it is part of the span around it, or a trace of its
    own. An error that leaves the block marks the span, by its name alone. None is not told.
    """
    tracer = _running.tracer
    return _NOTHING if tracer is None else _traced(tracer, name, parent, links, attributes)


def is_on() -> bool:
    """Whether anybody wants traces: for what must be looked up only for them."""
    return _running.tracer is not None


def traceparent() -> str | None:
    """The span around here as W3C writes it, to be kept with a message; None while traces are off."""
    if _running.tracer is None:
        return None
    context = _current()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}" if context.is_valid else None


def trace_id() -> str | None:
    """The id of the trace around here, as collectors show it."""
    return id_of(traceparent())


def id_of(traceparent: str | None) -> str | None:
    """The id of the trace that a traceparent is of."""
    return traceparent[3:35] if traceparent else None


@contextmanager
def _traced(
    tracer: Tracer, name: str, parent: str | None, links: Iterable[str | None], attributes: Mapping[str, object]
) -> Iterator[Span]:
    from opentelemetry.trace import Status, StatusCode, use_span

    made = tracer.start_span(name, _context(parent), links=list(_links(links)))
    noted = _Noted(made)
    noted.note(**attributes)
    with use_span(made, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield noted
        except BaseException as error:
            # The text of an error may quote a document: its name is enough to find the log line by.
            made.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


class _Noted:
    def __init__(self, made: object) -> None:
        self._made = made

    def note(self, **attributes: object) -> None:
        for key, value in attributes.items():
            if value is not None:
                plain = value if isinstance(value, bool | int | float) else str(value)
                self._made.set_attribute(f"avrop.{key}", plain)  # type: ignore[attr-defined]


def _context(parent: str | None) -> Context | None:
    """None: the span around here is the parent."""
    from opentelemetry.trace import set_span_in_context
    from opentelemetry.trace.span import NonRecordingSpan

    found = _parsed(parent)
    return set_span_in_context(NonRecordingSpan(found)) if found is not None else None


def _links(traceparents: Iterable[str | None]) -> Iterator[Link]:
    from opentelemetry.trace import Link

    for one in traceparents:
        if (found := _parsed(one)) is not None:
            yield Link(found)


def _parsed(traceparent: str | None) -> SpanContext | None:
    """None for what is no traceparent: a broken one costs the link, not the message."""
    if not traceparent:
        return None
    from opentelemetry.trace import get_current_span
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    context = TraceContextTextMapPropagator().extract({"traceparent": traceparent}, context=_empty())
    found = get_current_span(context).get_span_context()
    return found if found.is_valid else None


def _empty() -> Context:
    from opentelemetry.context import Context

    return Context()


def _current() -> SpanContext:
    from opentelemetry.trace import get_current_span

    return get_current_span().get_span_context()


def _processor(environ: Mapping[str, str]) -> SpanProcessor | None:
    if path := environ.get("AVROP_TRACES", ""):
        return _to_file(path)
    if not any(environ.get(name) for name in _WANTED):
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    return BatchSpanProcessor(OTLPSpanExporter())


def _to_file(setting: str) -> SpanProcessor:
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

    kind, _, path = setting.partition(":")
    if kind != "file" or not path:
        why = f"AVROP_TRACES is {setting!r}: expected file:PATH, or OTEL_EXPORTER_OTLP_ENDPOINT for a collector"
        raise reject("settings-observing", why, Place(source="environment", path="AVROP_TRACES"))
    out = open(path, "a", encoding="utf-8")  # noqa: SIM115 - open for as long as the process lives
    return SimpleSpanProcessor(ConsoleSpanExporter(out=out, formatter=lambda one: one.to_json(indent=None) + "\n"))
