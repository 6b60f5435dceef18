"""The dispatcher at work: real database, real folders, leases and breakers."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.exchange import changing, lane_store
from gateway.exchange.dispatch import Dispatcher
from gateway.exchange.office import Office, utc_now
from gateway.exchange.place import place
from gateway.exchange.tables import lanes
from gateway.suppliers.agreement import Lane, Plan
from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Parcel, Receipt
from gateway.transports.folder import Folder, FolderSettings
from tests.exchange.desk import dialects, office, only, supplier
from tests.orders.samples import sample_order

QUICK = Lane(retry=Plan(first=timedelta(seconds=0.05), longest=timedelta(seconds=0.2)))


def desk_of(engine: sa.Engine, *sellers: Supplier, **changes: object) -> Office:
    made = office(engine, *sellers, clock=utc_now)
    return replace(made, **{"settings": msgspec.structs.replace(made.settings, worker_heartbeat=2.0), **changes})


@contextmanager
def dispatching(*desks: Office) -> Iterator[None]:
    """A dispatcher for each desk, as many workers would run."""
    found = [Dispatcher(desk) for desk in desks]
    threads = [threading.Thread(target=one.run) for one in found]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for one, thread in zip(found, threads, strict=True):
            one.stop()
            thread.join(20)
            assert not thread.is_alive()


def until(true: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def ordered(engine: sa.Engine, seller: Supplier, *numbers: str) -> list[UUID]:
    with engine.begin() as conn:
        return [place(conn, sample_order(number), seller, "glantan", "anna", utc_now()) for number in numbers]


def count(engine: sa.Engine, state: str) -> int:
    return int(only(engine, f"SELECT count(*) FROM messages WHERE state = '{state}'"))


def lane_row(engine: sa.Engine, seller: Supplier) -> sa.Row:
    with engine.connect() as conn:
        return conn.execute(sa.select(lanes).where(lanes.c.supplier_id == seller.id)).one()


def is_broken(engine: sa.Engine) -> bool:
    return bool(only(engine, "SELECT count(*) FROM lanes WHERE broken_at IS NOT NULL"))


def test_a_dead_server_is_probed_one_message_at_a_time_and_the_backlog_leaves_in_order(
    engine: sa.Engine, tmp_path: Path
) -> None:
    seller = supplier(tmp_path, lane=QUICK)
    box = tmp_path / seller.id / "in"
    box.rmdir()
    numbers = [f"26-{nth:06d}" for nth in range(12)]
    ordered(engine, seller, *numbers)
    with dispatching(desk_of(engine, seller)):
        until(lambda: is_broken(engine))
        until(lambda: int(only(engine, "SELECT count(*) FROM attempts")) >= 6)
        tried = int(only(engine, "SELECT count(*) FROM messages WHERE attempts > 0"))
        assert tried <= 3, "most of the backlog was never thrown at a server that is down"
        box.mkdir()
        until(lambda: count(engine, "sent") == 12)
    row = lane_row(engine, seller)
    assert (row.failures, row.broken_at, row.error, row.leased_by) == (0, None, "", None)
    with engine.connect() as conn:
        never_failed = "SELECT number FROM orders JOIN messages ON order_id = orders.id WHERE attempts = 1"
        sent = list(conn.scalars(sa.text(f"{never_failed} ORDER BY done_at, sequence")))
    assert sent == sorted(sent)
    assert len(list(box.iterdir())) == 12


def test_a_cancellation_never_overtakes_its_order_however_many_go_at_a_time(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path, dialect="peppol-advanced", lane=msgspec.structs.replace(QUICK, concurrency=6))
    box = tmp_path / seller.id / "in"
    box.rmdir()
    ids = ordered(engine, seller, *(f"26-{nth:06d}" for nth in range(8)))
    with engine.begin() as conn:
        for order_id in ids:
            changing.cancel(conn, order_id, "Ångrat", seller, dialects(), "anna", utc_now())
    with dispatching(desk_of(engine, seller)):
        until(lambda: is_broken(engine))
        tried = "SELECT count(*) FROM messages WHERE document = 'OrderCancellation' AND attempts > 0"
        assert only(engine, tried) == 0
        box.mkdir()
        until(lambda: count(engine, "sent") == 16)
    overtaken = """SELECT count(*) FROM messages c JOIN messages o ON o.order_id = c.order_id AND o.document = 'Order'
                   WHERE c.document = 'OrderCancellation' AND c.done_at <= o.done_at"""
    assert only(engine, overtaken) == 0


def test_a_lane_of_several_sends_side_by_side_and_never_more(engine: sa.Engine, tmp_path: Path) -> None:
    running, most = [0], [0]
    lock = threading.Lock()

    class Slow(Folder):
        def send(self, settings: FolderSettings, parcel: Parcel) -> Receipt:
            with lock:
                running[0] += 1
                most[0] = max(most[0], running[0])
            time.sleep(0.05)
            try:
                return super().send(settings, parcel)
            finally:
                with lock:
                    running[0] -= 1

    seller = supplier(tmp_path, lane=Lane(concurrency=3))
    ordered(engine, seller, *(f"26-{nth:06d}" for nth in range(18)))
    one = desk_of(engine, seller, transports={"folder": Slow()})
    with dispatching(one, one):
        until(lambda: count(engine, "sent") == 18)
    assert most[0] == 3, "two workers together keep to what is agreed"


def test_two_workers_share_lanes_and_send_everything_once(engine: sa.Engine, tmp_path: Path) -> None:
    sellers = [supplier(tmp_path, f"supplier-{nth}") for nth in range(6)]
    with dispatching(desk_of(engine, *sellers), desk_of(engine, *sellers)):
        for nth in range(120):
            ordered(engine, sellers[nth % 6], f"26-{nth:06d}")
        until(lambda: count(engine, "sent") == 120, 30)
    assert only(engine, "SELECT count(*) FROM attempts") == 120
    files = Counter(path.parent.parent.name for seller in sellers for path in (tmp_path / seller.id / "in").iterdir())
    assert set(files.values()) == {20}


def test_the_agreed_rate_is_kept(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path, lane=Lane(per_minute=240))
    ordered(engine, seller, *(f"26-{nth:06d}" for nth in range(5)))
    with dispatching(desk_of(engine, seller)):
        until(lambda: count(engine, "sent") == 5)
    with engine.connect() as conn:
        times: list[datetime] = list(conn.scalars(sa.text("SELECT done_at FROM messages ORDER BY done_at")))
    assert times[-1] - times[0] >= timedelta(seconds=0.25) * 4 * 0.9


def test_a_paused_lane_keeps_everything_until_it_is_resumed(engine: sa.Engine, tmp_path: Path) -> None:
    seller = supplier(tmp_path)
    with engine.begin() as conn:
        lane_store.standing_of(conn, seller.id)
        conn.execute(lanes.update().values(paused_by="alex", paused_at=utc_now()))
    ordered(engine, seller, "26-000001")
    with dispatching(desk_of(engine, seller)):
        until(lambda: only(engine, "SELECT count(*) FROM stirs") == 0)
        time.sleep(0.3)
        assert count(engine, "queued") == 1
        with engine.begin() as conn:
            conn.execute(lanes.update().values(paused_by=None, paused_at=None))
            lane_store.stir(conn, seller.id, utc_now())
        until(lambda: count(engine, "sent") == 1)


def test_only_lanes_without_a_living_worker_are_taken_over(engine: sa.Engine) -> None:
    soon, lease = utc_now() + timedelta(seconds=20), timedelta(seconds=30)
    left = {
        "alive": (utc_now(), soon),
        "dead": (None, utc_now() - timedelta(seconds=1)),
        "clock-jumped": (None, utc_now() + timedelta(days=300)),
        "free": (utc_now(), None),
        "not-yet": (utc_now() + timedelta(minutes=5), None),
        "nothing": (None, None),
    }
    with engine.begin() as conn:
        for name, (due_at, until_) in left.items():
            who = "another" if until_ else None
            conn.execute(lanes.insert().values(supplier_id=name, due_at=due_at, leased_until=until_, leased_by=who))
        taken = lane_store.claim(conn, "me", utc_now(), 10, lease)
        assert {one.supplier_id for one in taken} == {"dead", "clock-jumped", "free"}
        assert lane_store.claim(conn, "you", utc_now(), 10, lease) == []
        assert lane_store.renew(conn, "me", ["dead", "free", "alive"], lease) == {"dead", "free"}


def test_a_clock_that_is_set_back_keeps_nobody_waiting(engine: sa.Engine, tmp_path: Path) -> None:
    ahead = [timedelta(hours=2)]
    seller = supplier(tmp_path, lane=QUICK)
    box = tmp_path / seller.id / "in"
    box.rmdir()
    ordered(engine, seller, "26-000001", "26-000002")
    with dispatching(desk_of(engine, seller, clock=lambda: utc_now() + ahead[0])):
        until(lambda: count(engine, "waiting") == 1)
        box.mkdir()
        ahead[0] = timedelta(0)
        until(lambda: count(engine, "sent") == 2, 20)


def test_a_message_of_an_unknown_supplier_is_held_with_the_reason(engine: sa.Engine, tmp_path: Path) -> None:
    ordered(engine, supplier(tmp_path), "26-000001")
    with dispatching(desk_of(engine)):
        until(lambda: count(engine, "held") == 1)
    assert "no supplier is called 'papperslagret'" in only(engine, "SELECT finding FROM tasks")
