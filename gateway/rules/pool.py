"""The worker processes in which Schematron and DTDs judge: `Pool(Limits(...))`, closed by its owner, for any thread."""

from __future__ import annotations

import queue
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from gateway.findings import Finding, Place
from gateway.rules.channel import Died, TooLarge, TooSlow, Worker
from gateway.rules.frames import Question, Verb, encode, read_answer

_LARGE = "it was not judged: let a person look at it, or allow more by AVROP_RULES_SECONDS or AVROP_RULES_MEMORY"
_DIED = "the process that applies the rules died twice over it: it was not judged, let a person look at it"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one worker may use: `seconds` for a document, `memory` in bytes; `workers` is how many run at most.

    A worker that holds more than half its memory between two documents is replaced.
    """

    workers: int = 2
    seconds: float = 20.0
    memory: int = 1_500_000_000


class _Seat:
    """The place of one worker, used by one thread at a time; `close` may come from another."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.worker: Worker | None = None
        self.closed = False

    def ask(self, question: bytes) -> bytes:
        """The answer; a worker that dies is replaced once. Raises `Died`, `TooSlow` or `TooLarge`."""
        try:
            return self._once(question)
        except Died:
            return self._once(question)

    def _once(self, question: bytes) -> bytes:
        if self.closed:
            raise Died("the pool is closed")
        try:
            self.worker = self.worker or Worker()
            return self.worker.ask(question, self.limits.seconds, self.limits.memory)
        except OSError as error:
            raise Died(f"no process can be started: {error}") from None
        except (Died, TooSlow, TooLarge):
            self.end()
            raise

    def rest(self) -> None:
        """Between two documents: a worker that has grown makes way for a new one."""
        if self.worker is not None and self.worker.resident() > self.limits.memory // 2:
            self.end()

    def end(self) -> None:
        worker, self.worker = self.worker, None
        if worker is not None:
            worker.end()

    def close(self) -> None:
        self.closed = True
        if (worker := self.worker) is not None:
            worker.kill()


class Pool:
    """Workers are started when first needed and replaced when they die: a death costs one retry, never the caller."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._seats = [_Seat(self.limits) for _ in range(self.limits.workers)]
        self._free: queue.LifoQueue[_Seat] = queue.LifoQueue()
        for seat in self._seats:
            self._free.put(seat)

    def judge(self, rules: Path, raw: bytes, source: str = "") -> tuple[Finding, ...]:
        """What the Schematron file `rules` says of `raw`; a document that cannot be judged gets a fatal finding."""
        return self._ask("judge", rules, raw, source)

    def compile(self, rules: Path) -> tuple[Finding, ...]:
        """Why the Schematron file cannot be used; nothing where it can."""
        return self._ask("compile", rules, b"", rules.name)

    def explain(self, schema: Path, raw: bytes, source: str = "") -> tuple[Finding, ...]:
        """Why `raw` breaks the XML schema, in plain words; its first findings only."""
        return self._ask("explain", schema, raw, source)

    def by_dtd(self, dtd: Path, raw: bytes, source: str = "") -> tuple[Finding, ...]:
        """What the DTD says of `raw`; a document that cannot be judged gets a fatal finding."""
        return self._ask("dtd", dtd, raw, source)

    def workers(self) -> dict[int, int]:
        """The processes that run now, and the bytes of memory that each holds."""
        return {worker.pid: worker.resident() for seat in self._seats if (worker := seat.worker) is not None}

    def close(self) -> None:
        """Ends the workers; a judgement under way, or asked for later, gets a finding."""
        for seat in self._seats:
            seat.close()
        freed = [self._free.get() for _ in self._seats]
        for seat in freed:
            seat.end()
            self._free.put(seat)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _ask(self, verb: Verb, rules: Path, raw: bytes, source: str) -> tuple[Finding, ...]:
        question = Question(verb=verb, rules=str(rules), raw=raw, source=source, seconds=self.limits.seconds)
        seat = self._free.get()
        try:
            return read_answer(seat.ask(encode(question))).findings
        except Died:
            return _unjudged("rules-unavailable", _DIED, source)
        except TooSlow:
            return _unjudged("rules-time", f"the rules took more than {self.limits.seconds:g} s; {_LARGE}", source)
        except TooLarge:
            size = self.limits.memory // 1_000_000
            return _unjudged("rules-memory", f"the rules took more than {size} MB; {_LARGE}", source)
        finally:
            seat.rest()
            self._free.put(seat)


def _unjudged(rule: str, message: str, source: str) -> tuple[Finding, ...]:
    return (Finding(rule=rule, message=message, place=Place(source=source)),)
