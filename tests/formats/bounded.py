"""A call in a child process of its own, with bounds on its time and its memory: what it said, or that it broke them."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path


def survived(call: Callable[[], str], seconds: int, megabytes: int) -> str:
    """What `call` returns, run in a fork of this process within `seconds` of processor time.

    `megabytes` is what it may take beyond what this process has already.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _bounded(call, write, seconds, megabytes)
    os.close(write)
    with os.fdopen(read, "rb") as said:
        told = said.read().decode()
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return f"killed by {signal.Signals(os.WTERMSIG(status)).name} (bounds: {seconds} s, {megabytes} MB)"
    return told


def _bounded(call: Callable[[], str], write: int, seconds: int, megabytes: int) -> None:
    """Never returns."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(seconds * 30)
        told = call()
    except BaseException as error:
        told = f"{type(error).__name__}: {error}"[:500]
    os.write(write, told.encode())
    os._exit(0)
