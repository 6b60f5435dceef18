"""A process of its own reads the file: the same suppliers, to the last fact, and its failures as findings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.suppliers import apart
from gateway.suppliers.agreement import Plan
from gateway.suppliers.apart import load_apart
from gateway.suppliers.invent import DIALECTS, invent
from gateway.suppliers.load import load
from gateway.suppliers.supplier import Suppliers
from gateway.transports import TRANSPORTS
from tests.suppliers.files import HEAD, TAIL

PLAN = Plan(first=timedelta(seconds=7))
UNUSED = "  spare: {profile: files, lane: {open: 'mon-fri 07:00-18:00'}}\n"


def _apart(text: str) -> Suppliers:
    return load_apart(text, "suppliers.yaml", TRANSPORTS, DIALECTS, PLAN)


@pytest.mark.parametrize("text", [
    invent(60),
    HEAD.replace("suppliers:\n", UNUSED + "suppliers:\n") + "  - {id: beta, nmae: Beta}\n" + TAIL,
    HEAD + "  - {id: beta, name: \"Bj\u00f6rk\n" + TAIL,
    "",
])  # fmt: skip
def test_it_finds_what_is_found_here(text: str) -> None:
    here, there = load(text, "suppliers.yaml", TRANSPORTS, DIALECTS, plan=PLAN), _apart(text)
    assert list(there) == list(here)
    assert (there.findings, there.notes, there.digest) == (here.findings, here.notes, here.digest)
    assert all(one.lane.retry.first == timedelta(seconds=7) for one in there if one.transport != "cxml")


def test_what_suppliers_share_is_one_object() -> None:
    found = [one for one in _apart(invent(60)) if one.profile == "peppol"]
    assert len({id(one.lane) for one in found}) == len({id(one.settings) for one in found}) == 1


def test_the_environment_of_this_process_fills_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "2222")
    assert _apart(HEAD + TAIL).by_id["omega"].settings.port == 2222


def test_a_process_that_fails_or_does_not_end_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.01)
    (finding,) = _apart(HEAD).findings
    assert (finding.rule, finding.fatal) == ("suppliers-unread", True)
    assert "TimeoutExpired" in finding.message
    monkeypatch.setattr(apart, "SECONDS", 30)
    monkeypatch.setenv("PYTHONMALLOC", "nonsense")
    (finding,) = _apart(HEAD).findings
    assert "PYTHONMALLOC" in finding.message
