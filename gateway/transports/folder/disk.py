"""The single steps on a disk, and its errors in our words."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from gateway.transports.contract import NotSent, Parcel, Refused
from gateway.transports.file_rules import FileRules
from gateway.transports.listing import Mark

_CURES = {
    errno.ENOSPC: "the disk is full; free space there",
    errno.EDQUOT: "the disk quota is used up; raise it or free space there",
    errno.ENOENT: "there is no such folder; create it or correct the path",
    errno.ENOTDIR: "a part of the path is not a folder; correct the path",
    errno.EACCES: "we lack permission; let our account read and write there",
    errno.EPERM: "we lack permission; let our account read and write there",
    errno.EROFS: "the file system is read-only; mount it for writing",
    errno.ESTALE: "the share has gone away; mount it again",
    errno.EXDEV: "part_folder and inbox are on two disks, so that no file can move in one step; use one disk",
}


@contextlib.contextmanager
def told(what: str, outcome: type[NotSent] | type[Refused] = NotSent) -> Iterator[None]:
    """An OSError in our words. All of them leave nothing delivered, so all are NotSent where nothing else is said."""
    try:
        yield
    except OSError as error:
        cure = _CURES.get(error.errno or 0, error.strerror or str(error))
        raise outcome(f"{what}: {cure}") from error
    except ValueError as error:
        raise Refused(f"{what}: {error}; correct the path") from error


def write(part: Path, target: Path, content: bytes) -> None:
    """The file under its name in one step, whole and on disk; nothing of it stays behind where that fails."""
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


def look(folder: Path, rules: FileRules) -> dict[str, Mark]:
    """The files in the folder that are meant for us now."""
    with os.scandir(folder) as entries:
        files = {entry.name: entry for entry in entries if entry.is_file()}
    return {name: mark(files[name].stat()) for name in rules.ready(files)}


def mark(stat: os.stat_result) -> Mark:
    return Mark(stat.st_size, stat.st_mtime_ns)


def read(path: Path, found: Mark, most: int) -> Parcel | None:
    """The parcel, None where the file was taken back or has grown since it was listed."""
    if found.size > most:
        raise Refused(f"{path} holds {found.size} bytes; at most {most} are read (setting max_bytes)")
    with told(f"cannot read {path}", outcome=Refused):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
    return Parcel(key=found.key(path.name), name=path.name, content=content) if len(content) == found.size else None


def put_away(source: Path, archive: Path, marker: str) -> None:
    """File and marker into the archive. The marker goes first: left behind, it would call a later file whole."""
    archive.mkdir(parents=True, exist_ok=True)
    target = archive / source.name
    if target.exists():
        target = archive / f"{source.stem}-{source.stat().st_mtime_ns}{source.suffix}"
    moved = _moved(source.with_name(source.name + marker), target.with_name(target.name + marker)) if marker else False
    try:
        source.replace(target)
    except OSError:
        if moved:
            _moved(target.with_name(target.name + marker), source.with_name(source.name + marker))
        raise


def _moved(source: Path, target: Path) -> bool:
    try:
        source.replace(target)
    except FileNotFoundError:
        return False
    return True
