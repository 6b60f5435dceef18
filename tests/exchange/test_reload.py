"""The file is followed: sound revisions taken over, broken ones refused whole, the same after a restart."""

from __future__ import annotations

import logging
import os
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.exchange import configurations
from gateway.exchange.reload import Reload
from gateway.findings import Rejected
from gateway.suppliers.supplier import Suppliers
from tests.suppliers.files import HEAD, TAIL, read

GOOD = HEAD + TAIL
BETTER = GOOD.replace("http://a", "http://b")
BROKEN = GOOD.replace("profile: files, lead", "profile: fils, lead").replace("http://a", "http://c")


class House:
    """A program that was just started, and its file."""

    def __init__(self, engine: sa.Engine, path: Path, text: str | None = None) -> None:
        self.engine, self.path = engine, path
        if text is not None:
            path.write_text(text, encoding="utf-8")
        self.reload = Reload(path, engine, read)
        self.suppliers = self.reload.open(read)

    def write(self, text: str) -> None:
        """A new revision, and as many looks as it takes; a file's time need not differ from the last one's."""
        self.path.write_text(text, encoding="utf-8")
        times = os.stat(self.path)
        os.utime(self.path, ns=(times.st_atime_ns, times.st_mtime_ns + 1_000_000))
        self.reload.look()
        self.reload.look()

    @property
    def url(self) -> str:
        """Which revision is worked by."""
        return str(self.suppliers.by_id["alfa"].settings.url)

    def seen(self) -> list[tuple[bool, int, int]]:
        """Accepted, sound suppliers and findings of every revision, the newest first."""
        with self.engine.connect() as conn:
            return [(one.accepted, one.suppliers, len(one.findings)) for one in configurations.recent(conn)]


@pytest.fixture
def house(engine: sa.Engine, tmp_path: Path) -> House:
    return House(engine, tmp_path / "suppliers.yaml", GOOD)


def test_a_sound_revision_is_taken_over_by_whoever_holds_the_suppliers(house: House) -> None:
    held, taken = house.suppliers, house.suppliers.by_id["alfa"]
    house.write(BETTER)
    assert house.url == "http://b"
    assert held.by_id["alfa"].settings.url == "http://b"
    assert taken.settings.url == "http://a"
    assert house.seen() == [(True, 2, 0), (True, 2, 0)]


def test_a_broken_one_is_refused_whole_and_told_once(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "avrop.exchange"):
        house.write(BROKEN)
        for _ in range(3):
            house.reload.look()
    assert house.url == "http://a"
    assert house.suppliers.get("omega") is not None
    assert house.suppliers.findings == ()
    refused = house.suppliers.refused
    assert refused is not None
    assert [finding.rule for finding in refused.findings] == ["supplier-unknown-profile"]
    (told,) = [record.message for record in caplog.records if "suppliers_refused" in record.message]
    assert "did you mean files?" in told
    assert house.seen() == [(False, 1, 1), (True, 2, 0)]


def test_the_mended_one_is_accepted(house: House) -> None:
    house.write(BROKEN)
    house.write(BETTER)
    assert (house.url, house.suppliers.refused) == ("http://b", None)
    assert [accepted for accepted, _, _ in house.seen()] == [True, False, True]


def test_going_back_to_what_was_worked_by_mends_too(house: House) -> None:
    house.write(BROKEN)
    house.write(GOOD)
    assert (house.url, house.suppliers.refused) == ("http://a", None)
    assert [accepted for accepted, _, _ in house.seen()] == [True, False]


def test_a_restart_with_a_broken_file_works_by_the_last_sound_revision(house: House) -> None:
    house.write(BETTER)
    house.write(BROKEN)
    again = House(house.engine, house.path)
    assert (again.url, len(again.suppliers)) == ("http://b", 2)
    assert again.suppliers.refused is not None
    again.write(GOOD)
    assert (again.url, again.suppliers.refused) == ("http://a", None)


def test_where_nothing_was_ever_sound_a_mistake_costs_its_supplier_only(engine: sa.Engine, tmp_path: Path) -> None:
    house = House(engine, tmp_path / "suppliers.yaml", BROKEN)
    assert [one.id for one in house.suppliers] == ["alfa"]
    assert (len(house.suppliers.findings), house.suppliers.refused) == (1, None)
    house.write(BROKEN.replace("http://c", "http://d"))
    assert (house.url, house.seen()[0]) == ("http://d", (False, 1, 1))
    house.write(GOOD)
    assert house.suppliers.findings == ()
    house.write(BROKEN)
    assert house.url == "http://a"


@pytest.mark.parametrize("text", ["", "suppliers: []\n"])
def test_an_emptied_file_is_not_taken_for_a_wish(house: House, text: str) -> None:
    house.write(text)
    refused = house.suppliers.refused
    assert refused is not None
    assert "the file holds no supplier, and the revision before held 2" in refused.findings[0].message
    assert len(house.suppliers) == 2


def test_a_file_that_is_gone_or_no_text_is_refused(house: House) -> None:
    house.path.unlink()
    house.reload.look()
    house.reload.look()
    assert house.suppliers.refused is not None
    assert "cannot be read: No such file" in house.suppliers.refused.findings[0].message
    house.path.write_bytes(GOOD.encode("utf-8") + b"# \xe5")
    house.reload.look(hurry=True)
    assert f"byte {len(GOOD.encode()) + 3} is 0xe5" in str(house.suppliers.refused.findings[0])
    assert House(house.engine, house.path).url == "http://a"


def test_a_program_without_a_file_does_not_start(engine: sa.Engine, tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="cannot be read"):
        House(engine, tmp_path / "suppliers.yaml")


def test_a_file_that_is_still_being_written_is_waited_for(house: House) -> None:
    house.path.write_text(BETTER[:300], encoding="utf-8")
    assert not house.reload.look()
    house.path.write_text(BETTER, encoding="utf-8")
    assert not house.reload.look()
    assert house.reload.look()
    assert (house.url, house.seen()) == ("http://b", [(True, 2, 0), (True, 2, 0)])


def test_a_touched_file_is_no_revision(house: House) -> None:
    os.utime(house.path, ns=(0, 0))
    assert not house.reload.look()
    assert not house.reload.look()
    assert len(house.seen()) == 1


def test_a_thread_follows_it_and_hurries_when_asked(house: House) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=house.reload.forever, args=(stop,))
    thread.start()
    try:
        house.path.write_text(BETTER, encoding="utf-8")
        began = time.monotonic()
        house.reload.now()
        while house.url != "http://b" and time.monotonic() - began < 10:
            time.sleep(0.01)
        assert house.url == "http://b"
    finally:
        stop.set()
        house.reload.now()
        thread.join(5)
    assert not thread.is_alive()


def test_a_database_that_is_away_is_waited_for(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.path.write_text(BETTER, encoding="utf-8")
    away = Reload(house.path, sa.create_engine("postgresql+psycopg://x@127.0.0.1:1/x"), read, suppliers=Suppliers(()))
    stop = threading.Event()
    thread = threading.Thread(target=away.forever, args=(stop,))
    thread.start()
    away.now()
    deadline = time.monotonic() + 10
    while "suppliers_not_reloaded" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    away.now()
    thread.join(5)
    assert "suppliers_not_reloaded" in caplog.text
    assert not thread.is_alive()
