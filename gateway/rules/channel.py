"""One worker process and the pipes to it: a question goes in, an answer comes out, or the worker is ended.

A frame is its length in four bytes and then its bytes. The worker ends itself when its pipe closes, so that none is
left behind when its parent is killed.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from pathlib import Path

TICK = 0.05  # seconds between two looks at the memory of a busy worker
_CHUNK = 1 << 16
_ROOT = Path(__file__).resolve().parents[2]


class Died(Exception):
    """The worker ended before it answered."""


class TooSlow(Exception):
    """The worker had no answer in time."""


class TooLarge(Exception):
    """The worker took more memory than it may."""


class Worker:
    """A process of ours, used by one thread at a time."""

    def __init__(self) -> None:
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gateway.rules.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        )
        self._pipes = (self._process.stdin, self._process.stdout)
        self._in, self._out = (pipe.fileno() for pipe in self._pipes if pipe is not None)
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, question: bytes, seconds: float, memory: int) -> bytes:
        """The answer within `seconds`, while the process holds at most `memory` bytes.

        Raises `Died`, `TooSlow` or `TooLarge`; the worker is of no use after that.
        """
        deadline = time.monotonic() + seconds
        try:
            self._write(len(question).to_bytes(4, "big") + question, deadline, memory)
            size = int.from_bytes(self._read(4, deadline, memory), "big")
            return self._read(size, deadline, memory)
        except OSError as error:
            raise Died(str(error)) from None

    def kill(self) -> None:
        """Ends the process, whoever uses it, and waits until it is gone."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """Ends the process and closes the pipes to it."""
        self.kill()
        for pipe in self._pipes:
            if pipe is not None:
                pipe.close()

    def resident(self) -> int:
        """Bytes of memory that the process holds now; 0 where the system does not tell."""
        try:
            pages = Path(f"/proc/{self.pid}/statm").read_bytes().split()[1]
        except (OSError, IndexError):
            return 0
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def _write(self, frame: bytes, deadline: float, memory: int) -> None:
        rest = memoryview(frame)
        while rest:
            if self._ready(self._in, select.POLLOUT, deadline, memory):
                rest = rest[os.write(self._in, rest[:_CHUNK]) :]

    def _read(self, size: int, deadline: float, memory: int) -> bytes:
        found = bytearray()
        while len(found) < size:
            if self._ready(self._out, select.POLLIN, deadline, memory):
                part = os.read(self._out, size - len(found))
                if not part:
                    raise Died("its pipe closed")
                found += part
        return bytes(found)

    def _ready(self, pipe: int, event: int, deadline: float, memory: int) -> bool:
        """Whether the pipe can be used now; waits for a tick at most."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise TooSlow
        poll = select.poll()
        poll.register(pipe, event)
        if poll.poll(1000 * min(TICK, left)):
            return True
        if self.resident() > memory:
            raise TooLarge
        return False
