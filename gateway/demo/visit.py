"""`avrop demo`: the stage stays up until the visitor has seen enough."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable

from gateway.demo.stage import Size, Stage, stage
from gateway.settings import load_settings
from shop.seed import PEOPLE

_DOORS = (
    ("kim", "/", "buys: search, basket, order, follow"),
    ("anna", "/approvals", "approves what is above a unit's limit (and buys)"),
    ("dani", "/hub/dock", "receives at the dock, sends out, delivers"),
    ("alex", "/console/tasks", "sees suppliers, messages and what a person must do"),
)


def serve_demo(size: Size, port: int, ready: Callable[[dict[str, object], str], None]) -> None:
    """Runs until Ctrl-C; what was ordered is still there next time. `ready` is told where to look, once it answers."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with stage(load_settings().home / "demo", size, port) as running:
        ready(_facts(running), _welcome(running))
        while not stop.wait(1):
            if running.worker.poll() is not None:
                raise SystemExit("the worker ended unexpectedly; its log is worker.log in the demo's home")


def _facts(running: Stage) -> dict[str, object]:
    return {
        "address": running.address,
        "shops": running.shops,
        "people": [{"login": login, "password": running.passwords[login], "start": path} for login, path, _ in _DOORS],
        "suppliers": len(running.program.suppliers),
    }


def _welcome(running: Stage) -> str:
    names = {person.login: person.name for person in PEOPLE}
    lines = ["", f"Avrop answers at {running.address}/", ""]
    for login, path, what in _DOORS:
        lines.append(f"  {names[login]:14} {login} / {running.passwords[login]:14} {running.address}{path}")
        lines.append(f"  {'':14} {what}")
    lines += ["", f"{len(running.program.suppliers)} suppliers play along.", ""]
    open_shops = [one.name for one in running.program.suppliers if one.punchout]
    lines += [f"{len(open_shops)} of them keep shops of their own, on another site ({running.shops}): as Kim, go to"]
    lines += [f"{running.address}/punchout and choose one. Ctrl-C ends it.", ""]
    return "\n".join(lines)
