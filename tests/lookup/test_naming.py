"""Names in the DNS, addresses at an SMP, and the identifiers of our documents."""

from __future__ import annotations

import base64
import hashlib
import string

import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.findings import Rejected
from gateway.lookup import services_of
from gateway.lookup.naming import ZONES, Naptr, dns_name, document_of, group_url, metadata_url, smp_address
from gateway.rules.transactions import TRANSACTIONS
from tests.exchange.desk import dialects

PARTICIPANTS = st.from_regex(r"[0-9]{4}:[A-Za-z0-9._~-]{1,50}", fullmatch=True)
POST_AWARD = "urn:fdc:peppol.eu:poacc"


def naptr(regexp: str, order: int = 100, preference: int = 10, service: str = "Meta:SMP", flags: str = "U") -> Naptr:
    return Naptr(order=order, preference=preference, flags=flags, service=service, regexp=regexp)


def test_the_published_check_vector():
    name = dns_name("9915:test", ZONES["test"])
    assert name.split(".", 1) == [
        "EH5BOAVAKTMBGZYH2A63DZ4QOV33FVP5NSDVQKLUCFRAAYOODW6A",
        "iso6523-actorid-upis.participant.sml.test.tech.peppol.org",
    ]


@given(PARTICIPANTS)
def test_every_participant_has_one_name_that_the_dns_can_hold(participant: str):
    name = dns_name(participant, "example.")
    assert name == dns_name(participant.upper(), "example") == dns_name(participant.lower(), ".example")
    label, _ = name.split(".", 1)
    assert len(label) == 52
    assert base64.b32decode(label + "====") == hashlib.sha256(participant.lower().encode()).digest()
    assert dns.name.from_text(f"{name}.").is_absolute()


@given(PARTICIPANTS, st.text(string.ascii_letters + string.digits + ":/#.-_*@ åß%?", min_size=1, max_size=80))
def test_an_identifier_survives_its_address(participant: str, document: str):
    url = metadata_url("https://smp.example/a", participant, document)
    assert document_of(url) == document
    assert url.startswith(group_url("https://smp.example/a", participant) + "/services/")
    path = url.removeprefix("https://smp.example/a/")
    assert path.count("/") == 2
    assert set(path) <= set(string.ascii_letters + string.digits + "%/-._~")


@given(st.text(max_size=60))
def test_a_reference_from_outside_never_raises(href: str):
    try:
        assert isinstance(document_of(href), str)
    except ValueError as error:
        pytest.fail(str(error))


@given(st.text(max_size=60), st.text(max_size=4), st.text(max_size=12))
def test_a_record_from_outside_is_an_address_or_refused(regexp: str, flags: str, service: str):
    try:
        address = smp_address([naptr(regexp, service=service, flags=flags)], "name")
    except Rejected as rejected:
        assert [finding.rule for finding in rejected.findings] == ["lookup-naptr"]
    else:
        assert address.startswith(("https://", "http://"))


def test_the_first_usable_record_counts():
    records = [
        naptr("!.*!https://third.example!", preference=30),
        naptr("!.*!https://second.example/smp/!", preference=20),
        naptr("!.*!https://first.example!", service="Meta:Other"),
        naptr("#^.*$#https://later.example#", order=200),
    ]
    assert smp_address(records, "name") == "https://second.example/smp"
    assert smp_address(records[3:], "name") == "https://later.example"


def test_our_documents_are_named_as_the_tables_say():
    peppol = dialects()["peppol"]
    (order,) = services_of(peppol.codec("Order").table)
    assert order.id == f"urn:oasis:names:specification:ubl:schema:xsd:Order-2::Order##{POST_AWARD}:trns:order:3::2.1"
    assert order.processes[0] == f"{POST_AWARD}:bis:ordering:3"
    assert set(order.processes[1:]) == {f"{POST_AWARD}:bis:order_only:3", f"{POST_AWARD}:bis:advanced_ordering:3"}
    (change,) = services_of(peppol.codec("OrderChange").table)
    assert change.id.endswith(f"OrderChange-2::OrderChange##{POST_AWARD}:trns:order_change:3::2.3")
    assert change.processes == (f"{POST_AWARD}:bis:advanced_ordering:3",)
    assert services_of(dialects()["csv"].codec("Order").table) == ()


def test_every_transaction_of_peppol_has_an_identifier():
    named = {
        service.id.split("##")[1]: service
        for codec in dialects()["peppol"].codecs.values()
        for service in services_of(codec.table)
    }
    for transaction in TRANSACTIONS.values():
        assert any(name.startswith(transaction.customization) for name in named), transaction
    versions = {name.rsplit("::", 1)[0].rsplit(":", 2)[1]: name.rsplit("::", 1)[1] for name in named}
    later = {name for name, version in versions.items() if version == "2.3"}
    assert later == {"order_change", "order_cancellation", "order_response_advanced", "receipt_advice"}
