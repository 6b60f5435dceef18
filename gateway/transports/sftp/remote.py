"""The single steps on their server. They raise `Answer` where it says no, paramiko's errors where the line breaks."""

from __future__ import annotations

import contextlib
import posixpath
import stat

from paramiko import SFTPAttributes

from gateway.transports.file_rules import FileRules
from gateway.transports.listing import Mark
from gateway.transports.sftp.client import LOST, NO_SPACE, NO_SUCH_FILE, Answer, Client

_CHUNK = 256 * 1024


def found_at(client: Client, path: str) -> SFTPAttributes | None:
    """None where nothing is there, or where we may write but not look."""
    try:
        return client.stat(path)
    except Answer:
        return None


def size_of(client: Client, path: str) -> int | None:
    found = found_at(client, path)
    return found.st_size if found else None


def holds(client: Client, path: str, content: bytes) -> bool:
    """Whether this very content is there. Some folders may be written but not read: then the size must do."""
    if size_of(client, path) != len(content):
        return False
    with contextlib.suppress(Answer):
        return read(client, path, len(content)) == content
    return True


def upload(client: Client, part: str, content: bytes) -> None:
    """All of it under the name `part`, counted on their side."""
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
    stored = size_of(client, part)
    if stored is not None and stored != wanted:
        raise Answer(NO_SPACE, f"only {stored} of {wanted} bytes were stored")


def finish(client: Client, part: str, final: str, size: int, *, overwrite: bool) -> None:
    """`part` becomes `final`; where that is refused, nothing of it stays."""
    try:
        move(client, part, final, overwrite=overwrite)
    except Answer:
        if size_of(client, part) is None and size_of(client, final) == size:
            return
        with contextlib.suppress(Answer):
            client.remove(part)
        raise


def move(client: Client, source: str, target: str, *, overwrite: bool = False) -> None:
    """By OpenSSH's posix-rename, which is one step; by the plain rename where the server does not know that.

    The plain one replaces nothing, so that with `overwrite` the old file has to go first.
    """
    try:
        client.posix_rename(source, target)
    except Answer:
        if overwrite:
            with contextlib.suppress(Answer):
                client.remove(target)
        client.rename(source, target)


def put_away(client: Client, source: str, archive: str, marker: str) -> None:
    """File and marker into the archive. The marker goes first: left behind, it would call a later file whole."""
    make_folders(client, archive)
    target = posixpath.join(archive, posixpath.basename(source))
    if found_at(client, target) is not None:
        found = client.stat(source)
        stem, suffix = posixpath.splitext(target)
        target = f"{stem}-{found.st_mtime or 0}-{found.st_size or 0}{suffix}"
    moved = _moved(client, source + marker, target + marker) if marker else False
    try:
        move(client, source, target)
    except Answer:
        if moved:
            _moved(client, target + marker, source + marker)
        raise


def _moved(client: Client, source: str, target: str) -> bool:
    try:
        move(client, source, target)
    except Answer as answer:
        if answer.code != NO_SUCH_FILE:
            raise
        return False
    return True


def make_folders(client: Client, path: str) -> None:
    """Every folder on the way that is not there; moving into it tells whether that went well."""
    parts = path.split("/")
    for end in range(1, len(parts) + 1):
        if folder := "/".join(parts[:end]):
            with contextlib.suppress(Answer):
                client.mkdir(folder)


def listing(client: Client, folder: str, rules: FileRules) -> dict[str, Mark]:
    """The files in the folder that are meant for us now."""
    files = {entry.filename: entry for entry in client.listdir_attr(folder) if _is_file(entry)}
    return {name: mark(files[name]) for name in rules.ready(files)}


def _is_file(entry: SFTPAttributes) -> bool:
    return entry.st_mode is None or stat.S_ISREG(entry.st_mode)


def mark(entry: SFTPAttributes) -> Mark:
    return Mark(entry.st_size or 0, entry.st_mtime or 0)


def read(client: Client, path: str, size: int) -> bytes:
    with client.open(path, "rb") as file:
        if size > _CHUNK:
            file.prefetch(size, max_concurrent_requests=64)
        return file.read(size)
