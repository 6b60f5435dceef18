"""What a format is: bytes to a canonical document and back. Stateless and pure; garbage raises `Rejected` only."""

from __future__ import annotations

from typing import Protocol

import msgspec

from gateway.findings import Finding
from gateway.mapping.table import Table
from gateway.model import Document


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was read, and every non-fatal finding: what was not carried says so with rule `not-carried`."""

    document: Document
    findings: tuple[Finding, ...] = ()


class Codec(Protocol):
    """One document of one dialect, both ways. What cannot be expressed is refused by `write`, never dropped."""

    name: str
    document: str
    media_type: str
    suffix: str
    table: Table

    def resemblance(self, head: bytes) -> int:
        """How surely bytes that begin like `head` are meant for this codec: 0 not at all, else the more the surer."""

    def read(self, raw: bytes, source: str) -> Reading:
        """The canonical document; raises `Rejected` with every finding."""

    def check(self, raw: bytes, source: str) -> tuple[Finding, ...]:
        """The structure layer: what the table does not allow or misses, strictly; raises nothing."""

    def write(self, document: Document) -> bytes:
        """The document in this dialect; raises `Rejected` naming each term that cannot be expressed."""
