"""The worker processes in which Schematron runs: `Pool(Limits(...))`, closed by its owner."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from gateway.findings import Finding


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one worker may use: `seconds` for a document, `memory` in bytes; `workers` is how many run at most."""

    workers: int = 2
    seconds: float = 20.0
    memory: int = 1_500_000_000


class Pool:
    """Up to `limits.workers` processes, started when first needed, restarted when they die. Used from any thread."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()

    def judge(self, rules: Path, raw: bytes, source: str = "") -> tuple[Finding, ...]:
        """What the Schematron file `rules` says of `raw`; a document that cannot be judged gets a fatal finding."""
        raise NotImplementedError

    def close(self) -> None:
        """Ends the workers; a judgement under way ends with a finding."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
