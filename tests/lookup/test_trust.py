"""Trust anchors come from a folder that holds some, or the program says so; settings are read or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.findings import Rejected
from gateway.lookup import Fetcher, anchors_in
from gateway.lookup.cache import Cache
from gateway.program import open_lookup
from gateway.settings import load_settings
from tests.lookup.pki import DAY, NOW, authority, issue


def test_anchors_are_read_as_pem_and_der_and_other_files_are_left(tmp_path: Path):
    (tmp_path / "a.pem").write_text("Exempel:\n" + authority().pem + issue("second", ca=True).pem)
    (tmp_path / "b.cer").write_bytes(issue("third", ca=True).certificate.public_bytes(Encoding.DER))
    (tmp_path / "README.txt").write_text("not a certificate")
    assert anchors_in(tmp_path) == tuple(
        holder.certificate for holder in (authority(), issue("second", ca=True), issue("third", ca=True))
    )


@pytest.mark.parametrize(
    "content", [None, b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", b"\x30"]
)
def test_a_folder_without_sound_anchors_is_refused_not_taken_for_no_wish(tmp_path: Path, content):
    if content is not None:
        (tmp_path / "a.pem").write_bytes(content)
    with pytest.raises(Rejected) as refused:
        open_lookup(load_settings({"AVROP_SMP_TRUST": str(tmp_path)}))
    assert [finding.rule for finding in refused.value.findings] == ["lookup-trust"]
    with pytest.raises(Rejected):
        anchors_in(tmp_path / "nowhere")


@pytest.mark.parametrize("content", [None, b"nothing"])
def test_tls_authorities_that_cannot_be_read_are_refused(tmp_path: Path, content):
    if content is not None:
        (tmp_path / "ca.pem").write_bytes(content)
    with pytest.raises(Rejected) as refused:
        Fetcher(tmp_path / "ca.pem")
    assert refused.value.findings[0].rule == "lookup-trust"
    assert str(tmp_path / "ca.pem") in str(refused.value)


@pytest.mark.parametrize(
    ("text", "server"),
    [("", None), ("127.0.0.1", ("127.0.0.1", 53)), ("127.0.0.1:5353", ("127.0.0.1", 5353)), ("[::1]:54", ("::1", 54))],
)
def test_a_name_server_is_an_address_and_a_port(text, server):
    assert load_settings({"AVROP_SML_NAMESERVER": text}).sml_nameserver == server


@pytest.mark.parametrize("text", ["dns.example", "127.0.0.1:99999", "127.0.0.1:x", "[::1", "1.2.3"])
def test_another_name_server_is_refused(text):
    with pytest.raises(Rejected) as refused:
        load_settings({"AVROP_SML_NAMESERVER": text})
    assert refused.value.findings[0].rule == "settings-server"


def test_a_cache_lets_the_oldest_go_and_forgets_in_time():
    now = [NOW]
    cache: Cache[int] = Cache(lambda: now[0], most=2)
    for key in (1, 2, 3):
        cache.put(key, key, NOW + DAY)
    cache.put(4, 4, NOW)
    assert [cache.get(key) for key in (1, 2, 3, 4)] == [None, 2, 3, None]
    now[0] += DAY
    assert cache.get(2) is None
