"""The program's own processes, `avrop worker` and `avrop serve`, to be killed and started again in no time."""

from __future__ import annotations

import faulthandler
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from gateway import program
from gateway.cli import run
from gateway.exchange import office, sweep
from gateway.formats import load_dialects
from gateway.settings import load_settings, mapping_texts

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])
_DIALECTS = load_dialects(mapping_texts(load_settings({}))) if __name__ == "tests.proof.processes" else {}


class Process:
    """One of the program's processes. Its log is beside the database, one file for all lives of it."""

    def __init__(self, home: Path, name: str, environ: Mapping[str, str], clock: Path | None = None) -> None:
        self.log = home / f"{name}.log"
        self._given = (name, dict(environ), self.log, clock)
        self.start()

    def start(self) -> None:
        self._process = _FORKS.Process(target=_live, args=self._given)
        self._process.start()

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    @property
    def pid(self) -> int:
        return int(self._process.pid or 0)

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        """As kill -9."""
        self._process.kill()
        self._process.join()

    def end(self, seconds: float = 20) -> int | None:
        """In good order, by SIGTERM; the exit code, None where it had to be killed after all."""
        self._process.terminate()
        self._process.join(seconds)
        code = self._process.exitcode
        self.kill()
        return code

    def last_words(self) -> str:
        """The end of its log, with the stacks of its threads where it still lives."""
        if self.alive:
            self.signal(signal.SIGUSR1)
            time.sleep(1)
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else "nothing said"
        return f"{self.log.name}, alive: {self.alive}\n{text[-6000:]}"

    def said(self, words: str) -> int:
        """How often its log says so."""
        return self.log.read_text(encoding="utf-8", errors="replace").count(words) if self.log.exists() else 0


def _live(name: str, environ: Mapping[str, str], log: Path, clock: Path | None) -> None:
    """The command itself, in a process of its own. The mappings were read before, by the process that this one forked
    from."""
    os.setpgrp()
    os.environ.update(environ)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(written, stream)
    faulthandler.register(signal.SIGUSR1)
    logging.getLogger("paramiko").setLevel(logging.ERROR)
    program.load_dialects = lambda _: _DIALECTS
    sweep._FORGOTTEN = timedelta(seconds=5)  # a minute in earnest
    if clock is not None:
        _shift(clock)
    if name.startswith("worker"):
        run.worker()
    else:
        run.serve(port=int(environ["PROOF_PORT"]))


def _shift(clock: Path) -> None:
    """The clock of this process goes wrong by as many seconds as stand in the file `clock`."""
    right = office.utc_now
    field = office.Office.__dataclass_fields__["clock"]
    shifted = lambda: right() + timedelta(seconds=float(clock.read_text() or 0))  # noqa: E731
    field.default = shifted
    office.Office.__init__.__kwdefaults__["clock"] = shifted


def until(true: Callable[[], object], seconds: float, what: str = "it") -> float:
    """Waits until `true()` is; how long that took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"{what} did not happen in {seconds:g} s"
        time.sleep(0.05)
    return time.monotonic() - began
