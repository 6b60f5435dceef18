"""Worker processes: killed, too slow, too large, side by side; whatever happens there, the caller gets an answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.rules.pool import Limits, Pool
from tests.rules.samples import LARGE, SLOW, one_rule, order

pytestmark = pytest.mark.slow
MEGABYTE = 1_000_000


@pytest.fixture
def rules(tmp_path):
    def written(test: str = "cbc:ID"):
        path = tmp_path / "own-T01.sch"
        path.write_text(one_rule(test), encoding="utf-8")
        return path

    return written


@pytest.fixture(scope="module")
def pool():
    with Pool() as opened:
        yield opened


def told(findings) -> list[str]:
    return [finding.rule for finding in findings]


def gone(pid: int) -> bool:
    """Whether a process has ended, also one that nobody waited for yet."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_until(what) -> bool:
    until = time.monotonic() + 20
    while not what() and time.monotonic() < until:
        time.sleep(0.02)
    return what()


def test_a_worker_judges_as_the_rules_say(pool, rules):
    assert pool.judge(rules(), order(), "in/1.xml") == ()
    (finding,) = pool.judge(rules(), order(number=""), "in/2.xml")
    assert (finding.rule, finding.message, finding.fatal) == ("OWN-T01-R001", "An order has a number", True)
    assert (finding.place.source, finding.place.line, finding.place.path) == ("in/2.xml", 1, "/ubl:Order[1]")


def test_rules_that_cannot_be_used_are_told_with_their_line(pool, rules):
    (finding,) = pool.compile(rules("count(("))
    assert (finding.rule, finding.place.line) == ("schematron", 5)
    assert told(pool.judge(rules("count(("), order())) == ["schematron"]
    assert told(pool.compile(rules("cbc:ID").with_name("none.sch"))) == ["rules-unavailable"]


def test_a_worker_that_was_killed_is_replaced_without_anybody_noticing(pool, rules):
    pool.judge(rules(), order())
    for pid in pool.workers():
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda pid=pid: gone(pid))
    assert told(pool.judge(rules(), order(number=""))) == ["OWN-T01-R001"]


def test_a_worker_killed_in_the_middle_costs_one_retry(rules):
    with Pool(Limits(workers=1, seconds=60)) as pool, ThreadPoolExecutor(1) as thread:
        answer = thread.submit(pool.judge, rules(SLOW), order(note=180))
        assert wait_until(lambda: bool(pool.workers()))
        time.sleep(0.4)
        (first,) = pool.workers()
        os.kill(first, signal.SIGKILL)
        assert answer.result() == ()
        assert first not in pool.workers()


def test_a_document_on_which_every_worker_dies_is_told_and_the_caller_lives(rules):
    with Pool(Limits(workers=1, seconds=60)) as pool, ThreadPoolExecutor(1) as thread:
        answer = thread.submit(pool.judge, rules(SLOW), order(note=100_000), "in/9.xml")
        for _ in range(2):
            assert wait_until(lambda: bool(pool.workers()))
            (pid,) = pool.workers()
            time.sleep(0.3)
            os.kill(pid, signal.SIGKILL)
            assert wait_until(lambda pid=pid: pid not in pool.workers())
        (finding,) = answer.result()
        assert (finding.rule, finding.fatal, finding.place.source) == ("rules-unavailable", True, "in/9.xml")
        assert pool.judge(rules(), order()) == ()


def test_a_document_that_takes_too_long_is_told_and_the_next_one_judged(rules):
    with Pool(Limits(workers=1, seconds=1.5)) as pool:
        (finding,) = pool.judge(rules(SLOW), order(note=100_000))
        assert (finding.rule, finding.fatal) == ("rules-time", True)
        assert "AVROP_RULES_SECONDS" in finding.message
        assert pool.workers() == {}
    with Pool(Limits(workers=1)) as pool:
        assert pool.judge(rules(SLOW), order(note=10)) == ()


def test_a_document_that_takes_too_much_memory_is_told_and_the_next_one_judged(rules):
    with Pool(Limits(workers=1, seconds=60, memory=350 * MEGABYTE)) as pool:
        assert told(pool.judge(rules(LARGE), order(note=50_000))) == ["rules-memory"]
        assert pool.judge(rules(LARGE), order(note=1)) == ()


def test_a_worker_that_has_grown_makes_way(rules):
    with Pool(Limits(workers=1, memory=120 * MEGABYTE)) as pool:
        assert pool.judge(rules(), order()) == ()
        assert pool.workers() == {}, "a worker of Saxon holds more than half of so little memory"
        assert pool.judge(rules(), order()) == ()


def test_two_hundred_documents_side_by_side_do_not_make_the_workers_grow(pool, rules):
    path, documents = (
        rules(),
        [order(note=number, number="" if number % 10 else "<cbc:ID>7</cbc:ID>") for number in range(200)],
    )
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda raw: pool.judge(path, raw), documents[:50]))
        before = max(pool.workers().values())
        answers = list(threads.map(lambda raw: told(pool.judge(path, raw)), documents))
    assert answers == [["OWN-T01-R001"] if number % 10 else [] for number in range(200)]
    assert len(pool.workers()) == 2
    assert max(pool.workers().values()) < before + 60 * MEGABYTE


def test_closing_ends_a_judgement_under_way_and_all_processes(rules):
    pool = Pool(Limits(workers=1, seconds=60))
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(pool.judge, rules(SLOW), order(note=100_000))
        assert wait_until(lambda: bool(pool.workers()))
        (pid,) = pool.workers()
        pool.close()
        assert told(answer.result()) == ["rules-unavailable"]
    assert gone(pid)
    assert told(pool.judge(rules(), order())) == ["rules-unavailable"]
    assert not [thread for thread in threading.enumerate() if "rules" in thread.name]


PARENT = """
import sys, threading
from pathlib import Path
from gateway.rules.pool import Pool, Limits
pool = Pool(Limits(workers=2, seconds=1.5))
rules, slow = Path(sys.argv[1]), Path(sys.argv[2])
raw = sys.stdin.buffer.read()
pool.judge(rules, raw)
threading.Thread(target=pool.judge, args=(slow, raw.replace(b">1<", b">100000<"))).start()
pool.judge(rules, raw)
print(*pool.workers(), flush=True)
threading.Event().wait()
"""


def test_no_worker_outlives_a_parent_that_was_killed(tmp_path):
    """The idle one ends with its pipe, the busy one by the clock that it set itself."""
    for name, test in (("idle-T01.sch", "cbc:ID"), ("busy-T01.sch", SLOW)):
        (tmp_path / name).write_text(one_rule(test), encoding="utf-8")
    paths = [str(tmp_path / name) for name in ("idle-T01.sch", "busy-T01.sch")]
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, *paths], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=False
    )
    parent.stdin.write(order())
    parent.stdin.close()
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert len(pids) == 2
    assert wait_until(lambda: all(gone(pid) for pid in pids))
