"""What is wrong, where, and what to do about it: the one shape in which every room reports."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a finding stands. `source` is a file or a message's name; `path` is an element path, a column or a term."""

    source: str = ""
    line: int | None = None
    column: int | None = None
    path: str = ""

    def __str__(self) -> str:
        parts = [self.source] if self.source else []
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return " ".join(part for part in (":".join(parts), self.path) if part)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong: `in/42.csv:3 quantity: "två" is not a number [csv-number]`."""

    rule: str
    message: str
    place: Place = Place()
    fatal: bool = True

    def __str__(self) -> str:
        place = str(self.place)
        return f"{place}: {self.message} [{self.rule}]" if place else f"{self.message} [{self.rule}]"


class Rejected(Exception):
    """An input that cannot be accepted; `findings` holds at least one fatal finding and everything else seen."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(str(finding) for finding in self.findings))


def reject(rule: str, message: str, place: Place | None = None) -> Rejected:
    """A `Rejected` with one fatal finding."""
    return Rejected([Finding(rule=rule, message=message, place=place or Place())])
