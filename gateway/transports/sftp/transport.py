"""Upload under a hidden name, then rename; pick up what stands still, then move it to the archive.

Until the rename is asked for, whatever goes wrong leaves nothing a supplier's program would read: NotSent or Refused.
When the line breaks while the rename is asked for, only a later look can tell: Unsure.
"""

from __future__ import annotations

import contextlib
import posixpath
import stat
from collections.abc import Iterator

import msgspec
from paramiko import SFTPAttributes

from gateway.transports.contract import Check, Expiry, NotSent, Parcel, Receipt, Refused, Standing, Unsure
from gateway.transports.listing import Mark, good_ones_first, settled
from gateway.transports.names import hidden, is_waiting, sendable
from gateway.transports.sftp.client import LOST, NO_SPACE, NO_SUCH_FILE, Answer, Client, told
from gateway.transports.sftp.pool import Pool
from gateway.transports.sftp.probe import probe
from gateway.transports.sftp.settings import SftpSettings

_CHUNK = 256 * 1024


class Sftp:
    """The transport `sftp`. Safe to use from many threads."""

    name = "sftp"
    envelope = ""
    polled = True
    follows = False
    Settings: type[msgspec.Struct] = SftpSettings

    def __init__(self, pool: Pool | None = None) -> None:
        self.pool = Pool() if pool is None else pool

    def send(self, settings: SftpSettings, parcel: Parcel) -> Receipt:
        """Deliver into the inbox; a file of that name with the same content is this parcel, delivered before."""
        final = posixpath.join(settings.inbox, sendable(parcel.name))
        part = posixpath.join(settings.inbox, hidden(parcel.name))
        what = f"{settings.place}: {final}"
        with self.pool.lease(settings) as link:
            with told(f"{what} not uploaded", lost=NotSent):
                if _size(link.client, final) is not None:
                    return _already(link.client, final, parcel, what)
                _upload(link.client, part, parcel.content)
            with told(f"{what} uploaded as {posixpath.basename(part)}, not renamed", lost=Unsure):
                _rename(link.client, part, final, len(parcel.content))
        return Receipt(evidence=f"{what}, {len(parcel.content)} bytes")

    def fetch(self, settings: SftpSettings) -> Iterator[Parcel]:
        """Every whole, visible file of the outbox, by name; what is too large or unreadable is refused at the end."""
        if not settings.outbox:
            return
        yield from good_ones_first(self._waiting(settings), lambda name, mark: self._take(settings, name, mark))

    def done(self, settings: SftpSettings, parcel: Parcel) -> None:
        """Move a fetched file to the archive, unless it is gone or has changed since."""
        source = posixpath.join(settings.outbox, parcel.name)
        what = f"{settings.place}: {source} not moved to {settings.archive}"
        with self.pool.lease(settings) as link, told(what, lost=NotSent):
            found = _stat(link.client, source)
            if found is None or _mark(found).key(parcel.name) != parcel.key:
                return
            with contextlib.suppress(Answer):
                link.client.mkdir(settings.archive)
            target = posixpath.join(settings.archive, parcel.name)
            if _stat(link.client, target) is not None:
                stem, suffix = posixpath.splitext(target)
                target = f"{stem}-{found.st_mtime or 0}-{found.st_size or 0}{suffix}"
            _move(link.client, source, target)

    def status(self, settings: SftpSettings, key: str) -> Standing:
        """A file that was renamed is delivered; a receipt says so at once."""
        return Standing(state="unknown", said="SFTP tells nothing of what was taken away")

    def probe(self, settings: SftpSettings) -> Iterator[Check]:
        """Logs in anew; writes a hidden file, reads it back and removes it; looks what waits."""
        return probe(settings)

    def expiries(self, settings: SftpSettings) -> Iterator[Expiry]:
        return iter(())

    def _waiting(self, settings: SftpSettings) -> dict[str, Mark]:
        what = f"{settings.place}: {settings.outbox} not listed"
        with self.pool.lease(settings) as link, told(what, lost=NotSent):
            return settled(lambda: _listing(link.client, settings.outbox), settings.settle_seconds)

    def _take(self, settings: SftpSettings, name: str, mark: Mark) -> Parcel | None:
        path = posixpath.join(settings.outbox, name)
        if mark.size > settings.max_bytes:
            raise Refused(
                f"{settings.place}: {path} holds {mark.size} bytes; at most {settings.max_bytes} are read "
                "(setting max_bytes). Ask the supplier to split it, or raise the limit"
            )
        with self.pool.lease(settings) as link, told(f"{settings.place}: {path} not read", lost=NotSent):
            try:
                content = _read(link.client, path, mark.size)
            except Answer as answer:
                if answer.code == NO_SUCH_FILE:
                    return None  # somebody took it back
                raise
        return Parcel(key=mark.key(name), name=name, content=content) if len(content) == mark.size else None


def _stat(client: Client, path: str) -> SFTPAttributes | None:
    """None where nothing is there, or where we may write but not look."""
    try:
        return client.stat(path)
    except Answer:
        return None


def _size(client: Client, path: str) -> int | None:
    found = _stat(client, path)
    return found.st_size if found else None


def _already(client: Client, path: str, parcel: Parcel, what: str) -> Receipt:
    size = _size(client, path)
    same = size == len(parcel.content)
    if same:
        with contextlib.suppress(Answer):  # some inboxes may be written but not read: then the size must do
            same = _read(client, path, len(parcel.content)) == parcel.content
    if not same:
        raise Refused(f"{what} is already there with other content ({size} bytes); the supplier must move it away")
    return Receipt(evidence=f"{what}, {size} bytes, was already there")


def _upload(client: Client, part: str, content: bytes) -> None:
    try:
        with client.open(part, "wb") as file:
            for start in range(0, len(content), _CHUNK):
                file.write(content[start : start + _CHUNK])
        _check_stored(client, part, len(content))
    except Answer:
        with contextlib.suppress(*LOST):
            client.remove(part)
        raise


def _check_stored(client: Client, part: str, wanted: int) -> None:
    """Closing swallows errors in paramiko, and some servers only notice a full disk then."""
    stored = _size(client, part)
    if stored is not None and stored != wanted:
        raise Answer(NO_SPACE, f"only {stored} of {wanted} bytes were stored")


def _rename(client: Client, part: str, final: str, size: int) -> None:
    try:
        _move(client, part, final)
    except Answer:
        if _size(client, final) != size:
            with contextlib.suppress(Answer):
                client.remove(part)
            raise


def _move(client: Client, source: str, target: str) -> None:
    """By OpenSSH's posix-rename, which is one step; by the plain rename where the server does not know that."""
    try:
        client.posix_rename(source, target)
    except Answer:
        client.rename(source, target)


def _listing(client: Client, folder: str) -> dict[str, Mark]:
    found = client.listdir_attr(folder)
    return {entry.filename: _mark(entry) for entry in found if is_waiting(entry.filename) and _is_file(entry)}


def _is_file(entry: SFTPAttributes) -> bool:
    return entry.st_mode is None or stat.S_ISREG(entry.st_mode)


def _mark(entry: SFTPAttributes) -> Mark:
    return Mark(entry.st_size or 0, entry.st_mtime or 0)


def _read(client: Client, path: str, size: int) -> bytes:
    with client.open(path, "rb") as file:
        if size > _CHUNK:
            file.prefetch(size, max_concurrent_requests=64)
        return file.read(size)
