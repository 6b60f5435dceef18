"""What a document that is read as a stream hands out: line by line, whatever its syntax."""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.findings import Finding


class StreamedLine(msgspec.Struct, frozen=True, kw_only=True):
    """The `number`-th line, which begins on `at` of the file. `line` is None where a fatal finding cost it.

    `article` is the seller's number of a lost line, where it can be made out. `ended`: the rest cannot be read.
    """

    number: int
    line: Any = None
    at: int | None = None
    article: str | None = None
    findings: tuple[Finding, ...] = ()
    ended: bool = False
