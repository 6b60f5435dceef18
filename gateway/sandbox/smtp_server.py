"""A mail server on loopback: mailboxes of suppliers who read their orders. RFC 5321, as much as a sender needs."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable
from io import BufferedReader

_LONGEST_LINE = 2000
_MOST_BYTES = 25 * 1024 * 1024
_SECONDS = 60
_PATH = re.compile(r"(?:FROM|TO):\s*<([^<>\s]*)>", re.IGNORECASE)

Knows = Callable[[str], bool]
Takes = Callable[[str, bytes], None]


class SmtpServer:
    """Serves until stopped. `knows` says whether there is such a mailbox; `takes(mailbox, message)` gets each mail.

    A mail is acknowledged when `takes` has returned for every mailbox.
    """

    def __init__(self, knows: Knows, takes: Takes, listener: socket.socket) -> None:
        self._knows, self._takes, self._listener = knows, takes, listener
        self.port: int = listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="sandbox-smtp", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the door; who is inside may finish."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), name="sandbox-smtp-visit", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(_SECONDS)
        with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError):
            _Visit(connection, lines, self._knows, self._takes).run()


class _Visit:
    """One connection: commands are answered until the sender leaves."""

    def __init__(self, connection: socket.socket, lines: BufferedReader, knows: Knows, takes: Takes) -> None:
        self._connection, self._lines, self._knows, self._takes = connection, lines, knows, takes
        self._sender: str | None = None
        self._mailboxes: list[str] = []

    def run(self) -> None:
        self._say("220 mail.example ready")
        while line := self._lines.readline(_LONGEST_LINE):
            words = line.decode("utf-8", "replace").strip()
            command = words[:4].upper()
            self._say(self._answer(command, words))
            if command == "QUIT":
                return

    def _answer(self, command: str, words: str) -> str:
        if command in {"EHLO", "HELO"}:
            self._forget()
            return "250 mail.example" if command == "HELO" else f"250-mail.example\r\n250 SIZE {_MOST_BYTES}"
        if command == "MAIL":
            return self._from(words)
        if command == "RCPT":
            return self._to(words)
        if command == "DATA":
            return self._data()
        if command == "RSET":
            self._forget()
        return {"RSET": "250 OK", "NOOP": "250 OK", "QUIT": "221 bye"}.get(command, "502 not known here")

    def _from(self, words: str) -> str:
        found = _PATH.search(words)
        if found is None:
            return "501 MAIL FROM:<address>"
        self._forget()
        self._sender = found.group(1)
        return "250 OK"

    def _to(self, words: str) -> str:
        found = _PATH.search(words)
        if self._sender is None or found is None:
            return "503 MAIL FROM first, then RCPT TO:<address>"
        if not self._knows(found.group(1)):
            return "550 5.1.1 no such mailbox here"
        self._mailboxes.append(found.group(1))
        return "250 OK"

    def _data(self) -> str:
        if not self._mailboxes:
            return "503 RCPT TO first"
        self._say("354 go on, end with a dot")
        message = self._message()
        if message is None:
            return "552 too large"
        for mailbox in self._mailboxes:
            self._takes(mailbox, message)
        self._forget()
        return "250 2.0.0 taken"

    def _message(self) -> bytes | None:
        """The message without its final dot, None where it is too large. Raises OSError where the line breaks."""
        read, size = [], 0
        while (line := self._lines.readline()) != b".\r\n":
            if not line:
                raise OSError("the line broke before the final dot")
            size += len(line)
            if size <= _MOST_BYTES:
                read.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(read) if size <= _MOST_BYTES else None

    def _forget(self) -> None:
        self._sender, self._mailboxes = None, []

    def _say(self, words: str) -> None:
        self._connection.sendall(f"{words}\r\n".encode())
