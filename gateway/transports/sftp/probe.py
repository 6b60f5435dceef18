"""The self-test of an SFTP connection, each step with its own cause."""

from __future__ import annotations

import contextlib
import posixpath
from collections.abc import Callable, Iterator

from gateway.transports.contract import Check, NotSent
from gateway.transports.probing import CONTENT, steps, test_name
from gateway.transports.sftp import remote
from gateway.transports.sftp.client import LOST, PERMISSION, Answer, Client, told
from gateway.transports.sftp.connect import Link, connect
from gateway.transports.sftp.pinning import fingerprint
from gateway.transports.sftp.settings import SftpSettings


def probe(settings: SftpSettings) -> Iterator[Check]:
    """Connect on a connection of its own, write into the inbox the way orders are written, list the outbox."""
    with contextlib.ExitStack() as stack:
        links: list[Link] = []

        def connected() -> str:
            links.append(connect(settings))
            stack.callback(links[0].close)
            return _known(links[0], settings)

        def with_client(act: Callable[[Client, SftpSettings], str]) -> Callable[[], str]:
            return lambda: act(links[0].client, settings)

        listing = (("list", with_client(_listed)),) if settings.outbox else ()
        yield from steps(("connect", connected), ("write", with_client(_written)), *listing)


def _known(link: Link, settings: SftpSettings) -> str:
    key = link.transport.get_remote_server_key()
    ways = "key" if settings.private_key else "password"
    return f"{settings.place}: host key {fingerprint(key.asbytes())}, logged in by {ways}"


def _written(client: Client, settings: SftpSettings) -> str:
    name = test_name()
    part, path = settings.unfinished(settings.inbox, name), posixpath.join(settings.inbox, name)
    what = f"{settings.place}: {path}"
    with told(f"{what} not written", lost=NotSent):
        try:
            remote.upload(client, part, CONTENT)
            remote.finish(client, part, path, len(CONTENT), overwrite=False)
            found = _read(client, path)
        finally:
            with contextlib.suppress(*LOST):
                client.remove(path)
    if found is None:
        return f"{what}: {len(CONTENT)} bytes written, renamed and removed; reading there is not allowed"
    if found != CONTENT:
        raise NotSent(f"{what}: {len(found)} of {len(CONTENT)} bytes are there; their disk or quota may be full")
    return f"{what}: {len(CONTENT)} bytes written, renamed, read back and removed"


def _read(client: Client, path: str) -> bytes | None:
    try:
        return remote.read(client, path, len(CONTENT))
    except Answer as answer:
        if answer.code == PERMISSION:
            return None  # a letter box: files may be put in, not read
        raise


def _listed(client: Client, settings: SftpSettings) -> str:
    with told(f"{settings.place}: {settings.outbox} not listed", lost=NotSent):
        waiting = len(remote.listing(client, settings.outbox, settings))
    return f"{settings.place}: {settings.outbox}, {waiting} waiting"
