"""How a self-test is told on a terminal: what happens on stderr, what came of it on stdout."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from gateway.cli.say import end, say
from gateway.wording import Language, explain

if TYPE_CHECKING:
    from gateway.exchange.selftest.record import Record, Step
    from gateway.exchange.selftest.scenario import Scenario
    from gateway.exchange.selftest.tools import Told

_MARKS = {True: "✓", False: "✗", None: "–"}
_TOLD_EVERY = 10.0


class Teller:
    """Says each step as it is taken, and every ten seconds what is waited for; beside the answer, on stderr."""

    def __init__(self, language: Language) -> None:
        self.language, self.said = language, 0.0

    def __call__(self, told: Told) -> None:
        if told.began:
            aside(f"self-test {told.record_id}: {told.scenario}")
        elif told.step is not None:
            for line in step_lines(told.step, self.language):
                aside(line)
        elif told.waiting and time.monotonic() - self.said > _TOLD_EVERY:
            self.said = time.monotonic()
            aside(f"  … {told.waiting:13} {told.seconds:.0f} of {told.limit:.0f} s")


def step_lines(step: Step, language: Language) -> Iterator[str]:
    """One line of a step, and below it what was found with what to do about it."""
    yield f"  {_MARKS[step.good]} {step.step:14} {step.evidence}"
    for finding in step.findings:
        said = explain(finding, language)
        if said.what != step.evidence:
            yield f"      {said.what} [{finding.rule}]"
        if finding.fatal:
            yield f"      → {said.todo}"


def line(record: Record) -> str:
    where = "" if record.good else f"  {record.steps[-1].step if record.steps else record.next_step or ''}"
    mark = "…" if record.ended_at is None else _MARKS[record.good]
    return f"{record.id:6}  {record.began_at:%Y-%m-%d %H:%M}  {mark} {record.scenario:11} {record.by}{where}"


def show(done: Sequence[Record], left_out: Sequence[tuple[Scenario, str]], json: bool) -> None:
    good = bool(done) and all(record.good for record in done)
    facts: dict[str, Any] = {"good": good, "records": done}
    facts["not_applicable"] = [{"scenario": one.value, "why": why} for one, why in left_out]
    say(facts, "\n".join(map(line, done)), json)
    end(0 if good else 1)


def aside(text: str) -> None:
    """For the one who watches; never part of the answer."""
    print(text, file=sys.stderr, flush=True)
