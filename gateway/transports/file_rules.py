"""What is agreed with a supplier about files: how both sides know that one is whole, and what may be replaced. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Collection
from datetime import date
from typing import Annotated

import msgspec

from gateway.transports.names import hidden, is_waiting

_Suffix = Annotated[
    str, msgspec.Meta(pattern=r"^(\.[A-Za-z0-9_.-]*[A-Za-z0-9_-])?$", description="an ending such as .done")
]


class FileRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same for every channel of files.

    `marker` (".done"): an empty file `name.done` follows each of ours, and theirs are taken when theirs is there.
    Until it is whole, a file of ours is called `.name.part`; with `part_suffix` its name and that; with `part_folder`
    it stands there instead of in the inbox. `overwrite`: another file of the same name is replaced, not refused.
    `taken` is where their program moves what it took from the inbox. `archive` may name the day: `%Y`, `%m`, `%d`.
    A file of theirs is taken when it has stood still for `settle_seconds`, and refused above `max_bytes`.
    """

    marker: _Suffix = ""
    part_suffix: _Suffix = ""
    part_folder: str = ""
    overwrite: bool = False
    taken: str = ""
    max_bytes: int = 20_000_000
    settle_seconds: float = 0.3

    def __post_init__(self) -> None:
        if self.marker and self.marker == self.part_suffix:
            raise ValueError(f"marker and part_suffix are both {self.marker!r}; one says whole and one says unfinished")

    def unfinished(self, inbox: str, name: str) -> str:
        """The path of a file until it is whole."""
        if self.part_suffix:
            name += self.part_suffix
        elif not self.part_folder:
            name = hidden(name)
        return posixpath.join(self.part_folder or inbox, name)

    def ready(self, names: Collection[str]) -> list[str]:
        """Those of the listed `names` that are meant for us now."""
        ours = (self.marker, self.part_suffix)
        plain = [name for name in names if is_waiting(name) and not any(end and name.endswith(end) for end in ours)]
        return [name for name in plain if not self.marker or name + self.marker in names]


def on_day(archive: str, day: date) -> str:
    """The archive's path on `day`."""
    for sign, digits in (("%Y", f"{day.year:04}"), ("%m", f"{day.month:02}"), ("%d", f"{day.day:02}")):
        archive = archive.replace(sign, digits)
    return archive
