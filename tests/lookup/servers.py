"""A name server and SMPs on this machine, each of which can go wrong."""

from __future__ import annotations

import http.server
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

from gateway.sandbox.name_server import Answering, NameServer

Page = tuple[int, dict[str, str], bytes]


class Zone:
    """A name server that can go wrong. `records` by name in small letters: NAPTR texts, with `ttl`.

    `answering` replaces the honest answer.
    """

    def __init__(self) -> None:
        self.records: dict[str, tuple[str, ...]] = {}
        self.ttl = 300
        self.answering: Answering | None = None
        self.asked: list[tuple[str, bool]] = []
        self._server = NameServer(self._answer)
        self.port = self._server.port
        self.stop = self._server.stop

    def _answer(self, question: dns.message.Message, tcp: bool) -> dns.message.Message | None:
        self.asked.append((question.question[0].name.to_text(), tcp))
        return self.answering(question, tcp) if self.answering else self.honest(question)

    def honest(self, question: dns.message.Message) -> dns.message.Message:
        """The records of the name; NXDOMAIN where it is not known, no data where it has none."""
        answer = dns.message.make_response(question)
        name = question.question[0].name
        found = self.records.get(name.to_text().lower())
        if found is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif found:
            answer.answer.append(dns.rrset.from_text(name, self.ttl, "IN", "NAPTR", *found))
        return answer


def failing(rcode: dns.rcode.Rcode) -> Answering:
    def answer(question: dns.message.Message, _: bool) -> dns.message.Message:
        made = dns.message.make_response(question)
        made.set_rcode(rcode)
        return made

    return answer


def truncated(server: Zone) -> Answering:
    """Nothing fits a datagram."""

    def answer(question: dns.message.Message, tcp: bool) -> dns.message.Message:
        if tcp:
            return server.honest(question)
        made = dns.message.make_response(question)
        made.flags |= dns.flags.TC
        return made

    return answer


class SmpServer:
    """Pages by their path as it came in, percent signs and all; 404 for all others. With `tls` it speaks https."""

    def __init__(self, tls: Path | None = None) -> None:
        self.pages: dict[str, Page | bytes | Callable[[http.server.BaseHTTPRequestHandler], None]] = {}
        self.asked: list[str] = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.handle_error = lambda request, address: None  # a client that does not trust us hangs up
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                page = outer.pages.get(self.path, (404, {}, b"not here"))
                if callable(page):
                    page(self)
                    return
                status, headers, body = page if isinstance(page, tuple) else (200, {}, page)
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


@contextmanager
def silent_port() -> Iterator[int]:
    """A port that accepts and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]
