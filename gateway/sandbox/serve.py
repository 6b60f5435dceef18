"""The sandbox as a whole: its doors, the clerk behind them, and a way to stop."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import urljoin

import msgspec
from fastapi import APIRouter, FastAPI

from gateway.formats.mail import attached_to, message_id
from gateway.sandbox.access_point import AccessPointDouble
from gateway.sandbox.access_point_http import InboxPost, router_of
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.clerk import Clerk
from gateway.sandbox.cxml_desk.door import CxmlDoor, cxml_router
from gateway.sandbox.cxml_desk.post import CxmlPost
from gateway.sandbox.desks import Desks
from gateway.sandbox.memory import Memory, Received
from gateway.sandbox.relay import Relay
from gateway.sandbox.sftp_server import SftpServer, host_key, listen, public_line
from gateway.sandbox.shopfront.app import shop_app
from gateway.sandbox.shopfront.ledger import Ledger
from gateway.sandbox.shopfront.quirks import NO_QUIRKS, Quirk
from gateway.sandbox.shops import shops_of
from gateway.sandbox.smtp_server import SmtpServer
from gateway.sandbox.speaking import Tongue
from gateway.suppliers.supplier import Supplier

_log = logging.getLogger("avrop.sandbox")
CXML_INBOX = "/inbox/cxml"
Posts = tuple[InboxPost, CxmlPost]
_LOOK_SECONDS = 0.1
_SWEEP_LOOKS = 20


class Door(msgspec.Struct, frozen=True):
    """Where the sandbox's SFTP and mail servers will answer, known before any supplier is loaded."""

    port: int
    host_key: str
    listener: socket.socket
    mail: socket.socket

    @property
    def environment(self) -> dict[str, str]:
        """What suppliers.yaml needs to point at this sandbox."""
        return {
            "AVROP_SANDBOX_SFTP_PORT": str(self.port),
            "AVROP_SANDBOX_SFTP_HOST_KEY": self.host_key,
            "AVROP_SANDBOX_SMTP_PORT": str(self.mail.getsockname()[1]),
        }


def open_door(folder: Path, port: int = 0) -> Door:
    """Take ports and make or read the host key. Connections wait until `start_sandbox` is given this door."""
    listener = listen(port)
    return Door(listener.getsockname()[1], public_line(host_key(folder)), listener, listen(0))


class Sandbox:
    """A running sandbox. `received` and `complaints` are for checks; `left_out` says whom it cannot play, and why."""

    def __init__(self, desks: Desks, memory: Memory, clerk: Clerk, posts: Posts, door: Door, folder: Path) -> None:
        self._desks, self._memory, self._clerk, self._posts = desks, memory, clerk, posts
        self._dirty = set(desks.by_inbox)
        self._stopped = threading.Event()
        self._server = SftpServer(desks.accounts, host_key(folder), arrived=self._arrived, listener=door.listener)
        self._mail = SmtpServer(lambda mailbox: mailbox.lower() in desks.by_mailbox, self._mailed, door.mail)
        self.sftp_port, self.smtp_port = self._server.port, self._mail.port
        self.host_key = door.host_key
        self.router: APIRouter
        self.shop: FastAPI
        self._threads = [
            threading.Thread(target=self._loop, args=(work,), name=f"sandbox-{name}", daemon=True)
            for name, work in (("take", self._take), ("give", self._give))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def received(self) -> list[Received]:
        """Every delivery, (supplier_id, order number, key), repeats included."""
        return self._memory.received

    @property
    def complaints(self) -> list[tuple[str, str, str]]:
        """(supplier_id, key, words) for everything that a supplier could not read or could not answer."""
        return list(self._clerk.complaints)

    @property
    def left_out(self) -> dict[str, str]:
        return dict(self._desks.left_out)

    @property
    def open_answers(self) -> int:
        """How many answers are planned and not given yet."""
        return self._memory.open_errands

    def stop(self) -> None:
        """Close the doors and let the clerk finish what is in hand; everything else is on disk."""
        self._stopped.set()
        self._server.stop()
        self._mail.stop()
        for thread in self._threads:
            thread.join(15)
        for post in self._posts:
            post.close()

    def _arrived(self, user: str, path: Path) -> None:
        self._dirty.add(path.parent)

    def _mailed(self, mailbox: str, message: bytes) -> None:
        self._clerk.take(self._desks.by_mailbox[mailbox.lower()], attached_to(message), message_id(message))

    def _loop(self, work: Callable[[int], object]) -> None:
        looks = 0
        while not self._stopped.is_set():
            try:
                work(looks)
            except Exception:
                _log.exception("the sandbox stumbled and goes on")
            looks += 1
            self._stopped.wait(_LOOK_SECONDS)

    def _take(self, looks: int) -> None:
        """Inboxes where something arrived; now and then all, for files that were put there by hand."""
        self._dirty.update(self._desks.unannounced if looks % _SWEEP_LOOKS else self._desks.by_inbox)
        while self._dirty:
            self._clerk.take_files(self._dirty.pop())

    def _give(self, looks: int) -> None:
        self._clerk.give_due()


def start_sandbox(
    folder: Path,
    suppliers: Iterable[Supplier],
    dialects: Mapping[str, Tongue],
    inbox_url: str,
    token: str,
    *,
    behaviours: Mapping[str, Behaviour] | None = None,
    relays: Mapping[str, Relay] | None = None,
    speed: float = 1.0,
    door: Door | None = None,
    quirks: Mapping[str, frozenset[Quirk]] = NO_QUIRKS,
) -> Sandbox:
    """Play `suppliers` on loopback until `stop`. State is kept in `folder` and taken up again.

    `inbox_url` and `token` are ours: answers of access point suppliers are posted there, those by cXML to the inbox for
    cXML beside it, and orders to the router must carry the same token. `relays` says for whom the access point takes
    its time. `speed` 10 answers ten times as fast. Give the `door` of `open_door` where suppliers.yaml had to know it
    before. `quirks` are faults by supplier: of its cXML, and of its shop, which is to be served at another site.
    """
    folder.mkdir(parents=True, exist_ok=True)
    memory = Memory(folder)
    everybody = list(suppliers)
    desks = Desks(folder, everybody, dialects, behaviours or {}, quirks)
    for supplier_id, why in desks.left_out.items():
        _log.warning("the sandbox cannot play %s: %s", supplier_id, why)
    post = InboxPost(inbox_url, token)
    by_cxml = CxmlPost(urljoin(inbox_url, CXML_INBOX))
    clerk = Clerk(desks, memory, post, speed, by_cxml)
    sandbox = Sandbox(desks, memory, clerk, (post, by_cxml), door or open_door(folder), folder)
    sandbox.router = router_of(AccessPointDouble(desks, memory, clerk, token, relays, speed))
    ledger = Ledger(folder / "sold.jsonl")
    orders = CxmlDoor(desks.by_cxml, desks.book, clerk, ledger, quirks)
    sandbox.router.include_router(cxml_router(orders, desks.by_cxml.__contains__))
    sandbox.shop = shop_app(shops_of(everybody, quirks), ledger)
    return sandbox
