"""The folder transport on a real disk."""

from __future__ import annotations

import os
import threading

import pytest

from gateway.transports.contract import NotSent, Parcel, Refused
from gateway.transports.folder import Folder, FolderSettings

PARCEL = Parcel(key="k", name="order-1.csv", content=b"order\r\n1\r\n")


@pytest.fixture
def settings(tmp_path):
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    return FolderSettings(inbox=str(tmp_path / "in"), outbox=str(tmp_path / "out"), settle_seconds=0.02)


def test_a_full_disk_leaves_nothing_behind_and_says_what_to_do(settings, tmp_path):
    part = tmp_path / "in" / ".order-1.csv.part"
    part.symlink_to("/dev/full")
    with pytest.raises(NotSent, match="the disk is full; free space there"):
        Folder().send(settings, PARCEL)
    assert os.listdir(tmp_path / "in") == []
    assert "order-1.csv, 10 bytes" in Folder().send(settings, PARCEL).evidence


def test_a_missing_folder_is_not_made_up(settings, tmp_path):
    (tmp_path / "in").rmdir()
    with pytest.raises(NotSent, match="no such folder; create it"):
        Folder().send(settings, PARCEL)
    assert not (tmp_path / "in").exists()


def test_other_content_under_the_same_name_is_refused(settings, tmp_path):
    Folder().send(settings, PARCEL)
    with pytest.raises(Refused, match="already there with other content"):
        Folder().send(settings, Parcel(key="l", name=PARCEL.name, content=b"order\r\n2\r\n"))
    assert (tmp_path / "in" / PARCEL.name).read_bytes() == PARCEL.content


def test_what_waits_is_fetched_and_archived_even_under_a_name_used_before(settings, tmp_path):
    transport = Folder()
    for content in (b"first", b"second one"):
        (tmp_path / "out" / "answer.csv").write_bytes(content)
        [parcel] = transport.fetch(settings)
        assert parcel.content == content
        transport.done(settings, parcel)
        transport.done(settings, parcel)
    assert {path.read_bytes() for path in (tmp_path / "out" / "archive").iterdir()} == {b"first", b"second one"}
    assert list(transport.fetch(settings)) == []


def test_what_is_unfinished_hidden_or_not_a_file_is_left_alone(settings, tmp_path):
    for name in (".a.csv", "a.csv.part", "a.tmp"):
        (tmp_path / "out" / name).write_bytes(b"x")
    (tmp_path / "out" / "folder").mkdir()
    (tmp_path / "out" / "empty").touch()
    assert list(Folder().fetch(settings)) == []


def test_a_growing_file_waits_and_a_changed_one_is_not_archived(settings, tmp_path):
    path = tmp_path / "out" / "answer.csv"
    path.write_bytes(b"half")
    timer = threading.Timer(0.05, lambda: path.write_bytes(b"half and more"))
    timer.start()
    slow = FolderSettings(inbox=settings.inbox, outbox=settings.outbox, settle_seconds=0.2)
    assert list(Folder().fetch(slow)) == []
    timer.join()
    [parcel] = Folder().fetch(settings)
    path.write_bytes(b"something else now")
    Folder().done(settings, parcel)
    assert path.read_bytes() == b"something else now"


def test_a_file_over_the_limit_is_refused_after_the_others(settings, tmp_path):
    (tmp_path / "out" / "a.csv").write_bytes(b"x" * 11)
    (tmp_path / "out" / "b.csv").write_bytes(b"x" * 10)
    waiting = Folder().fetch(FolderSettings(inbox="", outbox=settings.outbox, max_bytes=10, settle_seconds=0.01))
    assert next(waiting).name == "b.csv"
    with pytest.raises(Refused, match=r"a\.csv holds 11 bytes; at most 10"):
        next(waiting)


def test_without_an_outbox_nothing_is_polled(tmp_path):
    assert list(Folder().fetch(FolderSettings(inbox=str(tmp_path)))) == []
