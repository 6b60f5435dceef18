"""Numbers are given out once, whoever asks and however many ask at a time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from gateway.identifiers import Sscc
from hub.marking import pool
from hub.tables import parcels, sscc_issued, sscc_series

NOW = datetime(2026, 11, 23, 6, 55, tzinfo=UTC)
OURS = "7350001"


def test_numbers_follow_each_other_and_are_ssccs(conn: sa.Connection) -> None:
    pool.ready(conn, OURS, NOW)
    pool.ready(conn, OURS, NOW)
    first, second = pool.take(conn, 2, "Alva", NOW)
    assert (first[:17], second[:17]) == ("07350001000000000", "07350001000000001")
    assert Sscc(first) == first
    assert [one.next for one in pool.all_series(conn)] == [2]


def test_nobody_gets_a_number_twice_when_ten_ask_at_once(engine: sa.Engine) -> None:
    found: list[str] = []
    gate = threading.Barrier(10)

    def ask() -> None:
        gate.wait()
        for _ in range(5):
            with engine.begin() as conn:
                pool.ready(conn, OURS, NOW)
                taken = pool.take(conn, 3, "Alva", NOW)
            found.extend(taken)

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == len(set(found)) == 150
    with engine.connect() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(sscc_issued)) == 150
        assert [one.next for one in pool.all_series(conn)] == [150], "no gap, and one series though ten opened it"


def test_a_number_that_is_rolled_back_was_never_printed_and_comes_again(engine: sa.Engine) -> None:
    with engine.begin() as conn:
        pool.ready(conn, OURS, NOW)
    with engine.connect() as conn:
        gone = pool.take(conn, 1, "Alva", NOW)
        conn.rollback()
    with engine.begin() as conn:
        assert pool.take(conn, 1, "Alva", NOW) == gone


def test_what_a_supplier_announced_is_passed_over(conn: sa.Connection) -> None:
    series = pool.open_series(conn, OURS, "Robin", NOW, start=7)
    theirs = {"key": str(series.number(8)), "state": "expected"}
    conn.execute(parcels.insert().values(id=sa.func.gen_random_uuid(), **theirs))
    assert pool.take(conn, 3, "Alva", NOW) == [series.number(7), series.number(9), series.number(10)]


def test_a_used_up_series_gives_way_to_the_next_and_the_last_says_so(conn: sa.Connection) -> None:
    first = pool.open_series(conn, "735000112345", "Robin", NOW, start=9998)
    assert first.left == 2
    second = pool.open_series(conn, "735000112345", "Robin", NOW, extension=1, start=9999)
    taken = pool.take(conn, 3, "Alva", NOW)
    assert taken == [first.number(9998), first.number(9999), second.number(9999)]
    with pytest.raises(pool.NoNumbers):
        pool.take(conn, 1, "Alva", NOW)


def test_a_supplier_with_a_prefix_of_its_own_gets_those(conn: sa.Connection) -> None:
    pool.open_series(conn, OURS, "Robin", NOW)
    pool.open_series(conn, "7399999", "Robin", NOW, supplier_id="papperslagret")
    assert pool.take(conn, 1, "x", NOW, supplier_id="papperslagret")[0].startswith("07399999")
    assert pool.take(conn, 1, "x", NOW, supplier_id="annan")[0].startswith("07350001")
    assert pool.take(conn, 1, "x", NOW)[0].startswith("07350001")


@pytest.mark.parametrize(
    ("prefix", "more"),
    [
        ("735", {}),
        ("7350001234567", {}),
        ("73500O1", {}),
        ("", {}),
        ("7350001", {"extension": 10}),
        ("7350001", {"extension": -1}),
        ("7350001", {"start": 10**9}),
        ("7350001", {"start": -1}),
        ("7350002", {}),
        ("73500021", {}),
        ("73500", {}),
    ],
)
def test_series_that_cannot_be(conn: sa.Connection, prefix: str, more: dict[str, int]) -> None:
    pool.open_series(conn, "7350002", "Robin", NOW)
    with pytest.raises(ValueError, match=r"prefix|digit|taken"):
        pool.open_series(conn, prefix, "Robin", NOW, **more)
    assert conn.scalar(sa.select(sa.func.count()).select_from(sscc_series)) == 1


def test_without_a_prefix_there_are_no_numbers(conn: sa.Connection) -> None:
    pool.ready(conn, None, NOW)
    with pytest.raises(pool.NoNumbers):
        pool.take(conn, 1, "Alva", NOW)
