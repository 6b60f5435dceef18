"""Real servers on loopback, each going wrong in one way."""

from __future__ import annotations

import errno
import http.server
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko
from paramiko.sftp import SFTP_FAILURE, SFTP_PERMISSION_DENIED

from gateway.sandbox.sftp_files import Account, Files
from gateway.sandbox.sftp_server import SftpServer, public_line
from gateway.transports.sftp.settings import SftpSettings

KEY = paramiko.ECDSAKey.generate()
NO_SPACE, QUOTA = 14, 15


def account(root: Path, user: str = "bagaren") -> Account:
    for name in ("inbox", "outbox"):
        (root / name).mkdir(parents=True, exist_ok=True)
    return Account(user, root, password="hemligt-ord")


@contextmanager
def sftp(root: Path, files: type[Files] = Files, **changes: object) -> Iterator[tuple[SftpServer, SftpSettings]]:
    """A running server and the settings that fit it; `changes` spoil them. AVROP_TEST_PASSWORD must be set."""
    server = SftpServer({"bagaren": account(root)}, KEY, files=files)
    _running.append(server)
    facts = {
        "host": "127.0.0.1",
        "port": server.port,
        "user": "bagaren",
        "host_key": public_line(KEY),
        "password": "env:AVROP_TEST_PASSWORD",
        "timeout_seconds": 1.0,
        "settle_seconds": 0.02,
    }
    try:
        yield server, SftpSettings(**{**facts, **changes})
    finally:
        _running.remove(server)
        server.stop()


class _Writes(Files):
    """Opens as usual; every write is answered by `code`."""

    code = SFTP_FAILURE

    def open(self, path, flags, attr):
        handle = super().open(path, flags, attr)
        if flags & os.O_WRONLY:
            handle.write = lambda offset, data: self.code
        return handle


class DiskFull(_Writes):
    code = NO_SPACE


class QuotaUsedUp(_Writes):
    code = QUOTA


class DiskFullInOpenSsh(_Writes):
    code = SFTP_FAILURE


class DiskFullUnnoticed(Files):
    """Says yes to each write and stores nothing, as a server that buffers until the file is closed."""

    def open(self, path, flags, attr):
        handle = super().open(path, flags, attr)
        if flags & os.O_WRONLY:
            handle.write = lambda offset, data: 0
        return handle


class NotAllowed(Files):
    def open(self, path, flags, attr):
        return SFTP_PERMISSION_DENIED if flags & os.O_WRONLY else super().open(path, flags, attr)


class DropsInUpload(Files):
    """Breaks the line with the first byte that is written."""

    def open(self, path, flags, attr):
        handle = super().open(path, flags, attr)
        if flags & os.O_WRONLY:
            handle.write = lambda offset, data: _drop()
        return handle


class SilentInUpload(Files):
    def open(self, path, flags, attr):
        handle = super().open(path, flags, attr)
        if flags & os.O_WRONLY:
            handle.write = lambda offset, data: time.sleep(30)
        return handle


class DropsInRename(Files):
    def posix_rename(self, oldpath, newpath):
        return _drop()


class DropsAfterRename(Files):
    def posix_rename(self, oldpath, newpath):
        super().posix_rename(oldpath, newpath)
        return _drop()


class RenameRefused(Files):
    def posix_rename(self, oldpath, newpath):
        return SFTP_PERMISSION_DENIED

    rename = posix_rename


class OnlyPlainRename(Files):
    def posix_rename(self, oldpath, newpath):
        return 8

    def rename(self, oldpath, newpath):
        return Files.posix_rename(self, oldpath, newpath)


class NoReading(Files):
    """A letter box: files may be put in and seen, not read."""

    def open(self, path, flags, attr):
        return super().open(path, flags, attr) if flags & os.O_WRONLY else SFTP_PERMISSION_DENIED


_running: list[SftpServer] = []


def _drop():
    for server in _running:
        server.drop_all()
    return SFTP_FAILURE


@contextmanager
def listener(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port where every connection is handed to `behave` in its own thread and closed after."""
    server = socket.create_server(("127.0.0.1", 0))
    open_ones: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                sock, _ = server.accept()
            except OSError:
                return
            open_ones.append(sock)
            threading.Thread(target=_guarded, args=(behave, sock), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for sock in open_ones:
            sock.close()
        thread.join(2)


def _guarded(behave: Callable[[socket.socket], None], sock: socket.socket) -> None:
    try:
        behave(sock)
    except OSError as error:
        assert error.errno in {errno.EBADF, errno.EPIPE, errno.ECONNRESET, errno.ENOTCONN}


def says_nothing(sock: socket.socket) -> None:
    time.sleep(5)


def hangs_up(sock: socket.socket) -> None:
    sock.close()


def talks_nonsense(sock: socket.socket) -> None:
    sock.sendall(b"220 ready for mail\r\n" * 3)
    sock.close()


def takes_the_request_and_hangs_up(sock: socket.socket) -> None:
    sock.settimeout(1)
    sock.recv(65536)
    sock.close()


def takes_the_request_and_says_nothing(sock: socket.socket) -> None:
    sock.recv(65536)
    time.sleep(5)


def answers_nonsense(sock: socket.socket) -> None:
    sock.recv(65536)
    sock.sendall(b"nonsense\r\n\r\n")
    sock.close()


def nobody() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


Reply = tuple[int, object]


@contextmanager
def http_server(submit: Callable[[bytes], Reply], status: Callable[[str], Reply]) -> Iterator[tuple[str, list[str]]]:
    """A real HTTP server in the access point's shape; gives its url and the list of requests it saw."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.append(f"POST {self.path} {self.headers['X-Token']}")
            self.reply(*submit(body))

        def do_GET(self) -> None:
            seen.append(f"GET {self.path} {self.headers['X-Token']}")
            self.reply(*status(self.path.rsplit("/", 1)[-1]))

        def reply(self, code: int, facts: object) -> None:
            if code == 0:  # hang up without a word
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            body = facts if isinstance(facts, bytes) else json.dumps(facts).encode()
            self.send_response(code)
            if code in {301, 302, 307, 308}:
                self.send_header("Location", "/elsewhere")
            if body.startswith(b"<html"):
                self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join(2)
