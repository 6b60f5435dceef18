"""The steps of a self-test, one after the other: a step that fails is told with its cause, and is the last."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Final, Literal

from gateway.transports.contract import Check, Failure

Step = Literal["connect", "write", "list", "lookup"]

CONTENT: Final = b"Self-test of a connection. This file is removed at once.\r\n"
"""What a test file holds, so that whoever finds one that was left behind knows what it is."""


def steps(*acts: tuple[Step, Callable[[], str]]) -> Iterator[Check]:
    """Each act gives its evidence, or raises. Nothing is raised here: also what is our own fault is an answer."""
    for step, act in acts:
        try:
            evidence = act()
        except Failure as failure:
            yield Check(step=step, good=False, evidence=str(failure))
            return
        except Exception as error:
            yield Check(step=step, good=False, evidence=f"our own mistake, {type(error).__name__}: {error}")
            return
        yield Check(step=step, good=True, evidence=evidence)


def test_name() -> str:
    """A name of a test file that no other has, hidden from programs that read the folder."""
    return f".avrop-test-{os.urandom(6).hex()}"
