"""The database restarted in good order while everything is at work, and without any room left."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.proof.processes import until
from tests.proof.town import Town, town
from tests.proof.truth import check

pytestmark = pytest.mark.slow
EVERYBODY = ("grossisten", "kontorsmix", "bagaren", "kemisten", "mappen")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk (mount -t tmpfs)")


def orders(here: Town, count: int) -> None:
    for nth in range(count):
        here.order(EVERYBODY[nth % len(EVERYBODY)])


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_while_sending_loses_nothing(home: Path, mode: str) -> None:
    with town(home) as here:
        processes = [here.process("web"), here.process("worker")]
        for _ in range(3):
            orders(here, 10)
            until(here.in_the_act, 60, "the sending")
            here.postgres.restart(mode)
        orders(here, 5)
        here.finish(90)
        check(here)
        assert all(process.alive for process in processes)


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """A disk of its own at `place`; the file that fills it."""
    place.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield place / "ballast"
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(ballast: Path) -> None:
    """Until nothing more goes in."""
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue


@as_root
def test_a_full_disk_beneath_the_database_stops_everything_and_loses_nothing(home: Path) -> None:
    with small_disk(home / "disk", 160) as ballast, town(home, database=home / "disk" / "postgres") as here:
        processes = [here.process("web"), here.process("worker")]
        orders(here, 10)
        until(here.in_the_act, 60, "the sending")
        fill(ballast)
        refused = until(lambda: not _written(here), 60, "a full disk")
        assert refused < 60
        ballast.unlink()
        if not here.postgres.alive:
            here.postgres.start()
        orders(here, 10)
        here.finish(120)
        here.postgres.execute("DROP TABLE IF EXISTS ballast")
        check(here)
        assert all(process.alive for process in processes)


def _written(here: Town) -> bool:
    """Whether the database still takes something new."""
    try:
        here.postgres.execute("CREATE TABLE IF NOT EXISTS ballast (filling text)")
        here.postgres.execute("INSERT INTO ballast SELECT md5(n::text) FROM generate_series(1, 5000) n")
    except sa.exc.DBAPIError:
        return False
    return True


@as_root
def test_a_full_disk_at_a_supplier_is_waited_for_and_stops_nobody_else(home: Path) -> None:
    with town(home) as here:
        inbox = home / "folders" / "mappen"
        with small_disk(inbox, 1) as ballast:
            for box in ("in", "out", "in-taken"):
                (inbox / box).mkdir()
            fill(ballast)
            here.process("web")
            here.process("worker")
            orders(here, 15)
            others = [one for one in EVERYBODY if one != "mappen"]
            until(here.sent(*others), 60, "the sending to the others")
            why = "SELECT count(*) FROM attempts WHERE outcome = 'not_sent' AND evidence LIKE '%the disk is full%'"
            until(lambda: here.postgres.one(why) > 0, 30, "an attempt")
            assert [path.name for path in (inbox / "in").iterdir()] == []
            ballast.unlink()
            here.finish(90)
            check(here)
