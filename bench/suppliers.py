"""Loading suppliers.yaml beside PyYAML's own reading of it, and what a reload costs those who send meanwhile."""

from __future__ import annotations

import gc
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import yaml

from bench.figure import figure
from gateway.suppliers.agreement import Plan
from gateway.suppliers.apart import load_apart
from gateway.suppliers.invent import DIALECTS, invent
from gateway.suppliers.load import load
from gateway.transports import TRANSPORTS

_MANY = 5000
_ROUNDS = 3


def suppliers() -> dict[str, Any]:
    """Milliseconds to load 1,200 and 5,000 suppliers (the reference is `yaml.load` with the C loader), to reload 5,000,
    and the longest that a sending thread waits meanwhile (the reference is the same thread without a reload)."""
    return {f"load_{n}_ms": _measured(invent(n)) for n in (1200, _MANY)} | _reloads(invent(_MANY))


def _measured(text: str) -> Any:
    ours = _best(lambda: load(text, "suppliers.yaml", TRANSPORTS, DIALECTS, {}))
    plain = _best(lambda: yaml.load(text, Loader=yaml.CSafeLoader))
    return figure(ours * 1000, "ms", plain * 1000, "PyYAML reading the text without places or checks")


def _best(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def _reloads(text: str) -> dict[str, Any]:
    """Each the best of rounds taken in turn: what is left is what a reload itself costs, not what the machine does."""
    held = load(text, "suppliers.yaml", TRANSPORTS, DIALECTS)
    pauses, idle, took = [], [], []
    for _ in range(_ROUNDS):
        gc.collect()
        began = time.perf_counter()
        pauses.append(
            _longest_pause(lambda: held.become(load_apart(text, "suppliers.yaml", TRANSPORTS, DIALECTS, Plan())))
        )
        took.append(time.perf_counter() - began)
        idle.append(_longest_pause(lambda: time.sleep(took[-1])))
    what = "the same thread for as long without a reload"
    return {
        f"reload_{_MANY}_ms": figure(min(took) * 1000, "ms"),
        "reload_pause_ms": figure(min(pauses) * 1000, "ms", min(idle) * 1000, what),
    }


def _longest_pause(work: Callable[[], object]) -> float:
    """The longest that a thread, which asks and is answered over a socket a thousand times a second, is held up."""
    ours, theirs = socket.socketpair()
    ended = threading.Event()
    longest = [0.0]

    def answer() -> None:
        while word := theirs.recv(64):
            theirs.sendall(word)

    def send() -> None:
        before = time.perf_counter()
        while not ended.is_set():
            ours.sendall(b"order")
            ours.recv(64)
            time.sleep(0.001)
            now = time.perf_counter()
            longest[0], before = max(longest[0], now - before), now

    threads = [threading.Thread(target=answer), threading.Thread(target=send)]
    with ours, theirs:
        for thread in threads:
            thread.start()
        work()
        ended.set()
        threads[1].join()
        ours.shutdown(socket.SHUT_RDWR)
        threads[0].join()
    return longest[0]
