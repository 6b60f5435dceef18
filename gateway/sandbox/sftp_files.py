"""What one SFTP account sees: its own folder as `/`, and nothing outside it."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from pathlib import Path
from typing import Any

import paramiko
from paramiko import SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface
from paramiko.common import o660
from paramiko.sftp import SFTP_FAILURE, SFTP_OK, SFTP_PERMISSION_DENIED

Arrived = Callable[[str, Path], None]


class Account:
    """One supplier's log-in: `folder` is its root; a password, a public key, or both open it."""

    def __init__(self, user: str, folder: Path, *, password: str = "", public_key: paramiko.PKey | None = None) -> None:
        self.user, self.folder = user, folder.resolve()
        self.password, self.public_key = password, public_key


class OpenFile(SFTPHandle):
    """An open file; when a visible one was written and closed, that is told."""

    def __init__(self, path: Path, flags: int, arrived: Callable[[Path], None] | None) -> None:
        super().__init__(flags)
        mode = "r+b" if flags & os.O_RDWR else "wb" if flags & os.O_WRONLY else "rb"
        file = os.fdopen(os.open(path, flags, o660), mode)
        self.readfile = self.writefile = file
        self._file, self._path, self._arrived = file, path, arrived

    def stat(self) -> SFTPAttributes | int:
        self._file.flush()
        return SFTPAttributes.from_stat(os.fstat(self._file.fileno()))

    def close(self) -> None:
        super().close()
        if self._arrived is not None:
            self._arrived(self._path)


class Files(SFTPServerInterface):
    """File operations of one account. Every path is taken below its folder, with `..` and links followed first."""

    def __init__(self, server: Any, arrived: Arrived | None = None, *args: Any) -> None:
        super().__init__(server)
        self.account: Account = server.account
        self._arrived = arrived

    def canonicalize(self, path: str) -> str:
        return posixpath.normpath(posixpath.join("/", path))

    def real(self, path: str) -> Path:
        """Where a path of the client lies on our disk. Raises PermissionError for a way out."""
        wanted = self.account.folder / self.canonicalize(path).lstrip("/")
        real = wanted.parent.resolve() / wanted.name if wanted != self.account.folder else wanted
        if not real.is_relative_to(self.account.folder) or real.is_symlink():
            raise PermissionError(f"{path} leads out of the account's folder")
        return real

    def list_folder(self, path: str) -> list[SFTPAttributes] | int:
        try:
            with os.scandir(self.real(path)) as entries:
                return [SFTPAttributes.from_stat(entry.stat(follow_symlinks=False), entry.name) for entry in entries]
        except OSError as error:
            return _status(error)

    def stat(self, path: str) -> SFTPAttributes | int:
        try:
            return SFTPAttributes.from_stat(self.real(path).lstat())
        except OSError as error:
            return _status(error)

    lstat = stat

    def open(self, path: str, flags: int, attr: SFTPAttributes) -> SFTPHandle | int:
        try:
            real = self.real(path)
            return OpenFile(real, flags, self._tell if flags & (os.O_WRONLY | os.O_RDWR) else None)
        except OSError as error:
            return _status(error)

    def remove(self, path: str) -> int:
        return self._do(lambda: self.real(path).unlink())

    def rename(self, oldpath: str, newpath: str) -> int:
        try:
            if self.real(newpath).exists():
                return SFTP_FAILURE  # version 3 of the protocol: the plain rename never replaces
        except OSError as error:
            return _status(error)
        return self.posix_rename(oldpath, newpath)

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        def move() -> None:
            new = self.real(newpath)
            self.real(oldpath).replace(new)
            self._tell(new)

        return self._do(move)

    def mkdir(self, path: str, attr: SFTPAttributes) -> int:
        return self._do(lambda: self.real(path).mkdir())

    def rmdir(self, path: str) -> int:
        return self._do(lambda: self.real(path).rmdir())

    def chattr(self, path: str, attr: SFTPAttributes) -> int:
        return self._do(lambda: self.real(path).stat() and None)

    def _do(self, action: Callable[[], None]) -> int:
        try:
            action()
        except OSError as error:
            return _status(error)
        return SFTP_OK

    def _tell(self, path: Path) -> None:
        if self._arrived is not None and not path.name.startswith("."):
            self._arrived(self.account.user, path)


def _status(error: OSError) -> int:
    if isinstance(error, PermissionError):
        return SFTP_PERMISSION_DENIED
    return int(SFTPServer.convert_errno(error.errno or 0))
