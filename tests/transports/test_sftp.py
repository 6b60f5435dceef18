"""SFTP against real servers: what arrives, what is left alone, and what is said when it goes wrong."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import paramiko
import pytest

from gateway.sandbox.sftp_files import Account
from gateway.sandbox.sftp_server import SftpServer, public_line
from gateway.transports.contract import NotSent, Parcel, Refused, Unsure
from gateway.transports.sftp.pinning import fingerprint
from gateway.transports.sftp.pool import Pool
from gateway.transports.sftp.settings import SftpSettings
from gateway.transports.sftp.transport import Sftp
from tests.transports import servers

PARCEL = Parcel(key="order-1", name="order-26-000123.csv", content=b"order_number;line\r\n26-000123;1\r\n")


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    monkeypatch.setenv("AVROP_TEST_PASSWORD", "hemligt-ord")


@pytest.fixture
def sftp():
    transport = Sftp(Pool())
    yield transport
    transport.pool.close()


def test_an_order_arrives_whole_and_under_its_name_only(sftp, tmp_path):
    with servers.sftp(tmp_path) as (_, settings):
        receipt = sftp.send(settings, PARCEL)
    assert (tmp_path / "inbox" / PARCEL.name).read_bytes() == PARCEL.content
    assert os.listdir(tmp_path / "inbox") == [PARCEL.name]
    assert f"inbox/{PARCEL.name}" in receipt.evidence
    assert f"{len(PARCEL.content)} bytes" in receipt.evidence


def test_nothing_visible_is_there_before_the_file_is_whole(sftp, tmp_path):
    seen = []

    class Watched(servers.Files):
        def posix_rename(self, oldpath, newpath):
            seen.extend(os.listdir(tmp_path / "inbox"))
            return super().posix_rename(oldpath, newpath)

    with servers.sftp(tmp_path, Watched) as (_, settings):
        sftp.send(settings, PARCEL)
    assert seen == [f".{PARCEL.name}.part"]


def test_the_same_parcel_twice_is_one_file(sftp, tmp_path):
    with servers.sftp(tmp_path) as (_, settings):
        sftp.send(settings, PARCEL)
        again = sftp.send(settings, PARCEL)
    assert "already there" in again.evidence
    assert os.listdir(tmp_path / "inbox") == [PARCEL.name]


def test_the_same_name_with_other_content_is_refused_and_nothing_is_lost(sftp, tmp_path):
    other = Parcel(key="order-2", name=PARCEL.name, content=PARCEL.content.upper())
    with servers.sftp(tmp_path) as (_, settings):
        sftp.send(settings, PARCEL)
        with pytest.raises(Refused, match="other content"):
            sftp.send(settings, other)
    assert (tmp_path / "inbox" / PARCEL.name).read_bytes() == PARCEL.content


def test_a_letter_box_that_may_not_be_read_is_believed_by_size(sftp, tmp_path):
    with servers.sftp(tmp_path, servers.NoReading) as (_, settings):
        sftp.send(settings, PARCEL)
        assert "already there" in sftp.send(settings, PARCEL).evidence


def test_a_server_without_posix_rename_is_served_by_the_plain_one(sftp, tmp_path):
    with servers.sftp(tmp_path, servers.OnlyPlainRename) as (_, settings):
        sftp.send(settings, PARCEL)
    assert os.listdir(tmp_path / "inbox") == [PARCEL.name]


def test_a_large_file_goes_both_ways(sftp, tmp_path):
    large = Parcel(key="k", name="large.bin", content=os.urandom(700_000))
    with servers.sftp(tmp_path) as (_, settings):
        sftp.send(settings, large)
        os.rename(tmp_path / "inbox" / large.name, tmp_path / "outbox" / large.name)
        [found] = sftp.fetch(settings)
    assert found.content == large.content


@pytest.mark.parametrize("name", ["../escape.csv", "a/b.csv", ".hidden", "", "a\\b", "ny\nrad.csv", "x" * 300])
def test_a_name_that_would_leave_the_inbox_is_never_sent(sftp, tmp_path, name):
    with servers.sftp(tmp_path) as (_, settings), pytest.raises(Refused, match="not a file name"):
        sftp.send(settings, Parcel(key="k", name=name, content=b"x"))


def test_a_key_logs_in_without_a_password(sftp, tmp_path, monkeypatch):
    for key in (paramiko.ECDSAKey.generate(), paramiko.RSAKey.generate(2048)):
        path = tmp_path / f"{key.get_name()}.pem"
        key.write_private_key_file(str(path))
        root = tmp_path / key.get_name()
        held = servers.account(root)
        server = SftpServer({"bagaren": Account("bagaren", root, public_key=key)}, servers.KEY)
        settings = SftpSettings(
            host="127.0.0.1",
            port=server.port,
            user=held.user,
            host_key=public_line(servers.KEY),
            private_key=f"file:{path}",
        )
        sftp.send(settings, PARCEL)
        server.stop()
        assert (root / "inbox" / PARCEL.name).exists()


def test_the_pin_may_be_a_key_a_fingerprint_a_file_or_two_of_them(sftp, tmp_path):
    print_of_key = fingerprint(servers.KEY.asbytes())
    other = fingerprint(paramiko.ECDSAKey.generate().asbytes())
    (tmp_path / "known").write_text(f"127.0.0.1 {public_line(servers.KEY)} comment\n")
    for pin in (public_line(servers.KEY), print_of_key, f"{other}, {print_of_key}", f"file:{tmp_path / 'known'}"):
        with servers.sftp(tmp_path / "root", host_key=pin) as (_, settings):
            assert PARCEL.name in sftp.send(settings, PARCEL).evidence, pin


def test_another_host_key_is_refused_with_both_fingerprints_and_no_password_leaves(sftp, tmp_path):
    other = paramiko.ECDSAKey.generate()
    with servers.sftp(tmp_path, host_key=public_line(other)) as (_, settings), pytest.raises(Refused) as refused:
        sftp.send(settings, PARCEL)
    assert fingerprint(other.asbytes()) in str(refused.value)
    assert fingerprint(servers.KEY.asbytes()) in str(refused.value)
    assert os.listdir(tmp_path / "inbox") == []


@pytest.mark.parametrize("pin", ["", "ssh-ed25519", "SHA256:short", "yes"])
def test_without_a_usable_pin_nothing_is_sent(sftp, tmp_path, pin):
    with servers.sftp(tmp_path, host_key=pin) as (_, settings), pytest.raises(Refused, match="host_key"):
        sftp.send(settings, PARCEL)


def test_what_waits_is_fetched_and_moved_to_the_archive(sftp, tmp_path):
    with servers.sftp(tmp_path) as (_, settings):
        for name in ("b.csv", "a.csv"):
            (tmp_path / "outbox" / name).write_bytes(name.encode())
        found = list(sftp.fetch(settings))
        assert [(parcel.name, parcel.content) for parcel in found] == [("a.csv", b"a.csv"), ("b.csv", b"b.csv")]
        for parcel in found:
            sftp.done(settings, parcel)
            sftp.done(settings, parcel)
        assert list(sftp.fetch(settings)) == []
    assert sorted(os.listdir(tmp_path / "archive")) == ["a.csv", "b.csv"]


def test_a_name_used_again_is_another_parcel_and_both_are_archived(sftp, tmp_path):
    with servers.sftp(tmp_path) as (_, settings):
        keys = set()
        for content in (b"first", b"second one"):
            (tmp_path / "outbox" / "answer.csv").write_bytes(content)
            [parcel] = sftp.fetch(settings)
            keys.add(parcel.key)
            sftp.done(settings, parcel)
    assert len(keys) == 2
    assert {path.read_bytes() for path in (tmp_path / "archive").iterdir()} == {b"first", b"second one"}


def test_hidden_unfinished_empty_and_odd_entries_are_left_alone(sftp, tmp_path):
    with servers.sftp(tmp_path) as (_, settings):
        for name in (".answer.csv", "answer.csv.part", "answer.TMP", "a\\b.csv"):
            (tmp_path / "outbox" / name).write_bytes(b"x")
        (tmp_path / "outbox" / "folder").mkdir()
        (tmp_path / "outbox" / "empty.csv").touch()
        (tmp_path / "outbox" / "link.csv").symlink_to("/etc/hostname")
        assert list(sftp.fetch(settings)) == []


def test_a_file_that_grows_is_left_until_it_stands_still(sftp, tmp_path):
    path = servers.account(tmp_path).folder / "outbox" / "growing.csv"
    path.write_bytes(b"half")
    stop = threading.Event()

    def grow():
        with path.open("ab") as file:
            while not stop.wait(0.02):
                file.write(b"x")
                file.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    with servers.sftp(tmp_path, settle_seconds=0.2) as (_, settings):
        try:
            assert list(sftp.fetch(settings)) == []
        finally:
            stop.set()
            writer.join()
        [whole] = sftp.fetch(settings)
    assert whole.content == path.read_bytes()


def test_a_file_that_changed_after_it_was_fetched_is_not_archived(sftp, tmp_path):
    path = servers.account(tmp_path).folder / "outbox" / "answer.csv"
    path.write_bytes(b"half")
    with servers.sftp(tmp_path) as (_, settings):
        [parcel] = sftp.fetch(settings)
        path.write_bytes(b"half and the rest")
        sftp.done(settings, parcel)
        [whole] = sftp.fetch(settings)
    assert whole.content == b"half and the rest"
    assert whole.key != parcel.key


def test_a_file_over_the_limit_is_refused_after_the_others_were_given(sftp, tmp_path):
    with servers.sftp(tmp_path, max_bytes=1000) as (_, settings):
        (tmp_path / "outbox" / "a-huge.csv").write_bytes(b"x" * 1001)
        (tmp_path / "outbox" / "b-fine.csv").write_bytes(b"x" * 1000)
        waiting = sftp.fetch(settings)
        assert next(waiting).name == "b-fine.csv"
        with pytest.raises(Refused, match=r"a-huge\.csv holds 1001 bytes; at most 1000"):
            next(waiting)


def test_a_connection_is_used_again_and_replaced_when_the_server_dropped_it(tmp_path):
    pool = Pool()
    sftp = Sftp(pool)
    with servers.sftp(tmp_path) as (server, settings):
        sftp.send(settings, PARCEL)
        with pool.lease(settings) as first:
            pass
        with pool.lease(settings) as second:
            assert second is first
        server.drop_all()
        time.sleep(0.2)
        assert "already there" in sftp.send(settings, PARCEL).evidence
    pool.close()


def test_an_answer_no_keeps_the_connection_and_idle_ones_expire(tmp_path):
    pool = Pool(idle_seconds=0.2)
    with servers.sftp(tmp_path, inbox="nowhere") as (_, settings):
        with pytest.raises(Refused, match="no such folder"):
            Sftp(pool).send(settings, PARCEL)
        assert len(pool) == 1
        time.sleep(0.25)
        pool._drop_old()
        assert len(pool) == 0


def test_many_threads_share_the_pool_and_no_more_than_allowed_stay_open(tmp_path):
    pool = Pool(most=3)
    sftp = Sftp(pool)
    with servers.sftp(tmp_path) as (_, settings), ThreadPoolExecutor(8) as threads:
        parcels = [Parcel(key=str(n), name=f"{n}.csv", content=b"%d" % n) for n in range(40)]
        receipts = list(threads.map(lambda parcel: sftp.send(settings, parcel), parcels))
        assert len(receipts) == 40
        assert len(pool) <= 3
    pool.close()
    assert {path.name: path.read_bytes() for path in (tmp_path / "inbox").iterdir()} == {
        f"{n}.csv": b"%d" % n for n in range(40)
    }


FAILURES = [
    (servers.DiskFull, NotSent, "disk or quota is full"),
    (servers.QuotaUsedUp, NotSent, "disk or quota is full"),
    (servers.DiskFullInOpenSsh, NotSent, "disk or quota is full"),
    (servers.DiskFullUnnoticed, NotSent, "disk or quota is full"),
    (servers.NotAllowed, Refused, "permission denied"),
    (servers.DropsInUpload, NotSent, "not uploaded"),
    (servers.SilentInUpload, NotSent, "no answer in time"),
    (servers.DropsInRename, Unsure, "not renamed"),
    (servers.DropsAfterRename, Unsure, "not renamed"),
    (servers.RenameRefused, Refused, "permission denied"),
]


@pytest.mark.parametrize(("files", "outcome", "words"), FAILURES, ids=lambda value: getattr(value, "__name__", None))
def test_each_trouble_on_their_side_has_its_outcome_and_its_words(sftp, tmp_path, files, outcome, words):
    with servers.sftp(tmp_path, files, timeout_seconds=0.5) as (_, settings), pytest.raises(outcome) as told:
        sftp.send(settings, PARCEL)
    assert words in str(told.value)
    assert "bagaren@127.0.0.1" in str(told.value)
    assert PARCEL.name in str(told.value)
    visible = [name for name in os.listdir(tmp_path / "inbox") if not name.startswith(".")]
    assert visible == ([PARCEL.name] if files is servers.DropsAfterRename else [])


def test_unsure_is_cleared_up_by_sending_again(sftp, tmp_path):
    with servers.sftp(tmp_path, servers.DropsAfterRename) as (_, settings):
        with pytest.raises(Unsure):
            sftp.send(settings, PARCEL)
        assert "already there" in sftp.send(settings, PARCEL).evidence
    assert os.listdir(tmp_path / "inbox") == [PARCEL.name]


def test_a_refused_log_in_is_refused_and_the_password_is_in_no_message(sftp, tmp_path, monkeypatch):
    monkeypatch.setenv("AVROP_TEST_PASSWORD", "fel-losenord")
    with servers.sftp(tmp_path) as (_, settings), pytest.raises(Refused, match="log-in by password refused") as told:
        sftp.send(settings, PARCEL)
    assert "fel-losenord" not in str(told.value)


def test_a_wrong_key_and_a_key_that_cannot_be_read_are_refused(sftp, tmp_path):
    wrong, broken = tmp_path / "wrong.pem", tmp_path / "broken.pem"
    paramiko.ECDSAKey.generate().write_private_key_file(str(wrong))
    broken.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nnonsense\n")
    for path, words in ((wrong, "log-in by key"), (broken, "private_key"), (tmp_path / "none", "cannot be read")):
        running = servers.sftp(tmp_path / "root", private_key=f"file:{path}", password="")
        with running as (_, settings), pytest.raises(Refused, match=words):
            sftp.send(settings, PARCEL)
