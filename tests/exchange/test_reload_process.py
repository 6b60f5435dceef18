"""A real worker while its file changes: sending goes on, a broken revision is refused whole, the mended one counts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from gateway.exchange import configurations
from gateway.exchange.place import place
from tests.data import ROOT
from tests.exchange.desk import supplier
from tests.orders.samples import sample_order

LINE = (
    "  - {{id: papperslagret, name: Papper AB, org: 5500000004, dialect: peppol, participant: '0007:5500000004',"
    " transport: {{type: folder, inbox: {}}}}}\n"
)
OTHER = "  - {id: omega, name: Omega AB, org: 5500000012, transport: portal, email: order@omega.example}\n"


class House:
    """A worker process, its file, and the folders it may deliver into."""

    def __init__(self, engine: sa.Engine, root: Path, database_url: str) -> None:
        self.engine, self.root, self.file, self.placed = engine, root, root / "suppliers.yaml", 0
        for box in ("first", "second"):
            (root / box).mkdir()
        self.write(LINE.format(root / "first"))
        environ = {"AVROP_DATABASE_URL": database_url, "AVROP_SUPPLIERS": str(self.file), "AVROP_HOME": str(root)}
        self.log = root / "worker.log"
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", "worker"],
            cwd=ROOT,
            env=os.environ | environ | {"AVROP_RETRY_FIRST": "0.2"},
            stdin=subprocess.DEVNULL,
            stderr=self.log.open("wb"),
        )

    def write(self, *lines: str) -> None:
        """As an editor does: beside it, then moved into its place."""
        beside = self.root / "new.yaml"
        beside.write_text("suppliers:\n" + "".join(lines), encoding="utf-8")
        beside.replace(self.file)

    def order(self) -> None:
        self.placed += 1
        seller = msgspec.structs.replace(supplier(self.root), transport="folder")
        with self.engine.begin() as conn:
            place(conn, sample_order(f"26-{self.placed:06}"), seller, "glantan", "anna", datetime.now(UTC))

    def arrived(self, box: str) -> int:
        return sum(1 for path in (self.root / box).iterdir() if not path.name.startswith("."))

    def until(self, true: Callable[[], bool], seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert self.worker.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def accepted(self) -> list[bool]:
        with self.engine.connect() as conn:
            return [one.accepted for one in configurations.recent(conn)]


@pytest.fixture
def house(engine: sa.Engine, database_url: str, tmp_path: Path) -> Iterator[House]:
    made = House(engine, tmp_path, database_url)
    yield made
    made.worker.terminate()
    made.worker.wait(20)


def test_sending_goes_on_while_the_file_is_broken_and_mended(house: House) -> None:
    house.order()
    house.until(lambda: house.arrived("first") == 1)

    house.write(LINE.format(house.root / "second"), OTHER.replace("email: order", "emial: order"))
    house.order()
    house.until(lambda: house.accepted() == [False, True])
    house.order()
    house.until(lambda: house.arrived("first") == 3)
    assert house.arrived("second") == 0
    told = [line for line in house.log.read_text().splitlines() if "suppliers_refused" in line]
    assert len(told) == 1
    assert "did you mean email?" in told[0]

    house.write(LINE.format(house.root / "second"), OTHER)
    house.until(lambda: house.accepted() == [True, False, True])
    house.until(lambda: "suppliers_reloaded" in house.log.read_text())
    house.order()
    house.until(lambda: house.arrived("second") == 1)
    assert house.arrived("first") == 3
    assert "1 added, 1 changed, 0 removed" in house.log.read_text()


def test_orders_keep_arriving_once_each_through_ten_revisions_and_hang_ups(house: House) -> None:
    house.order()
    house.until(lambda: house.arrived("first") == 1)
    for revision in range(10):
        house.write(LINE.format(house.root / "first"), OTHER, f"# {revision}\n")
        if revision % 3 == 0:
            house.worker.send_signal(signal.SIGHUP)
        for _ in range(3):
            house.order()
        time.sleep(0.3)
    house.until(lambda: house.arrived("first") == 31)
    house.until(lambda: len(house.accepted()) > 2)
    assert all(house.accepted())
    with house.engine.connect() as conn:
        sent = conn.execute(sa.text("SELECT count(*) FROM messages WHERE direction = 'out' AND state = 'sent'"))
        assert sent.scalar_one() == 31
