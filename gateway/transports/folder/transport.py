"""A folder on this machine or a mounted share: what many programs on the other side read and write.

A parcel appears under its name in one step, whole and on disk. Sent again under its name with the same content it is
already delivered; with other content it is refused, because one of the two would be lost.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gateway.transports.contract import Check, Expiry, Parcel, Receipt, Refused, Standing
from gateway.transports.file_rules import on_day
from gateway.transports.folder import disk
from gateway.transports.folder.probe import probe
from gateway.transports.folder.settings import FolderSettings
from gateway.transports.listing import good_ones_first, settled
from gateway.transports.names import sendable


class Folder:
    """The transport `folder`."""

    name = "folder"
    envelope = ""
    polled = True
    follows = False
    Settings: type[msgspec.Struct] = FolderSettings

    def send(self, settings: FolderSettings, parcel: Parcel) -> Receipt:
        """Write under another name, flush to disk, rename. NotSent where the disk says no; never Unsure."""
        target = Path(settings.inbox) / sendable(parcel.name)
        evidence = f"{target}, {len(parcel.content)} bytes"
        with disk.told(f"cannot write {target}"):
            if parcel.resent and not target.exists() and _taken(settings, parcel):
                return Receipt(evidence=f"{evidence}, was taken to {settings.taken}")
            if there := _is_there(settings, target, parcel):
                evidence += ", was already there"
            else:
                part = Path(settings.unfinished(settings.inbox, parcel.name))
                disk.write(part, target, parcel.content)
        with disk.told(f"{target} {'is there' if there else 'written'}, its marker not"):
            _marked(settings, target)
        return Receipt(evidence=evidence)

    def fetch(self, settings: FolderSettings) -> Iterator[Parcel]:
        """Every whole, visible file of the outbox that stands still, by name."""
        if not settings.outbox:
            return
        folder = Path(settings.outbox)
        with disk.told(f"cannot list {folder}"):
            waiting = settled(lambda: disk.look(folder, settings), settings.settle_seconds)
        yield from good_ones_first(waiting, lambda name, mark: disk.read(folder / name, mark, settings.max_bytes))

    def done(self, settings: FolderSettings, parcel: Parcel) -> None:
        """Move the file and its marker to the archive."""
        source = Path(settings.outbox) / parcel.name
        archive = Path(on_day(settings.archive_path, datetime.now(UTC).date()))
        with disk.told(f"cannot move {source} to {archive}"):
            if source.exists() and disk.mark(source.stat()).key(source.name) == parcel.key:
                disk.put_away(source, archive, settings.marker)

    def status(self, settings: FolderSettings, key: str) -> Standing:
        """A file that is in the folder is delivered; a receipt says so at once."""
        return Standing(state="unknown", said="a folder tells nothing of what was taken from it")

    def probe(self, settings: FolderSettings) -> Iterator[Check]:
        """Writes a hidden file into the inbox, reads it back and removes it; then looks what waits in the outbox."""
        return probe(settings)

    def expiries(self, settings: FolderSettings) -> Iterator[Expiry]:
        """Nothing: folders do not end."""
        return iter(())


def _is_there(settings: FolderSettings, target: Path, parcel: Parcel) -> bool:
    """Whether this very content is there; Refused where another one is that may not be replaced."""
    if not target.exists():
        return False
    if target.read_bytes() == parcel.content:
        return True
    if settings.overwrite:
        return False
    raise Refused(f"{target} is already there with other content; move it away, or send under another name")


def _taken(settings: FolderSettings, parcel: Parcel) -> bool:
    """Whether the supplier's program has taken it already, where it says so."""
    if not settings.taken:
        return False
    with contextlib.suppress(FileNotFoundError):
        return (Path(settings.taken) / parcel.name).read_bytes() == parcel.content
    return False


def _marked(settings: FolderSettings, target: Path) -> None:
    if settings.marker:
        target.with_name(target.name + settings.marker).touch()
