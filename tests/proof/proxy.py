"""A line that can be cut: TCP to somewhere, passed on, held up, or broken in both directions."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from typing import Literal

Mode = Literal["pass", "stall", "cut"]


class Proxy:
    """Listens on `port` at once; `target` may be named later: a port on loopback, or the path of a socket.

    Its `mode`: "stall" takes connections and bytes and passes nothing on; "cut" resets every line, old and new.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self.target: int | str = 0
        self.mode: Mode = "pass"
        self.passed = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.mode = "cut"
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._line, args=(near,), daemon=True).start()

    def _line(self, near: socket.socket) -> None:
        with contextlib.closing(near), contextlib.suppress(OSError):
            self._wait_while_stalled()
            with contextlib.closing(self._far()) as far:
                self._pass(near, far)

    def _far(self) -> socket.socket:
        if self.mode == "cut":
            raise ConnectionRefusedError
        if isinstance(self.target, int):
            return socket.create_connection(("127.0.0.1", self.target))
        made = socket.socket(socket.AF_UNIX)
        made.connect(self.target)
        return made

    def _pass(self, near: socket.socket, far: socket.socket) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            while self.mode != "cut":
                for key, _ in ready.select(0.05):
                    assert isinstance(key.fileobj, socket.socket)
                    data = key.fileobj.recv(2048)
                    self._wait_while_stalled()
                    if not data or self.mode == "cut":
                        return
                    key.data.sendall(data)
                    self.passed += len(data)

    def _wait_while_stalled(self) -> None:
        while self.mode == "stall":
            time.sleep(0.02)
