"""What the supplier keeps of its cXML orders: which payloadIDs it has taken, and what an order was sent under."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec

from gateway.model import Order


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A request that was taken: `number` is what it is called here, `order` the order with a new one and a change."""

    supplier_id: str
    payload_id: str
    number: str
    order_number: str
    order: Order | None = None


class Book:
    """Safe to use from many threads; on disk before a call returns, and read again."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._by_payload: dict[tuple[str, str], Taken] = {}
        self._by_number: dict[tuple[str, str], Taken] = {}
        self._orders: dict[tuple[str, str], Order] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        for line in path.read_bytes().splitlines() if path.exists() else ():
            if line.endswith(b"}"):
                self._keep(msgspec.json.decode(line, type=Taken))

    def take(self, taken: Taken) -> None:
        """Keep it, where it is new."""
        with self._lock:
            if (taken.supplier_id, taken.payload_id) in self._by_payload:
                return
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(taken) + b"\n")
            self._keep(taken)

    def has(self, supplier_id: str, payload_id: str) -> bool:
        """Whether that payloadID was taken before."""
        return (supplier_id, payload_id) in self._by_payload

    def called(self, supplier_id: str, number: str) -> Taken | None:
        """What was taken under a number of an order, a change or a cancellation."""
        return self._by_number.get((supplier_id, number))

    def order(self, supplier_id: str, number: str) -> Order | None:
        """The order as it stands after its changes."""
        return self._orders.get((supplier_id, number))

    def _keep(self, taken: Taken) -> None:
        self._by_payload[taken.supplier_id, taken.payload_id] = taken
        self._by_number[taken.supplier_id, taken.number] = taken
        if taken.order is not None:
            self._orders[taken.supplier_id, taken.order_number] = taken.order
