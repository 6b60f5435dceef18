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

    def recognises(self, head: bytes) -> bool:
        """Whether bytes that begin like `head` are meant for this codec."""

    def read(self, raw: bytes, source: str) -> Reading:
        """The canonical document; raises `Rejected` with every finding."""

    def write(self, document: Document) -> bytes:
        """The document in this dialect; raises `Rejected` naming each term that cannot be expressed."""
