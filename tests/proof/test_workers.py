"""Three workers on one database: what one of them leaves, killed or stopped, is taken over within a minute."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.proof.processes import Process, until
from tests.proof.town import Town, town
from tests.proof.truth import check

pytestmark = pytest.mark.slow
A_MINUTE = 60
FAR, NEAR = ("grossisten", "kontorsmix"), ("bagaren", "kemisten", "mappen")


def holder(here: Town, workers: list[Process], *supplier_ids: str) -> Process | None:
    """The worker that has one of these lanes now and has begun to send."""
    sql = """SELECT leased_by FROM lanes WHERE supplier_id = ANY(:ids) AND leased_by IS NOT NULL AND EXISTS (
        SELECT FROM messages WHERE messages.supplier_id = lanes.supplier_id AND journaled_at IS NOT NULL
        AND state = 'queued')"""
    pids = {row.leased_by.split(":")[1] for row in here.postgres.rows(sql, ids=list(supplier_ids))}
    return next((one for one in workers if str(one.pid) in pids), None)


def caught(here: Town, workers: list[Process], *supplier_ids: str) -> Process:
    """As `holder`, as soon as there is one."""
    found: list[Process] = []
    until(lambda: bool(found.extend(filter(None, [holder(here, workers, *supplier_ids)])) or found), 60, "a turn")
    workers.remove(found[0])
    return found[0]


def test_one_killed_and_one_stopped_in_the_middle_of_their_work_are_taken_over(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with town(home) as here:
        here.delay = 0.4
        here.process("web")
        workers = [here.process(f"worker-{nth}", AVROP_WORKER_HEARTBEAT="30") for nth in range(3)]
        seen = "SELECT count(*) FROM workers WHERE seen_at > now() - interval '20 s'"
        until(lambda: here.postgres.one(seen) == 3, 60, "the start of three workers")
        for nth in range(16):
            here.order(FAR[nth % 2])
        stopped = caught(here, workers, *FAR)
        stopped.signal(signal.SIGSTOP)
        for nth in range(30):
            here.order(NEAR[nth % 3])
        killed = caught(here, workers, *NEAR)
        killed.kill()
        left = time.monotonic()
        until(here.sent(*FAR, *NEAR), A_MINUTE, "the taking over")
        took = time.monotonic() - left
        stopped.signal(signal.SIGCONT)
        for nth in range(10):
            here.order((FAR + NEAR)[nth % 5])
        here.finish(90)
        check(here)
        assert stopped.alive
        assert stopped.end() == 0
    with capsys.disabled():
        print(f"\nall that a killed and a stopped worker had left was sent {took:.1f} s after", flush=True)
