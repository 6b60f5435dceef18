"""The rules at the door: what breaks them is held, refused or noted as the supplier's policy says; verdicts stay."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from gateway.exchange import journal, judging, tasks, verdicts
from gateway.exchange.alone import deliver
from gateway.exchange.journal import MessageState
from gateway.exchange.office import Office
from gateway.exchange.place import place, release
from gateway.exchange.process import process
from gateway.exchange.receive import receive
from gateway.exchange.verdicts import Stored
from gateway.model.party import Identifier
from gateway.rules.install import install
from gateway.rules.judge import Rules
from gateway.rules.pool import Pool
from gateway.suppliers.policy import Policies, every
from gateway.suppliers.supplier import Supplier
from gateway.transports.cxml.settings import CxmlSettings
from tests.data import shared
from tests.exchange.desk import dialects, message_of, office, response, supplier
from tests.orders.samples import NOW, sample_order
from tests.rules.samples import folder, schematron

_FROM = date(2026, 1, 1)
_ID = Identifier(value="5599990008", scheme="0007")


def _sch(kind: str, number: str, test: str) -> str:
    rules = f"""<ns prefix="d" uri="urn:oasis:names:specification:ubl:schema:xsd:{kind}-2"/><pattern>
    <rule context="/d:{kind}">
    <assert id="OWN-{number}-R001" flag="fatal" test="{test}">The number is one of ours</assert>
    <assert id="OWN-{number}-R002" flag="warning" test="false()">It should be nicer</assert></rule></pattern>"""
    return schematron("").replace("<pattern>\n\n</pattern>", rules)


OWN = {
    "own-T01.sch": _sch("Order", "T01", "starts-with(cbc:ID, '26-')"),
    "own-T76.sch": _sch("OrderResponse", "T76", "starts-with(cbc:ID, 'OS-')"),
}


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool() as pool:
        yield pool


@pytest.fixture
def rules(tmp_path: Path, pool: Pool) -> Rules:
    """A package of two files of our own, in force."""
    install(tmp_path / "rules", folder(tmp_path / "published", OWN), "own-1", _FROM, pool)
    return Rules(tmp_path / "rules", pool)


def desk(engine: sa.Engine, seller: Supplier, rules: Rules | None) -> Office:
    return dataclasses.replace(office(engine, seller), rules=rules)


def sent(engine: sa.Engine, seller: Supplier, rules: Rules | None, number: str = "26-000001") -> UUID:
    """An order that was tried once; its message."""
    with engine.begin() as conn:
        order_id = place(conn, sample_order(number), seller, "glantan", "anna", NOW)
    message_id = message_of(engine, order_id)
    deliver(desk(engine, seller, rules), message_id)
    return message_id


def came(engine: sa.Engine, seller: Supplier, rules: Rules | None, number: str = "OS-1") -> UUID:
    """A response that was received, judged and processed; its message."""
    here = desk(engine, seller, rules)
    with engine.begin() as conn:
        place(conn, sample_order(), seller, "glantan", "anna", NOW)
    raw = dialects()["peppol"].write(response(sample_order(), number=number))
    with engine.begin() as conn:
        message_id = receive(conn, raw, "folder:x/svar.xml", seller.id, "folder", number, NOW).message_id
    given = judging.incoming(here, message_id)
    with engine.begin() as conn:
        process(conn, message_id, here, NOW, given)
    return message_id


def looked_up(engine: sa.Engine, message_id: UUID) -> tuple[journal.Message, dict[str, Stored], dict[str, bool]]:
    """The message, its verdicts by layer, and rule to fatal of its findings."""
    with engine.connect() as conn:
        message = journal.get(conn, message_id)
        assert message is not None
        found = {finding.rule: finding.fatal for finding in journal.findings_of(conn, message_id)}
        return message, {one.layer: one for one in verdicts.of_message(conn, message_id)}, found


def test_an_order_that_obeys_leaves_with_its_verdicts(engine, tmp_path, rules):
    message, judged, found = looked_up(engine, sent(engine, supplier(tmp_path), rules))
    assert message.state is MessageState.SENT
    assert {layer: (one.package, one.outcome) for layer, one in judged.items()} == {
        "structure": ("", "obeyed"),
        "schematron": ("own-1", "remarked"),
        "ours": ("", "obeyed"),
    }
    assert judged["schematron"].count == 1
    assert judged["schematron"].findings[0].rule == "OWN-T01-R002"
    assert found == {}


def test_nothing_wrong_leaves_the_house(engine, tmp_path, rules):
    seller = supplier(tmp_path)
    message_id = sent(engine, seller, rules, number="A-1")
    message, judged, found = looked_up(engine, message_id)
    assert message.state is MessageState.HELD
    assert message.journaled_at is None
    assert not list((tmp_path / "papperslagret" / "out").iterdir())
    assert judged["schematron"].outcome == "broken"
    assert found["OWN-T01-R001"] is True
    with engine.begin() as conn:
        (task,) = tasks.open_tasks(conn)
        assert "OWN-T01-R001" in task.finding
        release(conn, message_id, "anna", NOW)
    warned = replace(seller, rules=Policies(outbound=replace(every("refuse"), schematron="warn")))
    deliver(desk(engine, warned, rules), message_id)
    message, _, found = looked_up(engine, message_id)
    assert message.state is MessageState.SENT


@pytest.mark.parametrize(("action", "expected"), [("warn", {"OWN-T01-R001": False}), ("accept", {})])
def test_what_may_leave_is_noted_or_not(engine, tmp_path, rules, action, expected):
    seller = supplier(tmp_path, rules=Policies(outbound=replace(every("refuse"), schematron=action)))
    message, judged, found = looked_up(engine, sent(engine, seller, rules, number="A-1"))
    assert message.state is MessageState.SENT
    assert found == expected
    assert judged["schematron"].outcome == "broken"


@pytest.mark.parametrize(
    ("action", "state", "expected"),
    [
        ("refuse", MessageState.REJECTED, {"OWN-T76-R001": True, "OWN-T76-R002": False}),
        ("warn", MessageState.PROCESSED, {"OWN-T76-R001": False}),
        ("accept", MessageState.PROCESSED, {}),
    ],
)
def test_what_comes_is_taken_with_a_warning_or_as_the_supplier_s_policy_says(
    engine, tmp_path, rules, action, state, expected
):
    seller = supplier(tmp_path, rules=Policies(inbound=replace(every("warn"), schematron=action)))
    message, judged, found = looked_up(engine, came(engine, seller, rules, number="X-1"))
    assert message.state is state
    assert found == expected
    assert (judged["schematron"].package, judged["schematron"].outcome) == ("own-1", "broken")
    assert message.document == "OrderResponse"


def test_without_packages_only_what_is_built_in_judges(engine, tmp_path, pool):
    nothing = Rules(tmp_path / "none", pool)
    for rules in (None, nothing):
        message, judged, found = looked_up(engine, sent(engine, supplier(tmp_path), rules, number=f"26-{bool(rules)}"))
        assert message.state is MessageState.SENT
        assert judged.keys() == {"structure", "ours"}
        assert found == {}


def test_rules_that_cannot_be_applied_cost_a_retry_and_no_order(engine, tmp_path, rules):
    with Pool() as broken:
        pass
    message, judged, _ = looked_up(engine, sent(engine, supplier(tmp_path), Rules(rules.folder, broken)))
    assert message.state is MessageState.WAITING
    assert message.journaled_at is None
    assert judged == {}
    later = dataclasses.replace(desk(engine, supplier(tmp_path), rules), clock=lambda: message.next_at)
    assert deliver(later, message.id) is None
    message, judged, _ = looked_up(engine, message.id)
    assert message.state is MessageState.SENT
    assert judged["schematron"].package == "own-1"


def test_what_comes_waits_for_rules_that_must_judge_it(engine, tmp_path, rules):
    seller = supplier(tmp_path, rules=Policies(inbound=replace(every("warn"), schematron="refuse")))
    with Pool() as broken:
        pass
    with pytest.raises(judging.Unjudged):
        came(engine, seller, Rules(rules.folder, broken))


def test_what_comes_is_taken_where_the_rules_are_away_and_need_not_judge_it(engine, tmp_path, rules):
    with Pool() as broken:
        pass
    message, judged, found = looked_up(engine, came(engine, supplier(tmp_path), Rules(rules.folder, broken)))
    assert found == {"rules-unavailable": False}
    assert message.state is MessageState.PROCESSED
    assert judged["schematron"].outcome == "unjudged"


def test_an_organisation_number_with_a_wrong_digit_is_fatal_in_bis_3_and_warns_in_older_dialects(engine, tmp_path):
    good = sample_order()
    bad = replace(good.seller, legal_id=replace(_ID, value="5599990001"))
    for dialect, fatal in (("peppol", True), ("svehandel", False)):
        order = replace(good, number=f"26-{dialect}", seller=bad)
        given = judging.outgoing(desk(engine, supplier(tmp_path), None), order, dialects()[dialect], b"<a/>")
        ours = next(one for one in given if one.layer == "ours")
        assert [finding.fatal for finding in ours.findings if finding.rule == "avrop-org-number"] == [fatal]


def test_the_official_rules_judge_what_leaves(engine, tmp_path, pool):
    install(tmp_path / "rules", shared("peppol-2026.5/schematron"), "peppol-2026.5", _FROM, pool)
    message, judged, found = looked_up(engine, sent(engine, supplier(tmp_path), Rules(tmp_path / "rules", pool)))
    assert judged["schematron"].package == "peppol-2026.5"
    assert judged["schematron"].outcome in {"obeyed", "remarked"}, judged["schematron"].findings
    assert message.state is MessageState.SENT
    assert found == {}


def by_cxml(tmp_path: Path, **changes: str) -> Supplier:
    settings = CxmlSettings(
        url="https://vard.example/cxml", ours="OrgNr:2120009994", theirs="DUNS:1", secret="env:OURS", **changes
    )
    return supplier(tmp_path, transport="cxml", dialect="cxml", settings=settings)


@pytest.fixture
def dtds(tmp_path: Path, pool: Pool) -> Rules:
    for name in ("cxml-older", "cxml-1.2.071"):
        install(tmp_path / "rules", shared(name), name, _FROM, pool)
    return Rules(tmp_path / "rules", pool)


@pytest.mark.parametrize(
    ("version", "package"), [("1.2.014", "cxml-older"), ("1.2.020", "cxml-older"), ("1.2.071", "cxml-1.2.071")]
)
def test_a_cxml_order_is_judged_in_its_envelope_by_the_version_that_they_read(engine, tmp_path, dtds, version, package):
    message_id = sent(engine, by_cxml(tmp_path, version=version), dtds)
    _, judged, _ = looked_up(engine, message_id)
    assert {layer: (one.package, one.outcome) for layer, one in judged.items()} == {
        "structure": ("", "obeyed"),
        "dtd": (package, "obeyed"),
        "ours": ("", "obeyed"),
    }


def test_a_cxml_order_that_breaks_its_dtd_does_not_leave_the_house(engine, tmp_path, dtds):
    """The shop described the article in words that are younger than the DTD that its desk reads orders by."""
    order, seller = sample_order(), by_cxml(tmp_path)
    detail = (
        '<ItemDetail><UnitPrice><Money currency="SEK">1</Money></UnitPrice><Description xml:lang="sv">x</Description>'
        '<UnitOfMeasure>EA</UnitOfMeasure><PriceBasisQuantity quantity="1" conversionFactor="1"><UnitOfMeasure>EA'
        '</UnitOfMeasure></PriceBasisQuantity><Classification domain="x">x</Classification></ItemDetail>'
    )
    order = replace(order, lines=(replace(order.lines[0], detail=detail), *order.lines[1:]))
    with engine.begin() as conn:
        order_id = place(conn, order, seller, "glantan", "anna", NOW)
    message_id = message_of(engine, order_id)
    deliver(desk(engine, seller, dtds), message_id)
    message, judged, found = looked_up(engine, message_id)
    assert (message.state, judged["dtd"].outcome, found["dtd"]) == (MessageState.HELD, "broken", True)
    assert "PriceBasisQuantity in ItemDetail is no element of this DTD" in judged["dtd"].findings[0].message
    younger = by_cxml(tmp_path, versions={"OrderRequest": "1.2.071"})
    with engine.begin() as conn:
        release(conn, message_id, "anna", NOW)
    deliver(desk(engine, younger, dtds), message_id)
    assert looked_up(engine, message_id)[1]["dtd"].outcome == "obeyed"
