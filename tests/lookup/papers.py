"""What an SMP says, written and signed."""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml import CanonicalizationMethod, XMLSigner, methods

from gateway.lookup.choose import AS4
from tests.lookup.pki import Holder, issue, smp

WHO = "0007:5500006597"
ORDER = "urn:oasis:names:specification:ubl:schema:xsd:Order-2::Order##urn:fdc:peppol.eu:poacc:trns:order:3::2.1"
ORDERING = "urn:fdc:peppol.eu:poacc:bis:ordering:3"
URL = "https://as4.example/inbox"
_NAMESPACES = (
    'xmlns="http://busdox.org/serviceMetadata/publishing/1.0/" xmlns:ids="http://busdox.org/transport/identifiers/1.0/"'
    ' xmlns:wsa="http://www.w3.org/2005/08/addressing"'
)


def endpoint(
    url: str = URL,
    transport: str = AS4,
    opens: str | datetime = "",
    closes: str | datetime = "",
    certificate: Holder | str | None = None,
) -> str:
    given = certificate if certificate is not None else issue("POP000001")
    if isinstance(given, Holder):
        given = b64encode(given.certificate.public_bytes(Encoding.DER)).decode()
    times = [(name, value if isinstance(value, str) else value.isoformat()) for name, value in (
        ("ServiceActivationDate", opens), ("ServiceExpirationDate", closes))]  # fmt: skip
    return (
        f"<Endpoint transportProfile={quoteattr(transport)}>"
        f"<wsa:EndpointReference><wsa:Address>{escape(url)}</wsa:Address></wsa:EndpointReference>"
        "<RequireBusinessLevelSignature>false</RequireBusinessLevelSignature>"
        + "".join(f"<{name}>{value}</{name}>" for name, value in times if value)
        + f"<Certificate>{given}</Certificate><ServiceDescription>order</ServiceDescription>"
        "<TechnicalContactUrl>mailto:drift@as4.example</TechnicalContactUrl></Endpoint>"
    )


def metadata(*endpoints: str, participant: str = WHO, document: str = ORDER, process: str = ORDERING) -> bytes:
    """SignedServiceMetadata without its signature: every endpoint in one process."""
    return (
        f"<SignedServiceMetadata {_NAMESPACES}><ServiceMetadata><ServiceInformation>"
        f'<ids:ParticipantIdentifier scheme="iso6523-actorid-upis">{participant}</ids:ParticipantIdentifier>'
        f'<ids:DocumentIdentifier scheme="busdox-docid-qns">{document}</ids:DocumentIdentifier><ProcessList><Process>'
        f'<ids:ProcessIdentifier scheme="cenbii-procid-ubl">{process}</ids:ProcessIdentifier>'
        f"<ServiceEndpointList>{''.join(endpoints or (endpoint(),))}</ServiceEndpointList></Process></ProcessList>"
        "</ServiceInformation></ServiceMetadata></SignedServiceMetadata>"
    ).encode()


def redirect(href: str, uid: str) -> bytes:
    return (
        f"<SignedServiceMetadata {_NAMESPACES}><ServiceMetadata><Redirect href={quoteattr(href)}>"
        f"<CertificateUID>{escape(uid)}</CertificateUID></Redirect></ServiceMetadata></SignedServiceMetadata>"
    ).encode()


def group(*documents: str, participant: str = WHO, at: str = "https://smp.example") -> bytes:
    """ServiceGroup."""
    hrefs = [f"{at}/x/services/{quote(f'busdox-docid-qns::{document}', safe='')}" for document in documents]
    return (
        f"<ServiceGroup {_NAMESPACES}><ids:ParticipantIdentifier scheme='iso6523-actorid-upis'>{participant}"
        "</ids:ParticipantIdentifier><ServiceMetadataReferenceCollection>"
        + "".join(f"<ServiceMetadataReference href={quoteattr(href)}/>" for href in hrefs)
        + "</ServiceMetadataReferenceCollection></ServiceGroup>"
    ).encode()


def signed(unsigned: bytes, by: Holder | None = None, chain: tuple[Holder, ...] = (), **how: object) -> bytes:
    """Signed as SMP 1.4 wants it, unless `how` says otherwise."""
    by = by or smp()
    facts = {"method": methods.enveloped, "signature_algorithm": "rsa-sha256", "digest_algorithm": "sha256"}
    facts |= {"c14n_algorithm": CanonicalizationMethod.CANONICAL_XML_1_0}
    made = XMLSigner(**facts | how).sign(
        etree.fromstring(unsigned), key=by.key, cert=[holder.certificate for holder in (by, *chain)]
    )
    return etree.tostring(made)
