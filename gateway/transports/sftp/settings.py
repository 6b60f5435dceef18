"""What a supplier must state for SFTP."""

from __future__ import annotations

from typing import Annotated

import msgspec

from gateway.transports.expiring import LastDay
from gateway.transports.file_rules import FileRules


class SftpSettings(FileRules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to connect, as whom, and which folders to use.

    `password`, `private_key` (OpenSSH or PEM text) and `passphrase` are references: `env:NAME` or `file:PATH`.
    `certificate` is an OpenSSH certificate of that key, or a reference to it; `key_expires` is the last day of a key
    or password, where it was agreed to change it. `host_key` pins the server: `ssh-ed25519 AAAA…` or `SHA256:…`, or
    `file:PATH` to such a line; several (a change of keys) are separated by commas. `inbox` is the supplier's: we upload
    there; we pick up from `outbox` ("" for nothing) and move what we took to `archive`. `timeout_seconds` limits each
    step of connecting, three times that each answer.
    """

    host: str
    user: str
    host_key: str
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 22
    password: str = ""
    private_key: str = ""
    passphrase: str = ""
    certificate: str = ""
    key_expires: LastDay = None
    inbox: str = "inbox"
    outbox: str = "outbox"
    archive: str = "archive"
    timeout_seconds: float = 10.0

    @property
    def place(self) -> str:
        """How messages name this connection."""
        return f"{self.user}@{self.host}:{self.port}"
