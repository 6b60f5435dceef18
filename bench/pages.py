"""The pages as people get them: processes of `avrop serve` on this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen


@contextmanager
def pages(processes: int) -> Iterator[list[int]]:
    """Processes of `avrop serve` on ports of their own, once they answer."""
    ports = [_free_port() for _ in range(processes)]
    command = "from gateway.cli.run import serve; serve(port={})"
    quiet = {"stderr": subprocess.DEVNULL, "env": os.environ.copy()}
    running = [subprocess.Popen([sys.executable, "-c", command.format(port)], **quiet) for port in ports]  # type: ignore[call-overload]
    try:
        for port in ports:
            _answering(port)
        yield ports
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait(30)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _answering(port: int, seconds: float = 60) -> None:
    patience = time.monotonic() + seconds
    while time.monotonic() < patience:
        try:
            urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the pages did not come up")
