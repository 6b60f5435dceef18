"""One yes and three different nos, against a real name server and a real SMP with TLS."""

from __future__ import annotations

from datetime import timedelta

import dns.rcode
import pytest

from gateway.lookup import Capabilities, LookupDown, NotForThisDocument, NotRegistered, Registered
from gateway.lookup.naming import group_url
from tests.lookup import papers
from tests.lookup.house import SERVICE, ZONE, House
from tests.lookup.papers import ORDER, ORDERING, URL, WHO
from tests.lookup.pki import DAY, NOW, issue, smp
from tests.lookup.servers import failing, silent_port, truncated

CHANGE = ORDER.replace("Order-2::Order", "OrderChange-2::OrderChange").replace("order:3::2.1", "order_change:3::2.3")


def only(answer) -> str:
    """The rule of the answer's one finding."""
    (finding,) = answer.findings
    return finding.rule


def test_registered_says_where_by_which_certificate_and_who_said_so(house: House):
    house.register()
    answer = house.ask()
    assert isinstance(answer, Registered)
    assert (answer.endpoint.url, answer.endpoint.process) == (URL, ORDERING)
    assert answer.endpoint.certificate == issue("POP000001").subject
    assert answer.endpoint.ends == NOW + 400 * DAY
    assert (answer.signer, answer.issuer_checked, answer.findings) == (smp().subject, True, ())
    assert house.smp.asked == [house.path(ORDER)]
    assert answer.smp == house.smp.url + house.path(ORDER)
    assert "busdox-docid-qns%3A%3Aurn%3Aoasis" in house.smp.asked[0]


def test_participants_are_the_same_in_any_case(house: House):
    house.register(participant="9915:test")
    house.smp.pages[house.path(ORDER, "9915:TEST")] = house.smp.pages[house.path(ORDER, "9915:test")]
    assert isinstance(house.ask(participant="9915:TEST"), Registered)


def test_an_answer_too_long_for_a_datagram_is_asked_for_over_tcp(house: House):
    house.register()
    house.dns.answering = truncated(house.dns)
    assert isinstance(house.ask(), Registered)
    assert [tcp for _, tcp in house.dns.asked] == [False, True]


def test_no_name_and_no_data_mean_not_registered(house: House):
    assert only(unknown := house.ask()) == "lookup-not-registered"
    assert isinstance(unknown, NotRegistered)
    assert ZONE in unknown.findings[0].message
    house.register(participant="9915:test")
    house.dns.records = dict.fromkeys(house.dns.records, ())
    assert isinstance(house.ask(participant="9915:test"), NotRegistered)
    assert house.smp.asked == []


def test_an_smp_that_knows_nothing_of_the_participant_means_not_registered(house: House):
    house.name()
    answer = house.ask()
    assert isinstance(answer, NotRegistered)
    assert house.smp.url in answer.findings[0].message
    assert house.smp.asked == [house.path(ORDER), house.path()]


def test_registered_for_something_else_says_for_what(house: House):
    house.register()
    house.smp.pages[house.path()] = papers.group(ORDER, CHANGE)
    del house.smp.pages[house.path(ORDER)]
    answer = house.ask()
    assert isinstance(answer, NotForThisDocument)
    assert answer.offered == tuple(sorted((ORDER, CHANGE)))
    assert house.lookup.capabilities(WHO) == Capabilities(participant=WHO, smp=house.smp.url, offered=answer.offered)


@pytest.mark.parametrize(
    ("metadata", "why"),
    [
        (papers.metadata(process="urn:fdc:peppol.eu:poacc:bis:order_only:3"), "not in the process"),
        (papers.metadata(papers.endpoint(transport="busdox-transport-as2-ver1p0")), "by busdox-transport-as2-ver1p0"),
        (papers.metadata(papers.endpoint(url="")), "not by peppol-transport-as4-v2_0"),
        (papers.metadata(papers.endpoint(opens=NOW + DAY)), "but only from"),
        (papers.metadata(papers.endpoint(closes=NOW - DAY)), "but only from"),
    ],
)
def test_an_endpoint_that_is_not_ours_to_use_is_not_for_this_document(house: House, metadata, why):
    house.register(papers.signed(metadata))
    answer = house.ask()
    assert isinstance(answer, NotForThisDocument)
    assert why in answer.findings[0].message


def test_of_several_endpoints_the_one_that_is_open_is_taken(house: House):
    closed = papers.endpoint(url="https://old.example", closes=(NOW - DAY).isoformat())
    later = papers.endpoint(url="https://new.example", opens=(NOW + DAY).replace(tzinfo=None))
    house.register(papers.signed(papers.metadata(closed, papers.endpoint(), later)))
    assert house.ask().endpoint.url == URL


@pytest.mark.parametrize(
    ("certificate", "fatal"),
    [
        (issue("POP-OLD", begins=NOW - 9 * DAY, ends=NOW - DAY), True),
        ("bm90IGEgY2VydGlmaWNhdGU=", True),
        (issue("POP-SOON", ends=NOW + 9 * DAY), False),
    ],
)
def test_the_certificate_of_the_access_point_is_read(house: House, certificate, fatal):
    house.register(papers.signed(papers.metadata(papers.endpoint(certificate=certificate))))
    answer = house.ask()
    assert isinstance(answer, Registered)
    assert [(finding.rule, finding.fatal) for finding in answer.findings] == [("lookup-certificate", fatal)]


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.REFUSED, dns.rcode.NOTIMP])
def test_a_failing_name_server_is_a_lookup_that_is_down(house: House, rcode):
    house.register()
    house.dns.answering = failing(rcode)
    answer = house.ask()
    assert isinstance(answer, LookupDown)
    assert only(answer) == "lookup-dns"
    house.dns.answering = None
    assert isinstance(house.ask(), Registered)


def test_a_silent_name_server_is_a_lookup_that_is_down(house: House):
    house.dns.answering = lambda question, tcp: None
    assert only(house.ask()) == "lookup-dns"
    assert isinstance(house.lookup.capabilities(WHO), LookupDown)


@pytest.mark.parametrize(
    "record",
    [
        '100 10 "U" "Meta:SMP" "!.*!smp.example!" .',
        '100 10 "U" "Meta:SMP" "!(a+)+$!https://smp.example!" .',
        r'100 10 "U" "Meta:SMP" "!^.*$!https://\\1.example!" .',
        '100 10 "U" "Meta:SMP" "" .',
        '100 10 "U" "Meta:SMP" "!.*!https://smp.example" .',
        '100 10 "S" "Meta:SMP" "!.*!https://smp.example!" .',
        '100 10 "U" "E2U+sip" "!.*!https://smp.example!" .',
    ],
)
def test_an_entry_without_a_usable_address_is_a_lookup_that_is_down(house: House, record):
    house.register()
    house.dns.records = dict.fromkeys(house.dns.records, (record,))
    answer = house.ask()
    assert isinstance(answer, LookupDown)
    assert only(answer) == "lookup-naptr"


@pytest.mark.parametrize("status", [500, 503, 403, 204])
def test_an_smp_with_trouble_is_a_lookup_that_is_down(house: House, status):
    house.register()
    house.smp.pages[house.path(ORDER)] = (status, {}, b"")
    answer = house.ask()
    assert isinstance(answer, LookupDown)
    assert only(answer) == "lookup-smp"
    assert str(status) in answer.cause


def test_trouble_with_the_group_is_not_taken_for_not_registered(house: House):
    house.name()
    house.smp.pages[house.path()] = (502, {}, b"")
    assert isinstance(house.ask(), LookupDown)


def test_nobody_there_is_a_lookup_that_is_down(house: House):
    house.name()
    house.smp.stop()
    house.smp = house.another()
    answer = house.ask()
    assert isinstance(answer, LookupDown)
    assert only(answer) == "lookup-smp"


def test_a_no_is_kept_a_minute_and_a_yes_as_long_as_the_dns_says(house: House):
    assert isinstance(house.ask(), NotRegistered)
    house.register()
    assert isinstance(house.ask(), NotRegistered)
    house.now += timedelta(seconds=61)
    assert isinstance(house.ask(), Registered)
    del house.smp.pages[house.path(ORDER)]
    house.now += timedelta(seconds=house.dns.ttl - 1)
    assert isinstance(house.ask(), Registered)
    house.now += timedelta(seconds=2)
    assert isinstance(house.ask(), NotForThisDocument)


def test_a_yes_is_kept_an_hour_at_most_and_never_beyond_the_endpoint(house: House):
    house.dns.ttl = 86_400
    house.register(papers.signed(papers.metadata(papers.endpoint(closes=NOW + timedelta(minutes=90)))))
    assert isinstance(house.ask(), Registered)
    house.now += timedelta(minutes=59)
    assert isinstance(house.ask(), Registered)
    assert len(house.smp.asked) == 1
    house.now += timedelta(minutes=2)
    assert isinstance(house.ask(), Registered)
    assert len(house.smp.asked) == 2
    house.now += timedelta(minutes=30)
    assert isinstance(house.ask(), NotForThisDocument)


def test_metadata_of_somebody_else_is_not_believed(house: House):
    house.register(papers.signed(papers.metadata(participant="0007:5500003289")))
    assert only(house.ask()) == "lookup-other"
    house.register(papers.signed(papers.metadata(document=CHANGE)))
    answer = house.lookup.can_take(WHO, SERVICE)
    assert isinstance(answer, LookupDown)
    assert CHANGE in answer.cause


def test_group_addresses_are_percent_encoded():
    assert group_url("https://smp.example", WHO) == "https://smp.example/iso6523-actorid-upis%3A%3A0007%3A5500006597"


def test_a_port_that_never_answers_is_left_in_time(house: House):
    with silent_port() as port:
        house.name(at=f"https://localhost:{port}")
        house.lookup = house.asking(seconds=0.5)
        answer = house.ask()
    assert isinstance(answer, LookupDown)
    assert only(answer) == "lookup-smp"
