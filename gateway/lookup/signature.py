"""The signature of an SMP: which certificate made it, that it fits what we read, and who issued the certificate.

Source: OpenPeppol SMP 1.4: an enveloped XML signature, RSA with SHA-256, the certificate in its KeyInfo. Only what the
signature covers is read further.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidDigest
from signxml.verifier import SignatureConfiguration, XMLVerifier

from gateway.findings import Place, Rejected, reject
from gateway.lookup.trust import issued_by
from gateway.xml import line_of, parse

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_METHOD, _DIGEST = SignatureMethod.RSA_SHA256, DigestAlgorithm.SHA256
_EXPECTED = SignatureConfiguration(
    location="./",
    signature_methods=frozenset({_METHOD}),
    digest_algorithms=frozenset({_DIGEST}),
    default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
)


@dataclass(frozen=True)
class Signed:
    """What a signature covers, parsed, and whose it is. Not `issuer_checked`: no trust anchors are installed."""

    root: etree._Element
    signer: x509.Certificate
    issuer_checked: bool


def verify(raw: bytes, source: str, anchors: Sequence[x509.Certificate], now: datetime, limit: int) -> Signed:
    """The signed content of `raw`. Raises `Rejected`, one rule for each way in which a signature is not good."""
    root = parse(raw, source, limit)
    signature = _signature(root, source)
    _algorithms(signature, source)
    leaf, others = _certificates(signature, source)
    _in_time(leaf, now, source)
    content = parse(_signed(raw, leaf, now, source), source, limit)
    if anchors and not issued_by(leaf, others, anchors, now):
        message = f"{_name(leaf)} signed, and none of the installed trust anchors stands behind that certificate"
        raise reject("lookup-signature-issuer", message, Place(source=source))
    return Signed(content, leaf, bool(anchors))


def _signature(root: etree._Element, source: str) -> etree._Element:
    found = list(root.iter(f"{_DS}Signature"))
    if not found:
        raise reject("lookup-signature-missing", "the SMP's answer is not signed", Place(source=source))
    if len(found) > 1 or found[0].getparent() is not root:
        message = "the signature does not stand once and directly in the document that it signs"
        raise reject("lookup-signature-place", message, Place(source=source, line=line_of(found[-1])))
    return found[0]


def _algorithms(signature: etree._Element, source: str) -> None:
    for name, wanted in (("SignatureMethod", _METHOD.value), ("DigestMethod", _DIGEST.value)):
        for element in signature.iter(f"{_DS}{name}"):
            said = element.get("Algorithm", "")
            if said != wanted:
                message = f"signed with {said[:100]}; Peppol allows {wanted} only"
                raise reject("lookup-signature-algorithm", message, Place(source=source, line=line_of(element)))


def _certificates(signature: etree._Element, source: str) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """The certificate that signed, and those sent along: the one that issued none of the others, in whatever order."""
    texts = signature.findall(f"{_DS}KeyInfo/{_DS}X509Data/{_DS}X509Certificate")
    try:
        found = [x509.load_pem_x509_certificate(_pem(text.text or "")) for text in texts]
        # Names and times are read from the certificate only when they are asked for, and may be broken each.
        issuers = [one.issuer for one in found if one.issuer != one.subject and one.not_valid_after_utc]
    except ValueError as error:
        raise _certificate(f"the certificate in the signature cannot be read: {error}", source) from None
    leaves = [one for one in found if one.subject not in issuers]
    if len(leaves) != 1:
        raise _certificate(
            f"of {len(found)} certificates in the signature, {len(leaves)} could be the signer's", source
        )
    return leaves[0], [one for one in found if one is not leaves[0]]


def _pem(text: str) -> bytes:
    return f"-----BEGIN CERTIFICATE-----\n{text.strip()}\n-----END CERTIFICATE-----\n".encode()


def _certificate(message: str, source: str) -> Rejected:
    return reject("lookup-signature-certificate", message, Place(source=source))


def _in_time(leaf: x509.Certificate, now: datetime, source: str) -> None:
    begins, ends = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    if not begins <= now <= ends:
        message = f"{_name(leaf)} signed, and that certificate is valid from {begins:%Y-%m-%d} to {ends:%Y-%m-%d} only"
        raise reject("lookup-signature-expired", message, Place(source=source))


def _signed(raw: bytes, leaf: x509.Certificate, now: datetime, source: str) -> bytes:
    """The bytes that the signature covers. `raw` has passed our parser; signxml parses it anew, without entities."""
    expected = SignatureConfiguration(**{**vars(_EXPECTED), "verification_time": now})
    try:
        result = XMLVerifier().verify(raw, x509_cert=leaf, expect_config=expected)
    except InvalidDigest:
        message = "the document was changed after it was signed: its digest is another"
        raise reject("lookup-signature-digest", message, Place(source=source)) from None
    except Exception as error:  # whatever the libraries stumble over in what others wrote
        message = f"the signature does not fit: {str(error).strip()[:300] or type(error).__name__}"
        raise reject("lookup-signature-wrong", message, Place(source=source)) from None
    return result.signed_data if not isinstance(result, list) else b""


def _name(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()
