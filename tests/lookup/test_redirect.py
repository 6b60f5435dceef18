"""One SMP may lead to another: once, over https, and to the one whose certificate it announced."""

from __future__ import annotations

import pytest

from gateway.lookup import LookupDown, Registered
from tests.lookup import papers
from tests.lookup.house import House
from tests.lookup.papers import ORDER, URL
from tests.lookup.pki import authority, issue, smp

THERE = issue("PSE000002", authority())


def lead(house: House, uid: str, said: bytes, tls: bool = True) -> str:
    """The house's SMP leads to another one, which says `said`; gives the address there."""
    other = house.another(tls)
    other.pages["/there"] = said
    house.register(papers.signed(papers.redirect(f"{other.url}/there", uid)))
    return f"{other.url}/there"


def refused(house: House) -> str:
    answer = house.ask()
    assert isinstance(answer, LookupDown)
    (finding,) = answer.findings
    return finding.rule


@pytest.mark.parametrize(
    "uid",
    ["PSE000002", THERE.subject, "C=SE,O=Exempelstads SMP,CN=PSE000002", "CN=PSE000002, O=Exempelstads SMP, C=SE"],
)
def test_one_redirect_to_the_announced_certificate_is_followed(house: House, uid):
    there = lead(house, uid, papers.signed(papers.metadata(), THERE))
    answer = house.ask()
    assert isinstance(answer, Registered)
    assert (answer.endpoint.url, answer.smp, answer.signer) == (URL, there, THERE.subject)


def test_a_second_redirect_is_refused(house: House):
    third = house.another()
    third.pages["/third"] = papers.signed(papers.metadata(), THERE)
    lead(house, "PSE000002", papers.signed(papers.redirect(f"{third.url}/third", "PSE000002"), THERE))
    assert refused(house) == "lookup-redirect"
    assert third.asked == []


@pytest.mark.parametrize("uid", ["PSE000003", "CN=PSE000002", "", "CN=PSE000002,O=Annan,C=SE", "=,="])
def test_another_certificate_than_announced_is_refused(house: House, uid):
    lead(house, uid, papers.signed(papers.metadata(), THERE))
    assert refused(house) == "lookup-redirect-certificate"


def test_a_redirect_is_believed_only_where_it_is_signed(house: House):
    there = lead(house, "PSE000002", papers.signed(papers.metadata(), THERE))
    house.smp.pages[house.path(ORDER)] = papers.redirect(there, "PSE000002")
    assert refused(house) == "lookup-signature-missing"


def test_what_stands_there_must_be_signed_and_about_us(house: House):
    lead(house, "PSE000002", papers.metadata())
    assert refused(house) == "lookup-signature-missing"
    lead(house, "PSE000002", papers.signed(papers.metadata(participant="0007:5500003289"), THERE))
    assert refused(house) == "lookup-other"


def test_a_redirect_to_nothing_and_to_a_place_that_is_not_asked(house: House):
    lead(house, smp().subject, papers.signed(papers.metadata()))
    house.smp.pages[house.path(ORDER)] = papers.signed(papers.redirect(f"{house.smp.url}/nothing", smp().subject))
    assert refused(house) == "lookup-redirect"
    for href in (
        "http://smp.example/x",
        "file:///etc/passwd",
        "https://10.0.0.1/x",
        "https://[fd00::1]/x",
        "https://127.1/x",
        "https://2130706433/x",
        "https://a:b@smp.example/",
        "",
    ):
        house.smp.pages[house.path(ORDER)] = papers.signed(papers.redirect(href, "PSE000002"))
        assert refused(house) == "lookup-address", href


def test_the_machine_itself_is_asked_only_where_a_setting_says_so(house: House):
    from gateway.lookup import Fetcher

    house.register()
    house.lookup = house.asking(fetcher=Fetcher(house.ca))
    assert refused(house) == "lookup-address"
    assert house.smp.asked == []
    plain = house.another(tls=False)
    house.name(at=plain.url)
    plain.pages[house.path(ORDER)] = papers.signed(papers.metadata())
    assert refused(house) == "lookup-address"
    house.lookup = house.asking()
    assert isinstance(house.ask(), Registered)
