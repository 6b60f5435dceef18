"""Secrets come by reference and never stand in a message."""

from __future__ import annotations

import pytest

from gateway.transports.secrets import resolve


def test_a_reference_gives_the_secret(tmp_path, monkeypatch):
    monkeypatch.setenv("AVROP_TEST_SECRET", "from the environment")
    (tmp_path / "secret").write_text("from a file\n")
    assert resolve("") == ""
    assert resolve("env:AVROP_TEST_SECRET") == "from the environment"
    assert resolve(f"file:{tmp_path / 'secret'}") == "from a file"


@pytest.mark.parametrize("literal", ["hemligt-ord", "pass:hemligt-ord", "hemligt-ord:", "env:", "file:"])
def test_a_plain_secret_is_an_error_that_does_not_repeat_it(literal):
    with pytest.raises(ValueError, match="env:NAME") as told:
        resolve(literal)
    assert "hemligt" not in str(told.value)


def test_a_reference_that_leads_nowhere_says_where_it_looked(tmp_path):
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    (tmp_path / "huge").write_bytes(b"x" * 70_000)
    for reference, words in {
        "env:AVROP_NOT_SET": "AVROP_NOT_SET is not set",
        f"file:{tmp_path / 'none'}": "cannot be read",
        f"file:{tmp_path}": "cannot be read",
        f"file:{tmp_path / 'empty'}": "is empty",
        f"file:{tmp_path / 'binary'}": "not text",
        f"file:{tmp_path / 'huge'}": "larger than",
    }.items():
        with pytest.raises(ValueError, match=words):
            resolve(reference)
