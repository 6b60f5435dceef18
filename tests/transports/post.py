"""A real mail server on loopback, with or without TLS and log-in, that goes wrong as a test tells it to."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = b"avrop", b"hemligt-ord"


class Office:
    """Takes mail. `says` has an answer per command; `hangs_up` names the command at which the line is cut."""

    def __init__(self, says: Mapping[str, str] | None = None, hangs_up: str = "") -> None:
        self.says, self.hangs_up = dict(says or {}), hangs_up
        self.taken: list[tuple[str, list[str], bytes]] = []
        self.commands: list[str] = []

    def _at(self, server: SMTP, command: str, good: str) -> str:
        self.commands.append(command)
        if self.hangs_up == command:
            server.transport.abort()
        return self.says.get(command, good)

    async def handle_MAIL(self, server, session, envelope, address, options):
        answer = self._at(server, "MAIL", "250 OK")
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self._at(server, "RCPT", "250 OK")
        if answer.startswith("25"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_RSET(self, server, session, envelope):
        return self._at(server, "RSET", "250 OK")

    async def handle_DATA(self, server, session, envelope):
        answer = self._at(server, "DOT", "250 queued as 4F1C")
        if answer.startswith("250"):
            self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return answer


def _knows(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (USER, PASSWORD), handled=False)


@contextmanager
def post_office(
    office: Office, context: ssl.SSLContext | None = None, *, implicit: bool = False, log_in: bool = False
) -> Iterator[int]:
    """The port. `context` with `implicit`: TLS from the first byte; without: STARTTLS is offered and insisted on."""
    facts: dict[str, object] = {"hostname": "post.example"}
    if context is not None and not implicit:
        facts |= {"tls_context": context, "require_starttls": True}
    if log_in:
        facts |= {"authenticator": _knows, "auth_required": True, "auth_require_tls": not implicit}
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    started = loop.create_server(
        lambda: SMTP(office, loop=loop, **facts), "127.0.0.1", 0, ssl=context if implicit else None
    )
    server = asyncio.run_coroutine_threadsafe(started, loop).result(10)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
