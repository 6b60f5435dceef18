"""The self-test of an SFTP connection, each step with its own cause."""

from __future__ import annotations

import contextlib
import posixpath
from collections.abc import Iterator

from gateway.transports.contract import Check, NotSent
from gateway.transports.names import is_waiting
from gateway.transports.probing import CONTENT, steps, test_name
from gateway.transports.sftp.client import LOST, PERMISSION, Answer, Client, told
from gateway.transports.sftp.connect import Link, connect
from gateway.transports.sftp.pinning import fingerprint
from gateway.transports.sftp.settings import SftpSettings


def probe(settings: SftpSettings) -> Iterator[Check]:
    """Connect on a connection of its own, write into the inbox, list the outbox where there is one."""
    with contextlib.ExitStack() as stack:
        links: list[Link] = []

        def connected() -> str:
            links.append(connect(settings))
            stack.callback(links[0].close)
            key = links[0].transport.get_remote_server_key()
            ways = "key" if settings.private_key else "password"
            return f"{settings.place}: host key {fingerprint(key.asbytes())}, logged in by {ways}"

        listing = (("list", lambda: _listed(links[0].client, settings)),) if settings.outbox else ()
        yield from steps(("connect", connected), ("write", lambda: _written(links[0].client, settings)), *listing)


def _written(client: Client, settings: SftpSettings) -> str:
    path = posixpath.join(settings.inbox, test_name())
    what = f"{settings.place}: {path}"
    with told(f"{what} not written", lost=NotSent):
        try:
            with client.open(path, "wb") as file:
                file.write(CONTENT)
            found = _read(client, path)
        finally:
            with contextlib.suppress(*LOST):
                client.remove(path)
    if found is None:
        return f"{what}: {len(CONTENT)} bytes written and removed; reading there is not allowed"
    if found != CONTENT:
        raise NotSent(f"{what}: {len(found)} of {len(CONTENT)} bytes are there; their disk or quota may be full")
    return f"{what}: {len(CONTENT)} bytes written, read back and removed"


def _read(client: Client, path: str) -> bytes | None:
    try:
        with client.open(path, "rb") as file:
            return file.read()
    except Answer as answer:
        if answer.code == PERMISSION:
            return None  # a letter box: files may be put in, not read
        raise


def _listed(client: Client, settings: SftpSettings) -> str:
    with told(f"{settings.place}: {settings.outbox} not listed", lost=NotSent):
        waiting = sum(is_waiting(name) for name in client.listdir(settings.outbox))
    return f"{settings.place}: {settings.outbox}, {waiting} waiting"
