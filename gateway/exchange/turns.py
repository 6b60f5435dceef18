"""The lanes that a worker holds right now: how much of each turn is still running."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(eq=False)
class Held:
    """A lane during its turn. `ill`: it failed last time; `lost`: another worker has it by now.

    `running` of its streams are still sending; `left`: not everything that was chosen was tried.
    """

    supplier_id: str
    ill: bool
    running: int = 1
    due_at: datetime | None = None
    left: bool = False
    lost: bool = False


class Turns:
    """Safe to use from many threads."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}
        self._lock = threading.Lock()

    def load(self) -> tuple[int, int]:
        """How many streams are running, and how many lanes among them are ill."""
        with self._lock:
            return sum(one.running for one in self._held.values()), sum(one.ill for one in self._held.values())

    def begin(self, lanes: Iterable[Held]) -> None:
        with self._lock:
            self._held |= {one.supplier_id: one for one in lanes}

    def over(self, held: Held, *, left: bool) -> bool:
        """One stream has ended; whether it was the last one of its lane."""
        with self._lock:
            held.running -= 1
            held.left = held.left or left
            return held.running == 0

    def end(self, lanes: Iterable[Held]) -> None:
        """These turns are recorded. A lane that was taken anew meanwhile stays."""
        with self._lock:
            for one in lanes:
                if self._held.get(one.supplier_id) is one:
                    del self._held[one.supplier_id]

    def names(self) -> list[str]:
        with self._lock:
            return list(self._held)

    def held(self) -> dict[str, Held]:
        """The turns of this moment, by lane."""
        with self._lock:
            return dict(self._held)

    def keep(self, asked: Mapping[str, Held], kept: set[str]) -> None:
        """Of the turns `asked` for, those that are not `kept` are another worker's now; not one that began since."""
        with self._lock:
            for supplier_id, one in asked.items():
                one.lost = one.lost or supplier_id not in kept
