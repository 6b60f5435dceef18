"""The self-test of a folder, each step with its own cause."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from gateway.transports.contract import Check, NotSent
from gateway.transports.folder import disk
from gateway.transports.folder.settings import FolderSettings
from gateway.transports.probing import CONTENT, steps, test_name


def probe(settings: FolderSettings) -> Iterator[Check]:
    """Open the inbox, write into it the way orders are written, list the outbox where there is one."""
    listing = (("list", lambda: _listed(settings)),) if settings.outbox else ()
    return steps(("connect", lambda: _opened(settings)), ("write", lambda: _written(settings)), *listing)


def _opened(settings: FolderSettings) -> str:
    with disk.told(f"cannot open {settings.inbox}"):
        os.close(os.open(settings.inbox, os.O_RDONLY | os.O_DIRECTORY))
    return f"{settings.inbox} is a folder that we may read"


def _written(settings: FolderSettings) -> str:
    name = test_name()
    path = Path(settings.inbox) / name
    with disk.told(f"cannot write {path}"):
        try:
            disk.write(Path(settings.unfinished(settings.inbox, name)), path, CONTENT)
            found = path.read_bytes()
        finally:
            path.unlink(missing_ok=True)
    if found != CONTENT:
        raise NotSent(f"{path} held something else than was written; is another program changing files?")
    return f"{path}: {len(CONTENT)} bytes written, read back and removed"


def _listed(settings: FolderSettings) -> str:
    with disk.told(f"cannot list {settings.outbox}"):
        return f"{settings.outbox}: {len(disk.look(Path(settings.outbox), settings))} waiting"
