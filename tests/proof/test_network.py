"""The network cut, held up and healed: between worker and suppliers, and between worker and database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from tests.proof.processes import until
from tests.proof.proxy import Mode, Proxy
from tests.proof.town import Town, town
from tests.proof.truth import check

pytestmark = pytest.mark.slow
AP, SFTP = ("grossisten", "kontorsmix"), ("bagaren", "kemisten")


@pytest.fixture
def lines() -> Iterator[tuple[Proxy, Proxy]]:
    made = Proxy(), Proxy()
    yield made
    for one in made:
        one.close()


@pytest.fixture
def away(home: Path, lines: tuple[Proxy, Proxy]) -> Iterator[Town]:
    """A town whose suppliers are at the other end of two lines."""
    sftp, point = lines
    with town(home, sftp_port=sftp.port, point_port=point.port) as here:
        sftp.target, point.target = here.sandbox.sftp_port, here.point
        yield here


def orders(here: Town, each: int, *supplier_ids: str) -> None:
    for _ in range(each):
        for supplier_id in supplier_ids:
            here.order(supplier_id)


@pytest.mark.parametrize("mode", ["cut", "stall"])
def test_a_line_to_suppliers_that_breaks_in_the_middle_loses_nothing_and_stops_nobody_else(
    away: Town, lines: tuple[Proxy, Proxy], mode: Mode
) -> None:
    processes = [away.process("web"), away.process("worker")]
    for _ in range(2):
        before = sum(line.passed for line in lines)
        orders(away, 3, *AP, *SFTP)
        until(lambda before=before: sum(line.passed for line in lines) > before + 3000, 60, "some of it")
        for line in lines:
            line.mode = mode
        orders(away, 3, "mappen")
        until(away.sent("mappen"), 30, "the sending to those who can be reached")
        time.sleep(1)
        for line in lines:
            line.mode = "pass"
    away.finish(90)
    check(away)
    assert all(process.alive for process in processes)


def test_a_server_that_accepts_and_never_answers_keeps_nobody_waiting(away: Town, lines: tuple[Proxy, Proxy]) -> None:
    sftp, point = lines
    sftp.mode = point.mode = "stall"
    away.process("web")
    away.process("worker", AVROP_WORKER_SLOTS="6")
    orders(away, 5, *AP, *SFTP)
    until(away.in_the_act, 60, "the first sending")
    orders(away, 20, "mappen")
    took = until(away.sent("mappen"), 20, "the sending to those who answer")
    assert not away.sent("bagaren")()
    assert took < 20
    sftp.mode = point.mode = "pass"
    away.finish(120)
    check(away)


def test_a_worker_that_is_cut_off_from_the_database_comes_back_and_another_goes_on_meanwhile(home: Path) -> None:
    line = Proxy()
    with town(home) as here, ExitStack() as closing:
        closing.callback(line.close)
        url = make_url(here.postgres.url)
        line.target = f"{url.query['host']}/.s.PGSQL.{url.port or 5432}"
        far_url = url.set(host="127.0.0.1", port=line.port, query={}).render_as_string(hide_password=False)
        far = here.process("worker-far", AVROP_DATABASE_URL=far_url)
        here.process("web")
        orders(here, 2, *AP, *SFTP, "mappen")
        here.finish(90, "the first journeys")
        for mode in ("stall", "cut"):
            orders(here, 4, *AP, *SFTP, "mappen")
            until(here.in_the_act, 30, "the sending")
            line.mode = mode
            near = here.process(f"worker-near-{mode}")
            until(here.sent(*AP, *SFTP, "mappen"), 180, "the taking over")
            line.mode = "pass"
            assert near.end() == 0
            orders(here, 1, *AP, *SFTP, "mappen")
            here.finish(60, "what came after")
        check(here)
        assert far.alive
        assert here.postgres.one("SELECT count(*) FROM workers WHERE seen_at > now() - interval '10 s'") == 1
