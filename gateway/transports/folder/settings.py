"""What a supplier must state for a folder."""

from __future__ import annotations

from pathlib import Path

from gateway.transports.file_rules import FileRules


class FolderSettings(FileRules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`inbox` is the supplier's: we write there. `outbox` is where we pick up, "" for nowhere.

    What we took moves to `archive`, "" for `archive` in the outbox.
    """

    inbox: str
    outbox: str = ""
    archive: str = ""

    @property
    def archive_path(self) -> str:
        return self.archive or str(Path(self.outbox) / "archive")
