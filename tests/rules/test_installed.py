"""The official packages as they are installed and judged in worker processes; a thousand documents through them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from gateway.rules.install import install
from gateway.rules.judge import Rules
from gateway.rules.pool import Pool
from tests.data import shared
from tests.rules.test_official import KNOWN

pytestmark = pytest.mark.slow
DAY = date(2026, 11, 22)
MEGABYTE = 1_000_000
POST_AWARD = ["T01", "T10", "T16", "T19", "T58", "T71", "T76", "T77", "T110", "T111", "T114", "T115", "T116"]
UBL_23 = {"T114", "T115", "T116", "T120", "T128"}
PACKAGES = {
    "peppol": "peppol-2026.5/schematron", "logistics": "peppol-logistics", "ubl-2.1": "ubl-2.1", "ubl-2.3": "ubl-2.3",
}  # fmt: skip


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home") / "rules"
    with Pool() as pool:
        for name, path in PACKAGES.items():
            install(folder, shared(path), name, date(2026, 8, 17), pool)
        yield Rules(folder, pool)


def test_each_transaction_has_its_rules_and_its_version_of_ubl(rules):
    expected = dict.fromkeys(POST_AWARD, "peppol") | {"T120": "logistics", "T128": "logistics"}
    assert rules.standing(DAY).table() == {
        number: {"xsd": "ubl-2.3" if number in UBL_23 else "ubl-2.1", "schematron": name}
        for number, name in expected.items()
    }


def test_every_official_example_is_judged_by_its_rules(rules):
    examples = sorted(
        path for at in ("peppol-2026.5", "peppol-logistics") for path in shared(at).glob("examples/*/*.xml")
    )
    assert len(examples) == 90

    def judged(path) -> tuple[list[str], set[str]]:
        verdicts = rules.judge(path.read_bytes(), day=DAY, source=path.name)
        fatal = {finding.rule for verdict in verdicts for finding in verdict.findings if finding.fatal}
        return [verdict.layer for verdict in verdicts], fatal

    with ThreadPoolExecutor(2) as threads:
        for path, (layers, fatal) in zip(examples, threads.map(judged, examples), strict=True):
            assert layers == ["xsd", "schematron"], path.name
            assert fatal == KNOWN.get(path.name, set()), path.name


def test_self_billing_is_judged_by_its_own_rules(rules):
    raw = shared("peppol-2026.5/examples/T10-self-billing/SB-base-example.xml").read_bytes()
    assert not any(verdict.fatal for verdict in rules.judge(raw, day=DAY))
    plain = rules.judge(raw.replace(b":selfbilling:3.0", b":billing:3.0"), day=DAY)
    assert any(verdict.fatal for verdict in plain)


def test_a_response_to_a_change_is_valid_only_in_its_own_version_of_ubl(rules):
    raw = shared("peppol-2026.5/examples/T116/OrderResponse_sc2.xml").read_bytes()
    assert b"OrderChangeDocumentReference" in raw
    newer, older = (rules.judge(raw, day=DAY, layers=["xsd"], package=name, transaction=number)
                    for name, number in (("ubl-2.3", "T116"), ("ubl-2.1", "T76")))  # fmt: skip
    assert not newer[0].fatal
    assert older[0].fatal
    assert "OrderChangeDocumentReference" in older[0].findings[0].message


def test_a_thousand_documents_do_not_make_the_workers_grow(rules):
    raw = shared("peppol-2026.5/examples/T01/Order_Example.xml").read_bytes()

    def judge(count: int) -> int:
        def one(_: int) -> bool:
            return any(verdict.fatal for verdict in rules.judge(raw, day=DAY, layers=["schematron"]))

        with ThreadPoolExecutor(2) as threads:
            assert not any(threads.map(one, range(count)))
        return max(rules.pool.workers().values())

    before = judge(200)
    assert judge(1000) < before + 60 * MEGABYTE
