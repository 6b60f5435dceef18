"""What a reading of a form has to say: findings with their lines, in bounded number, and the lines that it dropped."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.findings import Finding, Place

_DROPPED = "form-dropped"
_MOST = 500
_MOST_SIGNS = 400  # of a message, which quotes values


class Notes:
    """Collects findings; of all, the first 500 are kept, and the first fatal one. Every dropped line is."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.findings: list[Finding] = []
        self.dropped: list[Finding] = []
        self.met = 0

    @property
    def fatal(self) -> bool:
        return any(finding.fatal for finding in (*self.findings, *self.dropped))

    def add(self, rule: str, message: str, line: int | None = None, path: str = "", fatal: bool = False) -> None:
        self.met += 1
        if len(self.findings) >= _MOST and (not fatal or any(finding.fatal for finding in self.findings)):
            return
        name = rule if rule == "not-carried" else f"form-{rule}"
        place = Place(source=self.source, line=line, path=path)
        self.findings.append(Finding(rule=name, message=_brief(message), place=place, fatal=fatal))

    def drop(self, line: int, why: str, fatal: bool) -> None:
        message = f"the line was not taken over: {_brief(why)}"
        place = Place(source=self.source, line=line)
        self.dropped.append(Finding(rule="form-dropped", message=message, place=place, fatal=fatal))

    def told(self) -> tuple[Finding, ...]:
        """The findings, how many more there are than are told, and every line that was dropped."""
        more = self.met - len(self.findings)
        if not more:
            return (*self.findings, *self.dropped)
        message = f"{more} more findings like these are not told"
        rest = Finding(rule="form-more", message=message, place=Place(source=self.source), fatal=False)
        return (*self.findings, rest, *self.dropped)


def dropped(findings: Iterable[Finding]) -> dict[int, str]:
    """The lines that a reading did not take over, by their number in the form, and why."""
    return {finding.place.line or 0: finding.message for finding in findings if finding.rule == _DROPPED}


def _brief(message: str) -> str:
    return message if len(message) <= _MOST_SIGNS else f"{message[:_MOST_SIGNS]} …"
