"""A worker process: reads questions from its standard input, answers each on its standard output, ends with its input.

Only here does Saxon's native runtime live, so that nothing it does can take the web server or the lanes along.
"""

from __future__ import annotations

import functools
import os
import signal
from pathlib import Path
from typing import BinaryIO

from gateway.findings import Finding, Place, Rejected
from gateway.rules.dtd.declared import declared
from gateway.rules.dtd.walk import Dtd
from gateway.rules.frames import Answer, Question, encode, read_question
from gateway.rules.schematron import Schematron
from gateway.xml import parse

MOST = 1000  # findings of one document; a person reads none beyond that
GRACE = 2.0  # seconds after which the system ends a worker whose parent has not


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answers until the input ends."""
    while len(size := source.read(4)) == 4:
        question = read_question(source.read(int.from_bytes(size, "big")))
        # The default act of this signal ends the process whatever its native code is doing: no orphan lives on.
        signal.setitimer(signal.ITIMER_REAL, question.seconds + GRACE)
        answer = encode(Answer(findings=_bounded(_answer(question), question.source)))
        signal.setitimer(signal.ITIMER_REAL, 0)
        target.write(len(answer).to_bytes(4, "big") + answer)
        target.flush()


def _answer(question: Question) -> tuple[Finding, ...]:
    try:
        if question.verb == "explain":
            from gateway.rules.explain import explain

            return explain(question.rules, question.raw, question.source)
        if question.verb == "dtd":
            return _by_dtd(question)
        rules = _loaded(question.rules, os.stat(question.rules).st_mtime_ns)
        return rules.judge(question.raw, question.source) if question.verb == "judge" else ()
    except Rejected as rejected:
        return rejected.findings
    except (ImportError, OSError, MemoryError, RecursionError) as error:
        message = f"the rules cannot be used here: {type(error).__name__}: {error}"
        return (Finding(rule="rules-unavailable", message=message, place=Place(source=question.source)),)


def _by_dtd(question: Question) -> tuple[Finding, ...]:
    root = parse(question.raw, question.source, doctype=True)
    return _dtd(question.rules, os.stat(question.rules).st_mtime_ns).check(root, question.source)


@functools.lru_cache(maxsize=32)
def _dtd(path: str, _changed: int) -> Dtd:
    return Dtd(declared(Path(path).read_bytes(), Path(path).name))


@functools.lru_cache(maxsize=32)
def _loaded(path: str, _changed: int) -> Schematron:
    return Schematron.load(Path(path).read_bytes(), Path(path).name)


def _bounded(findings: tuple[Finding, ...], source: str) -> tuple[Finding, ...]:
    if len(findings) <= MOST:
        return findings
    message = f"{len(findings) - MOST} more findings are not shown; mend these first"
    return (*findings[:MOST], Finding(rule="rules-more", message=message, place=Place(source=source), fatal=False))


def main() -> None:
    """Keeps the pipes to itself: what a native library prints must not become an answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when a terminal is interrupted
    source, target = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(source, target)


if __name__ == "__main__":
    main()
