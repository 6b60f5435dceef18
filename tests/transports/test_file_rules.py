"""What is agreed about files, on a real disk and a real SFTP server alike: markers, unfinished names, places, days."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from gateway.transports.contract import NotSent, Parcel, Refused
from gateway.transports.file_rules import FileRules, on_day
from gateway.transports.folder import Folder, FolderSettings
from gateway.transports.sftp.pool import Pool
from gateway.transports.sftp.settings import SftpSettings
from gateway.transports.sftp.transport import Sftp
from tests.transports import servers

PARCEL = Parcel(key="order-1", name="order-1.csv", content=b"order;1\r\n")
AGAIN = msgspec.structs.replace(PARCEL, resent=True)
OTHER = Parcel(key="order-2", name="order-1.csv", content=b"order;2\r\n")


class Channel:
    """One transport with its settings; `root` holds the folders as the other side sees them."""

    def __init__(self, transport: Folder | Sftp, settings: Callable[..., FolderSettings | SftpSettings], root: Path):
        self.transport, self._settings, self.root = transport, settings, root

    def send(self, parcel, **rules):
        return self.transport.send(self._settings(**rules), parcel)

    def fetch(self, **rules):
        return list(self.transport.fetch(self._settings(**rules)))

    def done(self, parcel, **rules):
        self.transport.done(self._settings(**rules), parcel)

    def probe(self, **rules):
        return list(self.transport.probe(self._settings(**rules)))

    def inbox(self):
        return sorted(os.listdir(self.root / "inbox"))

    def outbox(self, *names):
        for name in names:
            (self.root / "outbox" / name).write_bytes(b"" if name.endswith(".done") else b"answer")


@pytest.fixture(params=["folder", "sftp"])
def channel(request, tmp_path, monkeypatch):
    monkeypatch.setenv("AVROP_TEST_PASSWORD", "hemligt-ord")
    servers.account(tmp_path)
    if request.param == "folder":
        yield Channel(Folder(), lambda **rules: folders(tmp_path, **rules), tmp_path)
        return
    pool = Pool()
    with servers.sftp(tmp_path) as (_, settings):
        yield Channel(Sftp(pool), lambda **rules: msgspec.structs.replace(settings, **rules), tmp_path)
    pool.close()


def folders(root, **rules):
    places = {"inbox": "inbox", "outbox": "outbox", "archive": "archive"} | rules
    rules |= {name: str(root / places[name]) for name in ("inbox", "outbox", "archive")}
    rules |= {name: str(root / rules[name]) for name in ("taken", "part_folder") if rules.get(name)}
    return FolderSettings(**{"settle_seconds": 0.02, **rules})


def test_a_marker_follows_our_file(channel):
    channel.send(PARCEL, marker=".done")
    assert channel.inbox() == ["order-1.csv", "order-1.csv.done"]
    assert (channel.root / "inbox" / "order-1.csv.done").read_bytes() == b""


def test_a_marker_that_was_lost_is_written_when_the_parcel_comes_again(channel):
    channel.send(PARCEL)
    assert "already there" in channel.send(AGAIN, marker=".done").evidence
    assert channel.inbox() == ["order-1.csv", "order-1.csv.done"]


def test_their_file_is_taken_when_its_marker_is_there_and_both_are_archived(channel):
    channel.outbox("whole.csv", "whole.csv.done", "half.csv", "orphan.csv.done")
    [parcel] = channel.fetch(marker=".done")
    assert parcel.name == "whole.csv"
    channel.done(parcel, marker=".done")
    assert sorted(os.listdir(channel.root / "archive")) == ["whole.csv", "whole.csv.done"]
    assert channel.fetch(marker=".done") == []
    assert sorted(os.listdir(channel.root / "outbox")) == ["half.csv", "orphan.csv.done"]


def test_a_name_used_again_keeps_both_markers_in_the_archive(channel):
    for _ in range(2):
        channel.outbox("answer.csv", "answer.csv.done")
        [parcel] = channel.fetch(marker=".done")
        os.utime(channel.root / "outbox" / "answer.csv", (1_700_000_000, 1_700_000_000))
        [parcel] = channel.fetch(marker=".done")
        channel.done(parcel, marker=".done")
    names = os.listdir(channel.root / "archive")
    assert len(names) == 4
    assert sum(name.endswith(".done") for name in names) == 2


def test_where_the_file_cannot_be_moved_its_marker_stays(channel):
    channel.outbox("answer.csv", "answer.csv.done")
    [parcel] = channel.fetch(marker=".done")
    (channel.root / "archive" / "answer.csv").mkdir(parents=True)
    found = (channel.root / "outbox" / "answer.csv").stat()
    stamp = found.st_mtime_ns if isinstance(channel.transport, Folder) else f"{int(found.st_mtime)}-{found.st_size}"
    # A full folder of that very name can be replaced by nobody, whatever our rights are.
    (channel.root / "archive" / f"answer-{stamp}.csv" / "x").mkdir(parents=True)
    with pytest.raises((NotSent, Refused)):
        channel.done(parcel, marker=".done")
    assert channel.fetch(marker=".done") == [parcel]


def test_an_unfinished_file_has_the_agreed_name_and_place(channel):
    folder = str(channel.root / "upload") if isinstance(channel.transport, Folder) else "upload"
    (channel.root / "upload").mkdir()
    assert FileRules().unfinished("inbox", "a.csv") == "inbox/.a.csv.part"
    assert FileRules(part_suffix=".tmp").unfinished("inbox", "a.csv") == "inbox/a.csv.tmp"
    assert FileRules(part_folder=folder).unfinished("inbox", "a.csv") == f"{folder}/a.csv"
    assert FileRules(part_folder=folder, part_suffix=".w").unfinished("inbox", "a.csv") == f"{folder}/a.csv.w"
    for rules in ({"part_suffix": ".tmp"}, {"part_folder": "upload"}):
        for path in (channel.root / "inbox").iterdir():
            path.unlink()
        channel.send(PARCEL, **rules)
        assert channel.inbox() == ["order-1.csv"]
        assert os.listdir(channel.root / "upload") == []


def test_a_missing_place_for_unfinished_files_delivers_nothing(channel):
    with pytest.raises((NotSent, Refused), match="no such folder"):
        channel.send(PARCEL, part_folder="nowhere")
    assert channel.inbox() == []


def test_a_half_file_of_an_earlier_attempt_is_written_anew(channel):
    for name in (".order-1.csv.part", "order-1.csv.tmp"):
        (channel.root / "inbox" / name).write_bytes(b"or")
    channel.send(PARCEL, part_suffix=".tmp")
    assert (channel.root / "inbox" / "order-1.csv").read_bytes() == PARCEL.content
    assert "order-1.csv.tmp" not in channel.inbox()


def test_what_they_are_still_writing_under_the_agreed_name_is_left_alone(channel):
    channel.outbox("answer.csv.writing", "ready.csv")
    assert [parcel.name for parcel in channel.fetch(part_suffix=".writing")] == ["ready.csv"]


def test_other_content_is_replaced_only_where_that_is_agreed(channel):
    channel.send(PARCEL)
    with pytest.raises(Refused, match="other content"):
        channel.send(OTHER)
    assert "already there" not in channel.send(OTHER, overwrite=True).evidence
    assert (channel.root / "inbox" / "order-1.csv").read_bytes() == OTHER.content
    assert channel.inbox() == ["order-1.csv"]


def test_what_their_program_has_taken_is_not_sent_again(channel):
    (channel.root / "taken").mkdir()
    (channel.root / "taken" / PARCEL.name).write_bytes(PARCEL.content)
    assert "was taken to" in channel.send(AGAIN, taken="taken", marker=".done").evidence
    assert channel.inbox() == []


@pytest.mark.parametrize("content", [None, b"another order under this name"])
def test_what_their_program_has_not_taken_is_sent_again_under_its_name(channel, content):
    (channel.root / "taken").mkdir()
    if content:
        (channel.root / "taken" / PARCEL.name).write_bytes(content)
    channel.send(AGAIN, taken="taken")
    assert (channel.root / "inbox" / PARCEL.name).read_bytes() == PARCEL.content


def test_a_parcel_that_is_new_is_not_looked_for_where_things_are_taken(channel):
    (channel.root / "taken").mkdir()
    (channel.root / "taken" / PARCEL.name).write_bytes(PARCEL.content)
    channel.send(PARCEL, taken="taken")
    assert channel.inbox() == [PARCEL.name]


def test_the_archive_has_a_folder_for_each_day(channel):
    channel.outbox("answer.csv")
    [parcel] = channel.fetch()
    channel.done(parcel, archive="archive/%Y/%m-%d")
    [path] = (channel.root / "archive").rglob("answer.csv")
    assert path.parent.relative_to(channel.root) == Path(datetime.now(UTC).strftime("archive/%Y/%m-%d"))


def test_a_day_stands_where_it_is_asked_for_and_nowhere_else():
    assert on_day("a/%Y-%m-%d/100%", date(2026, 3, 4)) == "a/2026-03-04/100%"
    assert on_day("archive", date(2026, 3, 4)) == "archive"


@pytest.mark.parametrize("rules", [{"marker": "done"}, {"marker": "."}, {"marker": ".a/b"}, {"part_suffix": " .tmp"}])
def test_an_ending_that_names_no_file_is_no_setting(rules):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"inbox": "in", **rules}, FolderSettings)


def test_whole_and_unfinished_cannot_be_told_by_the_same_ending():
    with pytest.raises(msgspec.ValidationError, match="one says whole and one says unfinished"):
        msgspec.convert({"inbox": "in", "marker": ".x", "part_suffix": ".x"}, FolderSettings)


@pytest.mark.parametrize("rules", [{}, {"part_suffix": ".tmp"}, {"part_folder": "upload"}, {"marker": ".done"}])
def test_the_probe_writes_as_orders_are_written_and_leaves_nothing(channel, rules):
    (channel.root / "upload").mkdir()
    channel.outbox("a.csv", "a.csv.done", "b.csv")
    checks = channel.probe(**rules)
    assert [(check.step, check.good) for check in checks] == [("connect", True), ("write", True), ("list", True)]
    assert "read back and removed" in checks[1].evidence
    assert f"{1 if rules.get('marker') else 3} waiting" in checks[2].evidence
    assert channel.inbox() == []
    assert os.listdir(channel.root / "upload") == []


def test_the_probe_ends_with_the_step_that_fails_and_its_cause(channel):
    (channel.root / "outbox").rmdir()
    checks = channel.probe()
    assert [(check.step, check.good) for check in checks] == [("connect", True), ("write", True), ("list", False)]
    assert "no such folder" in checks[2].evidence
    (channel.root / "inbox").rmdir()
    last = channel.probe()[-1]
    assert not last.good
    assert "no such folder" in last.evidence


def test_without_an_outbox_nothing_is_listed(channel):
    steps = [check.step for check in channel.transport.probe(_without_outbox(channel))]
    assert steps == ["connect", "write"]


def _without_outbox(channel):
    return msgspec.structs.replace(channel._settings(), outbox="")


def test_the_status_of_a_file_is_not_known_to_anybody(channel):
    assert channel.transport.status(channel._settings(), "order-1").state == "unknown"
    assert not channel.transport.follows
