"""What the sandbox must not forget when it is stopped: orders seen, answers to give. Plain files in one folder."""

from __future__ import annotations

import heapq
import os
import re
import threading
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from gateway.sandbox.behaviour import draw


class Received(NamedTuple):
    """One delivery as it reached a supplier; `key` is the file's name or the SBDH instance identifier."""

    supplier_id: str
    order_number: str
    key: str


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """An answer on its way: `content` goes out to `supplier_id`'s outbox or to our inbox when it is `due`."""

    id: str
    supplier_id: str
    due: datetime
    name: str
    content: bytes


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """What the access point remembers of a document: its digest and its first receipt."""

    instance: str
    sha256: str
    transaction: str
    supplier_id: str
    at: datetime


class Memory:
    """Safe to use from many threads. Everything is on disk before a call returns."""

    def __init__(self, folder: Path) -> None:
        self._folders = {name: folder / name for name in ("agenda", "given", "orders", "submissions")}
        for path in self._folders.values():
            path.mkdir(parents=True, exist_ok=True)
        self._log = folder / "received.jsonl"
        self._lock = threading.Lock()
        self._received = self._load_received()
        self._agenda = [(errand.due, errand.id, errand) for errand in self._load_agenda()]
        heapq.heapify(self._agenda)

    @property
    def received(self) -> list[Received]:
        """Every delivery since the folder was made, in order of arrival, repeats included."""
        with self._lock:
            return list(self._received)

    def note(self, received: Received) -> None:
        with self._lock:
            with self._log.open("ab") as file:
                file.write(msgspec.json.encode(received) + b"\n")
            self._received.append(received)

    def is_known(self, supplier_id: str, order_number: str) -> bool:
        """Whether the answers to this order are planned already."""
        return self._order(supplier_id, order_number).exists()

    def plan(self, supplier_id: str, order_number: str, errands: list[Errand]) -> None:
        """Keep the answers of an order, then the order: a stop in between plans the same answers again, not more."""
        fresh = [errand for errand in errands if not (self._folders["given"] / errand.id).exists()]
        for errand in fresh:
            _write(self._folders["agenda"] / errand.id, msgspec.json.encode(errand))
        _write(self._order(supplier_id, order_number), b"")
        with self._lock:
            for errand in fresh:
                heapq.heappush(self._agenda, (errand.due, errand.id, errand))

    def was_given(self, errand_id: str) -> bool:
        """Whether this answer has gone out."""
        return (self._folders["given"] / errand_id).exists()

    def withdraw(self, errand_ids: Iterable[str]) -> None:
        """Answers that shall not be given after all; those under way go out."""
        gone = set(errand_ids)
        with self._lock:
            found = [entry for entry in self._agenda if entry[1] in gone]
            self._agenda = [entry for entry in self._agenda if entry[1] not in gone]
            heapq.heapify(self._agenda)
        for _, errand_id, _ in found:
            (self._folders["agenda"] / errand_id).unlink(missing_ok=True)

    def due(self, now: datetime) -> Errand | None:
        """The next errand whose time has come, taken from the agenda; `given` or `put_back` must follow."""
        with self._lock:
            return heapq.heappop(self._agenda)[2] if self._agenda and self._agenda[0][0] <= now else None

    def given(self, errand: Errand) -> None:
        os.replace(self._folders["agenda"] / errand.id, self._folders["given"] / errand.id)

    def put_back(self, errand: Errand, due: datetime) -> None:
        """It did not work: again when `due`."""
        with self._lock:
            heapq.heappush(self._agenda, (due, errand.id, errand))

    @property
    def open_errands(self) -> int:
        """How many answers are planned and not given yet, those under way aside."""
        with self._lock:
            return len(self._agenda)

    def submission(self, instance: str) -> Submission | None:
        """What the access point knows under an instance identifier."""
        path = self._folders["submissions"] / _safe(instance)
        return msgspec.json.decode(path.read_bytes(), type=Submission) if path.exists() else None

    def remember(self, submission: Submission) -> None:
        _write(self._folders["submissions"] / _safe(submission.instance), msgspec.json.encode(submission))

    def _order(self, supplier_id: str, order_number: str) -> Path:
        return self._folders["orders"] / _safe(f"{supplier_id}--{order_number}")

    def _load_received(self) -> list[Received]:
        lines = self._log.read_bytes().splitlines() if self._log.exists() else []
        return [
            Received(*msgspec.json.decode(line, type=tuple[str, str, str])) for line in lines if line.endswith(b"]")
        ]

    def _load_agenda(self) -> list[Errand]:
        paths = [path for path in self._folders["agenda"].iterdir() if not path.name.startswith(".")]
        return [msgspec.json.decode(path.read_bytes(), type=Errand) for path in paths]


def errand_id(supplier_id: str, number: str) -> str:
    """A name for the errand that carries document `number`; the same each time, and usable as a file name."""
    return _safe(f"{supplier_id}--{number}")


def _safe(text: str) -> str:
    """A file name for any text; texts that had to be changed stay apart by a number."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", text).lstrip(".")[:120]
    return plain if plain == text else f"{plain}~{draw(text):x}"


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{threading.get_ident()}.part")
    part.write_bytes(content)
    os.replace(part, path)
