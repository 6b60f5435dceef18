"""A name server on this machine: one port, over UDP and TCP, whose answers somebody else makes."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Callable

import dns.exception
import dns.message

Answering = Callable[[dns.message.Message, bool], dns.message.Message | None]
"""The question, and whether it came over TCP, to an answer; None says nothing."""


class NameServer:
    """Listens on `port` of this machine (0: any) until `stop`."""

    def __init__(self, answering: Answering, port: int = 0) -> None:
        self._tcp = _Tcp(("127.0.0.1", port), _over_tcp(answering))
        self.port: int = self._tcp.server_address[1]
        self._udp = _Udp(("127.0.0.1", self.port), _over_udp(answering))
        for server in (self._tcp, self._udp):
            threading.Thread(target=server.serve_forever, args=(0.1,), name="sandbox-dns", daemon=True).start()

    def stop(self) -> None:
        """Both doors closed."""
        for server in (self._tcp, self._udp):
            server.shutdown()
            server.server_close()


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True


def _answer(answering: Answering, wire: bytes, tcp: bool) -> bytes | None:
    try:
        answer = answering(dns.message.from_wire(wire), tcp)
    except dns.exception.DNSException:
        return None
    return answer.to_wire() if answer is not None else None


def _over_udp(answering: Answering) -> type[socketserver.BaseRequestHandler]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, socket = self.request
            if (said := _answer(answering, wire, False)) is not None:
                socket.sendto(said, self.client_address)

    return Handler


def _over_tcp(answering: Answering) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        timeout = 5

        def handle(self) -> None:
            head = self.rfile.read(2)
            wire = self.rfile.read(struct.unpack("!H", head)[0]) if len(head) == 2 else b""
            if (said := _answer(answering, wire, True)) is not None:
                self.wfile.write(struct.pack("!H", len(said)) + said)

    return Handler
