"""The worker's clock jumps, forward and back, while it runs and while it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof.processes import until
from tests.proof.town import Town, town
from tests.proof.truth import check

pytestmark = pytest.mark.slow
HOUR, DAY = 3600, 86_400
OTHERS = ("grossisten", "kontorsmix", "bagaren", "kemisten")


def waits(here: Town) -> Callable[[], bool]:
    """Whether the folder's supplier has something that waits for its next attempt."""
    return lambda: bool(here.postgres.one("SELECT count(*) FROM messages WHERE state = 'waiting'"))


def test_however_the_clock_jumps_nobody_waits_for_a_time_that_never_comes(home: Path) -> None:
    clock = home / "clock"
    clock.write_text("0")
    with town(home) as here:
        box, away = home / "folders/mappen/in", home / "folders/mappen/in-away"
        here.process("web")
        worker = here.process("worker", clock)
        for jump in (2 * HOUR, 0, -2 * HOUR, 0):
            box.rename(away)
            here.order("mappen")
            until(waits(here), 30, "a failure")
            clock.write_text(str(jump))
            for supplier_id in OTHERS:
                here.order(supplier_id)
            until(here.sent(*OTHERS), 30, "the sending")
            away.rename(box)
            here.finish(90, f"all after the clock went to {jump} s")
        # A clock that is ten days ahead, put right while no worker runs.
        clock.write_text(str(10 * DAY))
        box.rename(away)
        here.order("mappen")
        until(waits(here), 30, "a failure")
        worker.kill()
        clock.write_text("0")
        away.rename(box)
        worker.start()
        here.finish(60, "all after a start with the right time")
        check(here)
        assert worker.said("clock_jumped") >= 4
        assert worker.said("clock_was_wrong") == 1
