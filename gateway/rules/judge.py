"""The official rules in force, on one document: `Rules(folder, pool).judge(raw, day=today)`.

A verdict is given for each layer that has rules for the document's transaction on that day; where none has, there is no
verdict, and `silent` says so in words. Safe to use from many threads.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from gateway.findings import Finding
from gateway.rules.pool import Pool
from gateway.rules.verdict import OFFICIAL, Layer, Verdict


class Rules:
    """The packages in `folder`; Schematron runs in `pool`, which its owner closes."""

    def __init__(self, folder: Path, pool: Pool) -> None:
        self.folder = folder
        self.pool = pool

    def judge(
        self,
        raw: bytes,
        *,
        day: date,
        source: str = "",
        transaction: str | None = None,
        package: str | None = None,
        layers: Collection[Layer] = OFFICIAL,
    ) -> tuple[Verdict, ...]:
        """A verdict for each of `layers` that has rules in force on `day` for this document. Raises nothing.

        `transaction` ("T01") is what the document is judged as; worked out from the document itself where it is None.
        `package` is judged by whatever the day; an unknown one raises `Rejected`. `raw` is bare, without SBDH.
        """
        raise NotImplementedError

    def silent(
        self, transaction: str | None, *, day: date, layers: Collection[Layer] = OFFICIAL
    ) -> tuple[Finding, ...]:
        """One finding `rules-not-installed`, not fatal, for each layer without rules in force for the transaction."""
        raise NotImplementedError
