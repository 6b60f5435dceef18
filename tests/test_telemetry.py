"""One trace from placing an order to its response, over all that handles it; nothing while nobody asks for it."""

from __future__ import annotations

import json
import logging
import threading
import timeit
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa
import uvicorn
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient

from gateway import telemetry
from gateway.exchange import log, log_lines
from gateway.exchange.alone import deliver
from gateway.exchange.place import place
from gateway.exchange.process import process
from gateway.exchange.receive import receive
from gateway.findings import Rejected
from gateway.observing import Observing
from gateway.settings import load_settings
from gateway.suppliers.supplier import Suppliers
from tests.exchange.desk import dialects, message_of, office, only, response, supplier
from tests.orders.samples import NOW, sample_order
from web.app import create_app


@pytest.fixture(autouse=True)
def off_again() -> Iterator[None]:
    yield
    telemetry.stop()


@pytest.fixture
def spans() -> InMemorySpanExporter:
    kept = InMemorySpanExporter()
    telemetry.use(SimpleSpanProcessor(kept), "test")
    return kept


@contextmanager
def collector() -> Iterator[tuple[str, list[Span]]]:
    """An OTLP collector of this machine, and the spans that it was given."""
    given: list[Span] = []

    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/traces":
                request = ExportTraceServiceRequest.FromString(body)
                given.extend(s for r in request.resource_spans for scope in r.scope_spans for s in scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Take)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", given
    finally:
        server.shutdown()
        server.server_close()


def journey(engine: sa.Engine, root: Path) -> None:
    """Placed, sent, and accepted."""
    seller, order = supplier(root), sample_order()
    desk = office(engine, seller)
    with engine.begin() as conn, telemetry.span("place", order=order.number):
        order_id = place(conn, order, seller, "glantan", "anna", NOW)
    assert deliver(desk, message_of(engine, order_id)) is None
    raw = dialects()["peppol"].write(response(order))
    with engine.begin() as conn:
        kept = receive(conn, raw, "folder:x", seller.id, "folder", "id-1", NOW)
    with engine.begin() as conn:
        process(conn, kept.message_id, desk, NOW)


def test_an_order_is_one_trace_from_placing_to_its_response(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with collector() as (address, given):
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        assert telemetry.start("avrop-test")
        journey(engine, tmp_path)
        telemetry.stop()
    placed = next(span for span in given if span.name == "place")
    of_order = [span.name for span in given if span.trace_id == placed.trace_id]
    assert sorted(of_order) == ["apply", "attempt", "compose", "place", "rules"]
    received = next(span for span in given if span.name == "receive")
    of_answer = {span.name for span in given if span.trace_id == received.trace_id}
    assert of_answer == {"receive", "process", "read", "match"}
    (applied,) = (span for span in given if span.name == "apply")
    assert [link.trace_id for link in applied.links] == [received.trace_id]
    told = {attribute.key: attribute.value for span in given for attribute in span.attributes}
    assert told["avrop.outcome"].string_value == "delivered"
    assert told["avrop.attempt"].int_value == 1
    assert "anna" not in str(given)


def test_the_trace_goes_with_the_message_over_processes(
    engine: sa.Engine, tmp_path: Path, spans: InMemorySpanExporter
) -> None:
    journey(engine, tmp_path)
    stored = only(engine, "SELECT trace FROM messages WHERE direction = 'out'")
    (placed,) = (span for span in spans.get_finished_spans() if span.name == "place")
    assert stored.startswith(f"00-{placed.context.trace_id:032x}-{placed.context.span_id:016x}-")


def test_while_nobody_asks_nothing_is_stored_and_nothing_is_slow(engine: sa.Engine, tmp_path: Path) -> None:
    assert not telemetry.start("avrop-test", {})
    journey(engine, tmp_path)
    assert only(engine, "SELECT count(*) FROM messages WHERE trace IS NOT NULL") == 0

    def one() -> None:
        with telemetry.span("attempt", None, message="m", order="o", attempt=1) as step:
            step.note(outcome="delivered")

    assert min(timeit.repeat(one, number=2000, repeat=5)) / 2000 < 20e-6


def test_an_error_marks_its_span_by_name_alone(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="secret"), telemetry.span("attempt", "not a traceparent"):
        raise ValueError("secret")
    (span,) = spans.get_finished_spans()
    assert span.status.description == "ValueError"
    assert span.events == ()
    assert span.parent is None


def test_a_request_is_told_by_its_route_and_never_by_its_address(
    engine: sa.Engine, spans: InMemorySpanExporter
) -> None:
    client = TestClient(create_app(load_settings({}), engine, Suppliers(()), []))
    assert client.get("/static/none/hidden-name.css").status_code == 404
    (span,) = spans.get_finished_spans()
    told = {"avrop.method": "GET", "avrop.status": 404, "avrop.route": "/static/{digest}/{name:path}"}
    assert (span.name, dict(span.attributes)) == ("GET", told)
    assert "hidden-name" not in span.to_json()


def test_spans_go_to_a_file_and_another_word_is_refused(tmp_path: Path) -> None:
    assert telemetry.start("avrop-test", {"AVROP_TRACES": f"file:{tmp_path / 'spans'}"})
    with telemetry.span("place"), telemetry.span("inner"):
        pass
    telemetry.stop()
    lines = [json.loads(line) for line in (tmp_path / "spans").read_text().splitlines()]
    assert [line["name"] for line in lines] == ["inner", "place"]
    assert lines[0]["context"]["trace_id"] == lines[1]["context"]["trace_id"]
    with pytest.raises(Rejected, match="AVROP_TRACES"):
        telemetry.start("avrop-test", {"AVROP_TRACES": "yes"})


def test_log_lines_are_text_or_json_with_what_they_are_about(
    spans: InMemorySpanExporter, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    uvicorn.Config(lambda: None, log_level="error")  # sets up its own lines, as a server before us may have done
    try:
        log_lines.set_up(Observing(log="json"), logging.INFO)
        with telemetry.span("attempt"), log.about(message="m-1", supplier="a"):
            trace = telemetry.trace_id()
            log.warn("held", order="26-1", cause='no "unit"', level="x")
            try:
                raise ValueError("broken")
            except ValueError:
                logging.getLogger("uvicorn.error").exception("it failed")
        logging.getLogger("httpx").info("POST https://hook.example/secret")
        held, failed = map(json.loads, capsys.readouterr().err.splitlines())
        about = {"message": "m-1", "supplier": "a", "trace": trace}
        assert held.pop("at") < failed.pop("at") + "z"
        assert held == about | {
            "level": "warning",
            "logger": "avrop.exchange",
            "event": "held",
            "order": "26-1",
            "cause": 'no "unit"',
            "level_": "x",
        }
        assert failed.pop("error").endswith("ValueError: broken")
        assert failed == about | {"level": "error", "logger": "uvicorn.error", "text": "it failed"}
        log_lines.set_up(Observing(), logging.INFO)
        with log.about(message="m-1"):
            log.say("sent", order="26-1", message="m-2", cause=None)
        assert capsys.readouterr().err.rstrip().endswith("INFO avrop.exchange sent order=26-1 message=m-2")
    finally:
        root.handlers[:], root.level = before
