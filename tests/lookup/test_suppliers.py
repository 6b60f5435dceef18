"""Suppliers looked up: by the command line, end to end, and as a step of the self-test."""

from __future__ import annotations

import json

import msgspec
import pytest
from typer.testing import CliRunner

from gateway.cli import program
from gateway.findings import Finding
from gateway.identifiers import OrgNumber, ParticipantId
from gateway.lookup import NotForThisDocument
from gateway.suppliers.lookup import check_lookup, is_looked_up, received
from gateway.suppliers.supplier import Supplier
from gateway.wording import explain
from tests.exchange.desk import dialects
from tests.lookup import papers
from tests.lookup.house import ZONE, House
from tests.lookup.papers import ORDER, URL, WHO
from tests.lookup.pki import NOW, authority, issue
from tests.lookup.servers import failing

ADVANCED = "urn:fdc:peppol.eu:poacc:bis:advanced_ordering:3"
PLAIN, CHANGING = "arbetskladerna-dromkoping", "arbetskladerna-diktholm"
PLAIN_WHO = "0007:5500003289"


@pytest.fixture
def run(house: House, monkeypatch, tmp_path):
    """`avrop suppliers lookup …` against the house: gives the exit code and what was said."""
    trust = tmp_path / "trust"
    trust.mkdir()
    (trust / "smp.pem").write_text(authority().pem)
    environ = {
        "AVROP_SML_ZONE": ZONE,
        "AVROP_SML_NAMESERVER": f"127.0.0.1:{house.dns.port}",
        "AVROP_SMP_TRUST": str(trust),
        "AVROP_SMP_CA": str(house.ca),
        "AVROP_SMP_LOOPBACK": "yes",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(program(), ["suppliers", "lookup", *arguments])
        return result.exit_code, result.stdout

    return run


def register_changing(house: House) -> None:
    """The supplier of Advanced Ordering, for all that it gets."""
    for service in received(dialects()["peppol-advanced"]):
        metadata = papers.metadata(document=service.id, process=ADVANCED)
        house.register(papers.signed(metadata), document=service.id)


def test_a_registered_supplier_is_found_by_its_id_and_by_its_participant(house: House, run):
    house.register(participant=PLAIN_WHO)
    code, said = run(PLAIN)
    assert (code, said.splitlines()[0][: len(f"Order: registered at {URL}")]) == (0, f"Order: registered at {URL}")
    code, said = run(PLAIN_WHO, "--document", "T01", "--json")
    data = json.loads(said)
    assert code == 0
    assert data["participant"] == PLAIN_WHO
    (answer,) = data["answers"]
    assert (answer["answer"], answer["endpoint"]["url"], answer["issuer_checked"]) == ("registered", URL, True)


def test_not_registered_ends_with_one_and_says_so(house: House, run):
    code, said = run(PLAIN, "--json")
    assert code == 1
    (answer,) = json.loads(said)["answers"]
    assert answer["answer"] == "not-registered"
    assert answer["findings"][0]["rule"] == "lookup-not-registered"
    code, said = run(PLAIN)
    assert (code, said) == (
        1,
        f"{PLAIN_WHO} is not registered: {ZONE} has no entry for it; check the participant with the supplier\n",
    )


def test_not_for_this_document_ends_with_one_and_says_what_is_offered(house: House, run):
    house.register(participant=PLAIN_WHO)
    code, said = run(PLAIN, "--document", "OrderChange", "--json")
    (answer,) = json.loads(said)["answers"]
    assert (code, answer["answer"], answer["offered"]) == (1, "not-for-this-document", [ORDER])
    code, said = run(PLAIN, "--document", "T114")
    assert code == 1
    assert "is registered, but not for OrderChange" in said


def test_a_lookup_that_is_down_ends_with_one_and_says_to_try_again(house: House, run):
    house.register(participant=PLAIN_WHO)
    house.dns.answering = failing(2)
    code, said = run(PLAIN, "--json")
    (answer,) = json.loads(said)["answers"]
    assert (code, answer["answer"]) == (1, "lookup-down")
    code, said = run(PLAIN)
    assert code == 1
    assert said.startswith("the lookup is down: the name server gave no answer")
    assert said.endswith("try again later\n")


def test_everything_that_is_offered_is_listed(house: House, run):
    house.register(participant=PLAIN_WHO)
    code, said = run(PLAIN, "--all")
    assert code == 0
    assert said.splitlines()[1:] == [ORDER]
    code, said = run(CHANGING, "--all", "--json")
    assert (code, json.loads(said)["answers"][0]["answer"]) == (1, "not-registered")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("arbetskladerna-dromkopin",), "did you mean arbetskladerna-dromkoping?"),
        (("0007:1",), "is not an organisation number"),
        ((PLAIN, "--document", "Odrer"), "did you mean Order?"),
        (("arbetskladerna-exempelby",), "has no participant in suppliers.yaml"),
        (("no-such", "--all"), "there is no supplier no-such"),
    ],
)
def test_wrong_use_ends_with_two(run, arguments, words):
    code, said = run(*arguments)
    assert code == 2
    assert words in said


def supplier(**changes) -> Supplier:
    facts = {
        "id": "tvatteriet",
        "name": "Tvätteriet",
        "org_number": OrgNumber("5500006597"),
        "transport": "access_point",
    }
    return Supplier(**facts | {"dialect": "peppol-advanced", "participant": ParticipantId(WHO)} | changes)


def test_the_step_of_the_self_test_wants_every_document_in_the_agreed_process(house: House):
    house.register()
    check = check_lookup(supplier(), dialects(), house.lookup)
    assert (check.step, check.good) == ("lookup", False)
    assert "for Order but not in the process" in check.evidence
    assert check_lookup(supplier(dialect="peppol"), dialects(), house.asking()).good
    register_changing(house)
    check = check_lookup(supplier(), dialects(), house.asking())
    assert check.good
    for document in ("Order", "OrderChange", "OrderCancellation"):
        assert f"{document}: registered at {URL} ({issue('POP000001').subject}" in check.evidence


def test_the_step_is_red_with_its_cause(house: House):
    assert "check the participant" in check_lookup(supplier(), dialects(), house.lookup).evidence
    house.dns.answering = failing(2)
    down = check_lookup(supplier(), dialects(), house.asking())
    assert (down.good, down.evidence.count("the lookup is down")) == (False, 1)
    house.dns.answering = None
    old = issue("POP-OLD", begins=NOW.replace(year=NOW.year - 2), ends=NOW.replace(year=NOW.year - 1))
    house.register(papers.signed(papers.metadata(papers.endpoint(certificate=old))))
    ended = check_lookup(supplier(dialect="peppol"), dialects(), house.asking())
    assert not ended.good
    assert "certificate ended" in ended.evidence


def test_whom_peppol_does_not_know_is_not_looked_up(house: House):
    assert is_looked_up(supplier(), dialects())
    for changes in ({"transport": "sftp"}, {"participant": None}, {"dialect": "csv"}, {"by_hand": True}):
        assert not is_looked_up(supplier(**changes), dialects())
    assert "csv is not of Peppol" in check_lookup(supplier(dialect="csv"), dialects(), house.lookup).evidence
    assert "no participant" in check_lookup(supplier(participant=None), dialects(), house.lookup).evidence
    assert house.dns.asked == []


def test_every_no_is_said_in_swedish(house: House):
    said: list[Finding] = [*house.ask().findings]
    house.register()
    del house.smp.pages[house.path(ORDER)]
    house.lookup = house.asking()
    missing = house.ask()
    assert isinstance(missing, NotForThisDocument)
    said += missing.findings
    for raw in (papers.metadata(), papers.signed(papers.metadata(papers.endpoint(transport="as2"))), b"<a/>"):
        house.register(raw)
        said += house.asking().can_take(WHO, msgspec.structs.replace(_order(), processes=())).findings
    house.dns.answering = failing(2)
    said += house.asking().can_take(WHO, _order()).findings
    assert len(said) == 6
    for finding in said:
        swedish = explain(finding, "sv")
        assert finding.message not in swedish.what
        assert swedish.todo != explain(finding, "en").todo


def _order():
    return received(dialects()["peppol"])[0]
