"""A folder on this machine or a mounted share: what many programs on the other side read and write.

A parcel appears under its name in one step, whole and on disk. Sent again under its name with the same content it is
already delivered; with other content it is refused, because one of the two would be lost.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from gateway.transports.contract import Check, Expiry, NotSent, Parcel, Receipt, Refused, Standing
from gateway.transports.listing import Mark, good_ones_first, settled
from gateway.transports.names import hidden, is_waiting, sendable
from gateway.transports.probing import CONTENT, steps, test_name

_CURES = {
    errno.ENOSPC: "the disk is full; free space there",
    errno.EDQUOT: "the disk quota is used up; raise it or free space there",
    errno.ENOENT: "there is no such folder; create it or correct the path",
    errno.ENOTDIR: "a part of the path is not a folder; correct the path",
    errno.EACCES: "we lack permission; let our account read and write there",
    errno.EPERM: "we lack permission; let our account read and write there",
    errno.EROFS: "the file system is read-only; mount it for writing",
    errno.ESTALE: "the share has gone away; mount it again",
}


class FolderSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`inbox` is the supplier's: we write there. `outbox` is where we pick up, "" for nowhere.

    A file is taken when it has stood still for `settle_seconds`, and refused above `max_bytes`.
    """

    inbox: str
    outbox: str = ""
    archive: str = ""
    max_bytes: int = 20_000_000
    settle_seconds: float = 0.3


class Folder:
    """The transport `folder`."""

    name = "folder"
    envelope = ""
    polled = True
    follows = False
    Settings: type[msgspec.Struct] = FolderSettings

    def send(self, settings: FolderSettings, parcel: Parcel) -> Receipt:
        """Write under a hidden name, flush to disk, rename. NotSent where the disk says no; never Unsure."""
        target = Path(settings.inbox) / sendable(parcel.name)
        with _told(f"cannot write {target}"):
            if target.exists():
                return _already(target, parcel)
            _write(target, parcel.content)
        return Receipt(evidence=f"{target}, {len(parcel.content)} bytes")

    def fetch(self, settings: FolderSettings) -> Iterator[Parcel]:
        """Every whole, visible file of the outbox that stands still, by name."""
        if not settings.outbox:
            return
        folder = Path(settings.outbox)
        with _told(f"cannot list {folder}"):
            waiting = settled(lambda: _look(folder), settings.settle_seconds)
        yield from good_ones_first(waiting, lambda name, mark: _read(folder / name, mark, settings.max_bytes))

    def done(self, settings: FolderSettings, parcel: Parcel) -> None:
        """Move the file to the archive, by default `archive` beside the outbox's files."""
        source = Path(settings.outbox) / parcel.name
        archive = Path(settings.archive) if settings.archive else Path(settings.outbox) / "archive"
        with _told(f"cannot move {source} to {archive}"):
            if not source.exists() or _mark(source.stat()).key(source.name) != parcel.key:
                return
            archive.mkdir(exist_ok=True)
            target = archive / source.name
            if target.exists():
                target = archive / f"{source.stem}-{source.stat().st_mtime_ns}{source.suffix}"
            source.replace(target)

    def status(self, settings: FolderSettings, key: str) -> Standing:
        """A file that is in the folder is delivered; a receipt says so at once."""
        return Standing(state="unknown", said="a folder tells nothing of what was taken from it")

    def probe(self, settings: FolderSettings) -> Iterator[Check]:
        """Writes a hidden file into the inbox, reads it back and removes it; then looks what waits in the outbox."""
        listing = (("list", lambda: _listed(settings)),) if settings.outbox else ()
        return steps(("connect", lambda: _there(settings)), ("write", lambda: _tried(settings)), *listing)

    def expiries(self, settings: FolderSettings) -> Iterator[Expiry]:
        """Nothing: folders do not end."""
        return iter(())


def _there(settings: FolderSettings) -> str:
    with _told(f"cannot open {settings.inbox}"):
        os.close(os.open(settings.inbox, os.O_RDONLY | os.O_DIRECTORY))
    return f"{settings.inbox} is a folder that we may read"


def _tried(settings: FolderSettings) -> str:
    path = Path(settings.inbox) / test_name()
    with _told(f"cannot write {path}"):
        try:
            _write(path, CONTENT)
            if path.read_bytes() != CONTENT:
                raise NotSent(f"{path} holds something else than was written; is another program changing files?")
        finally:
            path.unlink(missing_ok=True)
    return f"{path}: {len(CONTENT)} bytes written, read back and removed"


def _listed(settings: FolderSettings) -> str:
    with _told(f"cannot list {settings.outbox}"):
        return f"{settings.outbox}: {len(_look(Path(settings.outbox)))} waiting"


def _write(target: Path, content: bytes) -> None:
    part = target.with_name(hidden(target.name))
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    # The rename itself survives a power cut only when the folder is flushed too; some shares cannot do that.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _already(target: Path, parcel: Parcel) -> Receipt:
    if target.read_bytes() != parcel.content:
        raise Refused(f"{target} is already there with other content; move it away, or send under another name")
    return Receipt(evidence=f"{target}, {len(parcel.content)} bytes, was already there")


def _look(folder: Path) -> dict[str, Mark]:
    with os.scandir(folder) as entries:
        return {entry.name: _mark(entry.stat()) for entry in entries if is_waiting(entry.name) and entry.is_file()}


def _mark(stat: os.stat_result) -> Mark:
    return Mark(stat.st_size, stat.st_mtime_ns)


def _read(path: Path, mark: Mark, most: int) -> Parcel | None:
    if mark.size > most:
        raise Refused(f"{path} holds {mark.size} bytes; at most {most} are read (setting max_bytes)")
    with _told(f"cannot read {path}", outcome=Refused):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None  # somebody took it back
    return Parcel(key=mark.key(path.name), name=path.name, content=content) if len(content) == mark.size else None


@contextlib.contextmanager
def _told(what: str, outcome: type[NotSent] | type[Refused] = NotSent) -> Iterator[None]:
    """An OSError in our words. All of them leave nothing delivered, so all are NotSent where nothing else is said."""
    try:
        yield
    except OSError as error:
        cure = _CURES.get(error.errno or 0, error.strerror or str(error))
        raise outcome(f"{what}: {cure}") from error
    except ValueError as error:
        raise Refused(f"{what}: {error}; correct the path") from error
