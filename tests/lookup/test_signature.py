"""What is signed well is read; each way in which a signature is not good has its own finding."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signxml import CanonicalizationMethod

from gateway.findings import Rejected
from gateway.lookup import LookupDown, Registered
from gateway.lookup.fetch import MOST_BYTES
from gateway.lookup.metadata import endpoints
from gateway.lookup.signature import verify
from tests.lookup import papers
from tests.lookup.house import House
from tests.lookup.papers import ORDER, WHO
from tests.lookup.pki import DAY, NOW, authority, issue, smp

ANCHORS = (authority().certificate,)
GOOD = papers.signed(papers.metadata())
SAID = endpoints(verify(GOOD, "smp", ANCHORS, NOW, MOST_BYTES).root, WHO, ORDER, "smp")
BITS = [b"<!-- x -->", b"<?x?>", b"&amp;", b"&#0;", b" xmlns:ids=''", b"<ds:Signature/>", b"</Process>", b"<Endpoint/>"]


def rules(raw: bytes, anchors=ANCHORS, now=NOW) -> list[str]:
    with pytest.raises(Rejected) as refused:
        verify(raw, "smp", anchors, now, MOST_BYTES)
    return [finding.rule for finding in refused.value.findings]


def with_signature(change) -> bytes:
    """The good document with its signature changed as bytes."""
    return re.sub(rb"<ds:Signature .*</ds:Signature>", lambda found: change(found[0]), GOOD, flags=re.DOTALL)


@pytest.mark.parametrize(
    "canonical",
    [
        CanonicalizationMethod.CANONICAL_XML_1_0,
        CanonicalizationMethod.CANONICAL_XML_1_1,
        CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    ],
)
def test_every_usual_canonical_form_is_read(canonical):
    raw = papers.signed(papers.metadata(), c14n_algorithm=canonical)
    found = verify(raw, "smp", ANCHORS, NOW, MOST_BYTES)
    assert found.signer == smp().certificate
    assert found.issuer_checked


def test_comments_and_instructions_do_not_hurt():
    raw = b"<!-- a -->" + GOOD.replace(b"<ServiceMetadata>", b"<!-- b --><ServiceMetadata>", 1)
    assert verify(raw, "smp", ANCHORS, NOW, MOST_BYTES).issuer_checked
    told = papers.metadata().replace(b"<ServiceMetadata>", b"<?smp made?><ServiceMetadata>")
    assert verify(papers.signed(told), "smp", ANCHORS, NOW, MOST_BYTES).issuer_checked


def test_without_trust_anchors_the_issuer_is_said_not_to_be_checked(house: House):
    house.register(papers.signed(papers.metadata(), by=issue("PSE-SELF")))
    house.lookup = house.asking(anchors=False)
    answer = house.ask()
    assert isinstance(answer, Registered)
    assert not answer.issuer_checked
    assert [str(finding) for finding in answer.findings] == [
        "signature sound, issuer not checked: no trust anchors are installed (AVROP_SMP_TRUST) [lookup-issuer]"
    ]
    house.lookup = house.asking()
    answer = house.ask()
    assert isinstance(answer, LookupDown)
    assert [finding.rule for finding in answer.findings] == ["lookup-signature-issuer"]


@pytest.mark.parametrize("anchors", [ANCHORS, ()])
@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (papers.metadata(), "lookup-signature-missing"),
        (GOOD.replace(b"as4.example/inbox", b"evil.example/inbox"), "lookup-signature-digest"),
        (GOOD.replace(b"<Certificate>", b"<Certificate>AAAA"), "lookup-signature-digest"),
        (papers.signed(papers.metadata(), signature_algorithm="rsa-sha512"), "lookup-signature-algorithm"),
        (papers.signed(papers.metadata(), digest_algorithm="sha512"), "lookup-signature-algorithm"),
        (with_signature(lambda s: s.replace(b"2001/04/xmldsig-more#rsa-sha256", b"2000/09/xmldsig#rsa-sha1")),
         "lookup-signature-algorithm"),
        (with_signature(lambda s: s.replace(b"rsa-sha256", b"hmac-sha256")), "lookup-signature-algorithm"),
        (with_signature(lambda s: re.sub(rb"SignatureValue>...", b"SignatureValue>AAA", s, count=1)),
         "lookup-signature-wrong"),
        (with_signature(lambda s: re.sub(rb"DigestValue>...", b"DigestValue>AAA", s, count=1)),
         "lookup-signature-wrong"),
        (with_signature(lambda s: s.replace(b'URI=""', b'URI="#x"')), "lookup-signature-wrong"),
        (with_signature(lambda s: re.sub(rb"<ds:KeyInfo>.*</ds:KeyInfo>", b"", s, flags=re.DOTALL)),
         "lookup-signature-certificate"),
        (with_signature(lambda s: re.sub(rb"(<ds:X509Certificate>).*?(</)", rb"\1AAAA\2", s, flags=re.DOTALL)),
         "lookup-signature-certificate"),
        (with_signature(lambda s: s + s), "lookup-signature-place"),
        (papers.signed(papers.metadata(), by=issue("PSE-OLD", authority(), NOW - 9 * DAY, NOW - DAY)),
         "lookup-signature-expired"),
        (papers.signed(papers.metadata(), by=issue("PSE-NEW", authority(), NOW + DAY)), "lookup-signature-expired"),
    ],
)  # fmt: skip
def test_each_bad_signature_has_its_own_finding(raw, rule, anchors):
    assert rules(raw, anchors) == [rule]


@pytest.mark.parametrize(
    "more",
    [
        b"<ds:KeyValue><ds:DSAKeyValue><ds:P>AQ==</ds:P><ds:Q>AQ==</ds:Q><ds:Y>AQ==</ds:Y></ds:DSAKeyValue></ds:KeyValue>",
        b"<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQ==</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue>"
        b"</ds:KeyValue>",
        b'<d:DEREncodedKeyValue xmlns:d="http://www.w3.org/2009/xmldsig11#">AAAA</d:DEREncodedKeyValue>',
        b"<ds:Nonsense/>",
    ],
)
def test_a_second_key_beside_the_certificate_is_refused(more):
    assert rules(GOOD.replace(b"<ds:KeyInfo>", b"<ds:KeyInfo>" + more)) == ["lookup-signature-wrong"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_bytes_that_were_changed_are_refused_or_say_the_same(data):
    raw = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=3) | st.sampled_from(BITS))
    try:
        found = endpoints(verify(bytes(raw), "smp", ANCHORS, NOW, MOST_BYTES).root, WHO, ORDER, "smp")
    except Rejected:
        return
    assert found == SAID


def test_the_key_of_another_does_not_fit():
    other = papers.signed(papers.metadata(), by=issue("PSE-OTHER", authority()))
    own = re.search(rb"<ds:X509Certificate>.*?</ds:X509Certificate>", GOOD, re.DOTALL)[0]
    swapped = re.sub(rb"<ds:X509Certificate>.*?</ds:X509Certificate>", lambda _: own, other, flags=re.DOTALL)
    assert rules(swapped) == ["lookup-signature-wrong"]


def test_what_a_signature_does_not_cover_is_not_read():
    """A whole signed document wrapped into a forged one: the signature is not where it belongs."""
    forged = papers.metadata(papers.endpoint(url="https://evil.example"))
    wrapped = forged.replace(
        b"</SignedServiceMetadata>", b"<Extension>" + GOOD + b"</Extension></SignedServiceMetadata>"
    )
    assert rules(wrapped) == ["lookup-signature-place"]
    part = with_signature(lambda s: s.replace(b'URI=""', b'URI="#good"')).replace(
        b"<ServiceMetadata>", b'<ServiceMetadata Id="good">'
    )
    assert rules(part) == ["lookup-signature-wrong"]


def test_a_chain_through_an_authority_in_between_leads_to_the_anchor():
    between = issue("Exempel mellanutfärdare", authority(), ca=True)
    leaf = issue("PSE-CHAIN", between)
    for chain in ((between,), (between, authority())):
        assert (
            verify(papers.signed(papers.metadata(), leaf, chain), "smp", ANCHORS, NOW, MOST_BYTES).signer
            == leaf.certificate
        )
    assert rules(papers.signed(papers.metadata(), leaf)) == ["lookup-signature-issuer"]
    only_between = (between.certificate,)
    assert verify(papers.signed(papers.metadata(), leaf), "smp", only_between, NOW, MOST_BYTES).issuer_checked
    assert rules(GOOD, only_between) == ["lookup-signature-issuer"]


def test_who_may_not_sign_is_not_believed():
    """A certificate that may only issue others, by the right authority."""
    assert rules(papers.signed(papers.metadata(), issue("Exempel annan utfärdare", authority(), ca=True))) == [
        "lookup-signature-issuer"
    ]
