"""A published package as files: a folder or a zip, read within bounds whatever somebody put into it."""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gateway.findings import Place, Rejected, reject
from gateway.rules.contents import KINDS

MOST_FILES = 5000
MOST_BYTES = 100_000_000  # of all files that are kept, unpacked
MOST_FILE = 20_000_000
_TAIL = 65_535 + 22  # the last record of a zip, and the longest comment that may follow it
_ENTRY = 400  # bytes of an entry with a long name
_DRIVE = re.compile(r"[A-Za-z]:")


def unpacked(path: Path) -> dict[str, bytes]:
    """Path in the package, `/` between its parts, to bytes; only kinds that are kept. Raises `Rejected`.

    Folders that all files share at the top are left away, so that a folder and a zip of it are the same package.
    """
    if path.is_dir():
        found = dict(_bounded(_of_folder(path), path))
    elif path.is_file():
        found = dict(_bounded(_of_zip(path), path))
    else:
        raise _refused(path, "there is no such folder or zip")
    if not found:
        raise _refused(path, f"it holds none of {', '.join(sorted(KINDS))}; name the folder or zip that does")
    return _lifted(found)


def _bounded(files: Iterator[tuple[str, bytes]], path: Path) -> Iterator[tuple[str, bytes]]:
    total, names = 0, set()
    for name, raw in files:
        if len(raw) > MOST_FILE:
            raise _refused(path, f"{name} holds more than {MOST_FILE} bytes")
        total += len(raw)
        if total > MOST_BYTES:
            raise _refused(path, f"its files hold more than {MOST_BYTES} bytes together")
        if name in names:
            raise _refused(path, f"{name} stands in it twice")
        names.add(name)
        yield name, raw


def _of_folder(path: Path) -> Iterator[tuple[str, bytes]]:
    """Symbolic links are not followed: a package lies where it lies."""
    seen = 0
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            seen += 1
            if seen > MOST_FILES:
                raise _refused(path, f"it holds more than {MOST_FILES} files; name the folder of the rules alone")
            file = Path(folder, name)
            if file.suffix.lower() in KINDS and not file.is_symlink() and file.is_file():
                with file.open("rb") as opened:
                    yield file.relative_to(path).as_posix(), opened.read(MOST_FILE + 1)


def _of_zip(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.stat().st_size > MOST_BYTES:
        raise _refused(path, f"it holds more than {MOST_BYTES} bytes")
    _refuse_crowd(path)
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > MOST_FILES:
                raise _refused(path, f"it holds more than {MOST_FILES} files; pack the rules alone")
            for entry in archive.infolist():
                name = _safe(path, entry)
                if not entry.is_dir() and PurePosixPath(name).suffix.lower() in KINDS:
                    with archive.open(entry) as opened:  # the size that an entry names may be a lie
                        yield name, opened.read(MOST_FILE + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        raise _refused(path, f"it is no zip that can be read: {error}") from None


def _refuse_crowd(path: Path) -> None:
    """A directory of millions of entries would be read whole when the zip is opened: its size is looked at before."""
    with path.open("rb") as opened:
        opened.seek(max(0, path.stat().st_size - _TAIL))
        tail = opened.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise _refused(path, "it is no zip that can be read: it has no end")
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise _refused(path, "it is in the form for zips beyond 4 GB; pack the rules alone")
    if int.from_bytes(tail[at + 12 : at + 16], "little") > MOST_FILES * _ENTRY:
        raise _refused(path, f"it holds more than {MOST_FILES} files; pack the rules alone")


def _safe(path: Path, entry: zipfile.ZipInfo) -> str:
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/") or "\x00" in name:
        raise _refused(path, f"the entry {entry.filename!r} points out of the package")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise _refused(path, f"the entry {entry.filename!r} is a link; pack files")
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def _lifted(files: dict[str, bytes]) -> dict[str, bytes]:
    shared = os.path.commonpath([PurePosixPath(name).parent.as_posix() for name in files])
    depth = len(PurePosixPath(shared).parts)
    return {"/".join(PurePosixPath(name).parts[depth:]): raw for name, raw in sorted(files.items())}


def _refused(path: Path, message: str) -> Rejected:
    return reject("rules-package", message, Place(source=path.name))
