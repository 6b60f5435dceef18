"""kill -9 of worker, web and database at random moments of full journeys. AVROP_KILLS says how many."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof.processes import Process
from tests.proof.town import Town, town
from tests.proof.truth import check

pytestmark = [pytest.mark.slow, pytest.mark.always]
KILLS = int(os.environ.get("AVROP_KILLS", "10"))
SEED = int(os.environ.get("AVROP_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
ORDERS_BETWEEN = 2
UNDER_WAY = 20
VICTIMS = ("worker", "worker", "worker", "web", "web", "database", "backend")


def test_whoever_is_killed_nothing_is_lost_and_nothing_goes_under_two_keys(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\nseed {SEED}, {KILLS} kills (AVROP_SEED={SEED} AVROP_KILLS={KILLS} plays it again)", flush=True)
    dice = random.Random(SEED)
    with town(home) as here:
        caught = 0
        processes = {"worker": here.process("worker"), "web": here.process("web")}
        killed: Counter[str] = Counter()
        for _ in range(KILLS):
            killed[kill_one(here, processes, dice)] += 1
            caught += here.in_the_act()
        took = here.finish(120)
        check(here)
        came_again = here.postgres.one("SELECT count(*) FROM messages WHERE state = 'duplicate'")
    with capsys.disabled():
        print(
            f"{len(here.placed)} orders, killed {dict(killed)}; done {took:.1f} s after the last kill;"
            f" {caught} messages caught between writing and recording, {came_again} answers came twice",
            flush=True,
        )


def wait_for(true: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.005)


def kill_one(here: Town, processes: dict[str, Process], dice: random.Random) -> str:
    """A few orders, and at some moment while they travel one of the processes is no more."""
    # So that kills find journeys in all their parts, not only new ones.
    here.wait(lambda: here.under_way() < UNDER_WAY, 120, "the end of any journey")
    before = here.happened()
    for _ in range(ORDERS_BETWEEN):
        here.order(dice.choice(sorted(one.id for one in here.suppliers)))
    victim, when = dice.choice(VICTIMS), dice.random()
    # Anywhere, or when something is on its way again, or between writing and recording.
    if when > 0.2:
        here.wait(lambda: here.happened() > before, 60, "anything")
    if when > 0.5:
        wait_for(here.in_the_act, 1.0)
    else:
        time.sleep(dice.uniform(0, 0.5))
    if victim == "database":
        here.postgres.kill()
        time.sleep(dice.uniform(0, 0.5))
        here.postgres.start()
    elif victim == "backend":
        here.postgres.kill_a_backend()
    else:
        processes[victim].kill()
        processes[victim].start()
    for name, process in processes.items():
        assert process.alive, f"{name} ended by itself: {process.log.read_text()[-3000:]}"
    return victim
