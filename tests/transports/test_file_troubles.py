"""What goes wrong on the way of a file whose marker, unfinished name or place was agreed: nothing half looks whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.transports.contract import NotSent, Refused, Unsure
from gateway.transports.folder import Folder, FolderSettings
from gateway.transports.sftp.pool import Pool
from gateway.transports.sftp.transport import Sftp
from tests.transports import servers
from tests.transports.test_file_rules import AGAIN, OTHER, PARCEL, folders


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    monkeypatch.setenv("AVROP_TEST_PASSWORD", "hemligt-ord")


class DropsInMarking(servers.Files):
    def open(self, path, flags, attr):
        return servers._drop() if path.endswith(".done") else super().open(path, flags, attr)


class MarkersNotAllowed(servers.Files):
    def open(self, path, flags, attr):
        return servers.SFTP_PERMISSION_DENIED if path.endswith(".done") else super().open(path, flags, attr)


@pytest.mark.parametrize(("files", "outcome"), [(DropsInMarking, Unsure), (MarkersNotAllowed, Refused)])
def test_a_marker_that_does_not_arrive_has_its_outcome(tmp_path, files, outcome):
    with servers.sftp(tmp_path, files, marker=".done") as (_, settings), pytest.raises(outcome, match="its marker"):
        Sftp(Pool()).send(settings, PARCEL)
    assert os.listdir(tmp_path / "inbox") == [PARCEL.name]


class ReplacesNothing(servers.OnlyPlainRename):
    def rename(self, oldpath, newpath):
        return servers.SFTP_FAILURE if self.real(newpath).exists() else super().rename(oldpath, newpath)


def test_where_a_rename_replaces_nothing_the_old_file_goes_first(tmp_path):
    with servers.sftp(tmp_path, ReplacesNothing, overwrite=True) as (_, settings):
        for parcel in (PARCEL, OTHER):
            Sftp(Pool()).send(settings, parcel)
    assert (tmp_path / "inbox" / PARCEL.name).read_bytes() == OTHER.content


TROUBLES = [
    (servers.DiskFull, NotSent),
    (servers.DiskFullUnnoticed, NotSent),
    (servers.NotAllowed, Refused),
    (servers.DropsInUpload, NotSent),
    (servers.SilentInUpload, NotSent),
    (servers.DropsInRename, Unsure),
    (servers.RenameRefused, Refused),
]


@pytest.mark.parametrize("rules", [{"part_suffix": ".tmp", "marker": ".done"}, {"part_folder": "upload"}], ids=str)
@pytest.mark.parametrize(("files", "outcome"), TROUBLES, ids=lambda value: getattr(value, "__name__", None))
def test_whatever_goes_wrong_nothing_looks_whole(tmp_path, files, outcome, rules):
    (tmp_path / "upload").mkdir()
    with servers.sftp(tmp_path, files, timeout_seconds=0.4, **rules) as (_, settings), pytest.raises(outcome):
        Sftp(Pool()).send(settings, PARCEL)
    assert set(os.listdir(tmp_path / "inbox")) <= {"order-1.csv.tmp"}
    with servers.sftp(tmp_path, **rules) as (_, settings):
        Sftp(Pool()).send(settings, AGAIN)
    assert (tmp_path / "inbox" / PARCEL.name).read_bytes() == PARCEL.content
    assert set(os.listdir(tmp_path / "inbox")) == {PARCEL.name} | ({"order-1.csv.done"} if "marker" in rules else set())
    assert os.listdir(tmp_path / "upload") == []


def test_a_rename_that_went_well_unheard_is_cleared_up_where_things_are_taken(tmp_path):
    rules = {"taken": "taken", "marker": ".done"}
    with servers.sftp(tmp_path, servers.DropsAfterRename, **rules) as (_, settings), pytest.raises(Unsure):
        Sftp(Pool()).send(settings, PARCEL)
    # Their program takes it before we ask.
    (tmp_path / "taken").mkdir()
    (tmp_path / "inbox" / PARCEL.name).rename(tmp_path / "taken" / PARCEL.name)
    with servers.sftp(tmp_path, **rules) as (_, settings):
        assert "was taken to taken" in Sftp(Pool()).send(settings, AGAIN).evidence
    assert os.listdir(tmp_path / "inbox") == []


class NoRoomForMarkers(servers.Files):
    def open(self, path, flags, attr):
        return servers.NO_SPACE if path.endswith(".done") else super().open(path, flags, attr)


def test_a_disk_that_is_full_at_the_marker_delivers_at_the_next_attempt(tmp_path):
    with (
        servers.sftp(tmp_path, NoRoomForMarkers, marker=".done") as (_, settings),
        pytest.raises(NotSent, match="full"),
    ):
        Sftp(Pool()).send(settings, PARCEL)
    with servers.sftp(tmp_path, marker=".done") as (_, settings):
        assert "already there" in Sftp(Pool()).send(settings, AGAIN).evidence
    assert sorted(os.listdir(tmp_path / "inbox")) == [PARCEL.name, "order-1.csv.done"]


@pytest.mark.parametrize("rules", [{"part_suffix": ".tmp"}, {"part_folder": "upload"}])
def test_a_full_disk_leaves_nothing_half_under_any_name(tmp_path, rules):
    for name in ("inbox", "outbox", "upload"):
        (tmp_path / name).mkdir()
    settings = folders(tmp_path, **rules)
    part = Path(settings.unfinished(settings.inbox, PARCEL.name))
    part.symlink_to("/dev/full")
    with pytest.raises(NotSent, match="the disk is full"):
        Folder().send(settings, PARCEL)
    assert os.listdir(part.parent) == os.listdir(tmp_path / "inbox") == []


def test_two_disks_are_told_apart_from_a_full_one(tmp_path):
    (tmp_path / "inbox").mkdir()
    other = Path("/dev/shm") / f"avrop-test-{os.getpid()}"
    other.mkdir()
    try:
        settings = FolderSettings(inbox=str(tmp_path / "inbox"), part_folder=str(other))
        if other.stat().st_dev == (tmp_path / "inbox").stat().st_dev:
            pytest.skip("this machine has one disk only")
        with pytest.raises(NotSent, match="use one disk"):
            Folder().send(settings, PARCEL)
        assert os.listdir(tmp_path / "inbox") == os.listdir(other) == []
    finally:
        other.rmdir()
