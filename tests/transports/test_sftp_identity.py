"""Who we are to an SFTP server, what of that ends on a day, and what a self-test says when it is not believed."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime

import msgspec
import paramiko
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    SSHCertificateBuilder,
    SSHCertificateType,
)

from gateway.sandbox.sftp_files import Account
from gateway.sandbox.sftp_server import SftpServer, public_line
from gateway.transports.contract import Parcel, Refused
from gateway.transports.sftp.pool import Pool
from gateway.transports.sftp.settings import SftpSettings
from gateway.transports.sftp.transport import Sftp
from tests.transports import servers

PARCEL = Parcel(key="order-1", name="order-1.csv", content=b"order;1\r\n")


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    monkeypatch.setenv("AVROP_TEST_PASSWORD", "hemligt-ord")


def _key_and_certificate(tmp_path, valid_before: int) -> tuple[str, str]:
    """Paths of a private key and of its certificate, signed by somebody whom the supplier trusts."""
    key, authority = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    builder = SSHCertificateBuilder(
        _public_key=key.public_key(),
        _type=SSHCertificateType.USER,
        _key_id=b"exempelstad-2026",
        _valid_for_all_principals=True,
        _valid_after=0,
        _valid_before=valid_before,
    )
    (tmp_path / "key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    (tmp_path / "key-cert.pub").write_bytes(builder.sign(authority).public_bytes() + b" comment\n")
    return f"file:{tmp_path / 'key'}", f"file:{tmp_path / 'key-cert.pub'}"


def _settings(**changes) -> SftpSettings:
    facts = {"host": "127.0.0.1", "user": "bagaren", "host_key": public_line(servers.KEY)}
    return SftpSettings(**{**facts, **changes})


def test_a_certificate_is_shown_at_log_in(tmp_path):
    private, certificate = _key_and_certificate(tmp_path, int(time.time()) + 3600)
    shown = []

    class Watched(Account):
        @property
        def public_key(self):
            return _Whoever(shown)

        @public_key.setter
        def public_key(self, key):
            pass

    servers.account(tmp_path / "root")
    server = SftpServer({"bagaren": Watched("bagaren", tmp_path / "root")}, servers.KEY)
    settings = _settings(port=server.port, private_key=private, certificate=certificate)
    Sftp(Pool()).send(settings, PARCEL)
    server.stop()
    assert os.listdir(tmp_path / "root" / "inbox") == [PARCEL.name]
    assert {key.public_blob.key_type for key in shown} == {"ssh-ed25519-cert-v01@openssh.com"}


class _Whoever:
    """Equal to every key, and remembers which were shown."""

    def __init__(self, shown):
        self._shown = shown

    def __eq__(self, key):
        self._shown.append(key)
        return True

    __hash__ = None


def test_a_certificate_of_another_key_is_refused_before_anything_is_sent(tmp_path):
    private, _ = _key_and_certificate(tmp_path, 1_900_000_000)
    settings = _settings(port=servers.nobody(), private_key=private, certificate="ssh-rsa-cert-v01@openssh.com AAAA")
    with pytest.raises(Refused, match="setting certificate"):
        Sftp(Pool()).send(settings, PARCEL)


def test_the_end_of_a_certificate_and_the_agreed_end_of_a_key_are_told(tmp_path):
    private, certificate = _key_and_certificate(tmp_path, 1_800_000_000)
    settings = _settings(private_key=private, certificate=certificate, key_expires=date(2027, 1, 31))
    told = {expiry.what: expiry.ends for expiry in Sftp().expiries(settings)}
    assert told == {
        "SSH key of bagaren@127.0.0.1:22": datetime(2027, 2, 1, tzinfo=UTC),
        "SSH certificate exempelstad-2026": datetime.fromtimestamp(1_800_000_000, UTC),
    }


def test_settings_come_back_as_they_were_from_where_a_message_keeps_them():
    settings = _settings(certificate="file:cert.pub", key_expires=date(2027, 1, 31), marker=".done")
    kept = msgspec.json.decode(msgspec.json.encode(msgspec.to_builtins(settings)))
    assert msgspec.convert(kept, SftpSettings) == settings


def test_what_does_not_end_or_cannot_be_read_is_left_out(tmp_path):
    _, forever = _key_and_certificate(tmp_path, 2**64 - 1)
    for certificate in ("", forever, "file:/nowhere", "nonsense", public_line(servers.KEY)):
        assert list(Sftp().expiries(_settings(certificate=certificate))) == []


def _failing(tmp_path, files=servers.Files, **changes):
    with servers.sftp(tmp_path, files, **changes) as (_, settings):
        *before, last = Sftp(Pool()).probe(settings)
    assert all(check.good for check in before)
    assert not last.good
    assert "hemligt" not in last.evidence
    assert [name for name in os.listdir(tmp_path / "inbox") if not name.startswith(".")] == []
    return last


def test_each_cause_is_told_with_the_step_that_it_stops(tmp_path, monkeypatch):
    other = public_line(paramiko.ECDSAKey.generate())
    for changes, step, words in (
        ({"host_key": other}, "connect", "is pinned"),
        ({"host": "sftp.leverantor.invalid"}, "connect", "cannot be resolved"),
        ({"user": "nobody"}, "connect", "log-in by password refused"),
        ({"password": "env:AVROP_NOT_SET"}, "connect", "AVROP_NOT_SET is not set"),
        ({"files": servers.NotAllowed}, "write", "permission denied"),
        ({"files": servers.DiskFull}, "write", "disk or quota is full"),
        ({"files": servers.DropsInUpload}, "write", "the connection broke"),
        ({"files": servers.SilentInUpload, "timeout_seconds": 0.3}, "write", "no answer in time"),
        ({"files": servers.RenameRefused}, "write", "permission denied"),
        ({"outbox": "nowhere"}, "list", "no such folder"),
    ):
        check = _failing(tmp_path, **changes)
        assert (check.step, words in check.evidence) == (step, True), check


def test_a_letter_box_is_good_enough(tmp_path):
    with servers.sftp(tmp_path, servers.NoReading) as (_, settings):
        checks = list(Sftp(Pool()).probe(settings))
    assert [check.good for check in checks] == [True, True, True]
    assert "reading there is not allowed" in checks[1].evidence


def test_the_probe_logs_in_anew_whatever_is_open(tmp_path, monkeypatch):
    pool = Pool()
    with servers.sftp(tmp_path) as (_, settings):
        Sftp(pool).send(settings, PARCEL)
        monkeypatch.setenv("AVROP_TEST_PASSWORD", "fel-losenord")
        [check] = Sftp(pool).probe(settings)
    assert (check.step, check.good) == ("connect", False)
    pool.close()
