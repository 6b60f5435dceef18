"""An SFTP server on loopback with one account per supplier, as a supplier's own would look from our side."""

from __future__ import annotations

import contextlib
import hmac
import logging
import os
import socket
import threading
from collections.abc import Mapping
from pathlib import Path

import paramiko
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED, OPEN_SUCCEEDED

from gateway.sandbox.sftp_files import Account, Arrived, Files

_WIRE = "avrop.sandbox.wire"
logging.getLogger(_WIRE).setLevel(logging.CRITICAL)
_HANDSHAKE_SECONDS = 20
_KEY_FILE = "host_key"


def host_key(folder: Path) -> paramiko.PKey:
    """The server's key, made on first use and kept in `folder`; its public line lies beside it, for pinning."""
    path = folder / _KEY_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        key = paramiko.ECDSAKey.generate()
        part = path.with_suffix(".part")
        part.touch(mode=0o600)
        key.write_private_key_file(str(part))
        path.with_suffix(".pub").write_text(f"{public_line(key)}\n")
        os.replace(part, path)
    return paramiko.ECDSAKey.from_private_key_file(str(path))


def public_line(key: paramiko.PKey) -> str:
    """A key as it stands in known_hosts and in the setting host_key: type and base64."""
    return f"{key.get_name()} {key.get_base64()}"


class _Doorkeeper(paramiko.ServerInterface):
    """Lets one connection in, by its account's password or key, and only to SFTP."""

    def __init__(self, accounts: Mapping[str, Account]) -> None:
        self._accounts = accounts
        self.account: Account | None = None

    def get_allowed_auths(self, username: str) -> str:
        account = self._accounts.get(username)
        ways = [way for way, has in (("publickey", account and account.public_key), ("password", True)) if has]
        return ",".join(ways)

    def check_auth_password(self, username: str, password: str) -> int:
        account = self._accounts.get(username)
        wanted = account.password if account else ""
        return self._let_in(account, bool(wanted) and hmac.compare_digest(wanted.encode(), password.encode()))

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        account = self._accounts.get(username)
        return self._let_in(account, account is not None and account.public_key == key)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def _let_in(self, account: Account | None, right: bool) -> int:
        if not right:
            return AUTH_FAILED
        self.account = account
        return AUTH_SUCCESSFUL


class SftpServer:
    """Serves `accounts` until stopped. `arrived(user, path)` is called for each visible file that was written."""

    def __init__(
        self,
        accounts: Mapping[str, Account],
        key: paramiko.PKey,
        *,
        port: int = 0,
        arrived: Arrived | None = None,
        files: type[Files] = Files,
        listener: socket.socket | None = None,
    ) -> None:
        self._accounts, self._key, self._arrived, self._files = accounts, key, arrived, files
        self._listener = listener or listen(port)
        self._transports: set[paramiko.Transport] = set()
        self._lock = threading.Lock()
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="sandbox-sftp", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the door and every connection."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop_all()
        self._thread.join(5)

    def drop_all(self) -> None:
        """Break every open connection, as a restarted server does."""
        with self._lock:
            transports, self._transports = self._transports, set()
        for transport in transports:
            transport.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), name="sandbox-sftp-greeting", daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        try:
            transport = paramiko.Transport(sock)
        except (paramiko.SSHException, OSError):
            sock.close()
            return
        transport.set_log_channel(_WIRE)
        transport.banner_timeout = _HANDSHAKE_SECONDS
        transport.add_server_key(self._key)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, self._files, self._arrived)
        with self._lock:
            self._transports = {open_one for open_one in self._transports if open_one.is_active()} | {transport}
        # Without an event this waits for the client's greeting; the connection has its own thread after that.
        with contextlib.suppress(paramiko.SSHException, OSError, EOFError):
            transport.start_server(server=_Doorkeeper(self._accounts))
            return
        transport.close()


def listen(port: int = 0) -> socket.socket:
    """A listening socket on loopback; 0 takes a free port."""
    return socket.create_server(("127.0.0.1", port), backlog=128)
