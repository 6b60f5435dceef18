"""What a proposal has to say beside its table: notes nobody must act on, doubts for a person, and what stops it."""

from __future__ import annotations

from gateway.findings import Finding, Place


class Remarks:
    """Collected while a file is learned. A doubt asks for a person; a stop means that the file cannot be read."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.notes: list[Finding] = []
        self.doubts: list[Finding] = []

    def note(self, rule: str, message: str, column: str = "") -> None:
        self.notes.append(self._finding(rule, message, column, False))

    def doubt(self, rule: str, message: str, column: str = "") -> None:
        self.doubts.append(self._finding(rule, message, column, False))

    def stop(self, rule: str, message: str, column: str = "") -> None:
        self.doubts.append(self._finding(rule, message, column, True))

    def _finding(self, rule: str, message: str, column: str, fatal: bool) -> Finding:
        place = Place(source=self.source, path=column)
        return Finding(rule=f"learn-{rule}", message=message, place=place, fatal=fatal)
