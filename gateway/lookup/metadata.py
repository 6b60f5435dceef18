"""What an SMP says, read: the list of a participant's document types, and who receives one of them.

Source: OpenPeppol SMP 1.4, `peppol-smp-types-v1.xsd`.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import msgspec
from cryptography import x509
from lxml import etree

from gateway.findings import Place, Rejected, reject
from gateway.lookup.answers import Endpoint
from gateway.lookup.naming import DOCUMENTS, PARTICIPANTS, document_of
from gateway.xml import line_of, parse

SMP = "{http://busdox.org/serviceMetadata/publishing/1.0/}"
_IDS = "{http://busdox.org/transport/identifiers/1.0/}"
_ADDRESS = "{http://www.w3.org/2005/08/addressing}EndpointReference/{http://www.w3.org/2005/08/addressing}Address"


class Redirect(msgspec.Struct, frozen=True, kw_only=True):
    """Another SMP says it: at `href`, signed by the certificate that `uid` names."""

    href: str
    uid: str


def offered(raw: bytes, source: str, limit: int) -> tuple[str, ...]:
    """The document types in a ServiceGroup, sorted. Raises `Rejected`."""
    root = parse(raw, source, limit)
    if root.tag != f"{SMP}ServiceGroup":
        raise _other_xml(root, source, "ServiceGroup")
    hrefs = (reference.get("href", "") for reference in root.iter(f"{SMP}ServiceMetadataReference"))
    return tuple(sorted({document for href in hrefs if (document := document_of(href))}))


def redirect(root: etree._Element) -> Redirect | None:
    """Where a signed document sends us instead of answering."""
    found = root.find(f"{SMP}ServiceMetadata/{SMP}Redirect")
    if found is None:
        return None
    return Redirect(href=found.get("href", "").strip(), uid=_text(found, f"{SMP}CertificateUID"))


def endpoints(root: etree._Element, participant: str, document_id: str, source: str) -> tuple[Endpoint, ...]:
    """Every endpoint of a SignedServiceMetadata. Raises `Rejected` where it is about another participant or document.

    A certificate that cannot be read leaves `certificate` empty.
    """
    if root.tag != f"{SMP}SignedServiceMetadata":
        raise _other_xml(root, source, "SignedServiceMetadata")
    service = root.find(f"{SMP}ServiceMetadata/{SMP}ServiceInformation")
    if service is None:
        raise _other_xml(root, source, "ServiceInformation")
    _want(service, "ParticipantIdentifier", PARTICIPANTS, participant, source)
    _want(service, "DocumentIdentifier", DOCUMENTS, document_id, source)
    found: list[Endpoint] = []
    for process in service.iterfind(f"{SMP}ProcessList/{SMP}Process"):
        name = _text(process, f"{_IDS}ProcessIdentifier")
        for entry in process.iterfind(f"{SMP}ServiceEndpointList/{SMP}Endpoint"):
            found.append(_endpoint(entry, name, source))
    return tuple(found)


def _want(service: etree._Element, name: str, scheme: str, value: str, source: str) -> None:
    """Values of participants do not mind the case of letters; those of documents do."""
    found = service.find(f"{_IDS}{name}")
    said = (found.text or "").strip() if found is not None else ""
    same = said.lower() == value.lower() if scheme == PARTICIPANTS else said == value
    if found is None or found.get("scheme") != scheme or not same:
        message = f"the SMP answered about {said[:300] or 'nothing'} when it was asked about {value}"
        raise reject("lookup-other", message, Place(source=source, line=line_of(service), path=name))


def _endpoint(entry: etree._Element, process: str, source: str) -> Endpoint:
    subject, ends = _certificate(_text(entry, f"{SMP}Certificate"))
    return Endpoint(
        url=_text(entry, _ADDRESS),
        transport=entry.get("transportProfile", ""),
        process=process,
        opens=_time(entry, "ServiceActivationDate", source),
        closes=_time(entry, "ServiceExpirationDate", source),
        certificate=subject,
        ends=ends,
    )


def _certificate(text: str) -> tuple[str, datetime | None]:
    try:
        found = x509.load_der_x509_certificate(base64.b64decode("".join(text.split())))
        return found.subject.rfc4514_string(), found.not_valid_after_utc
    except ValueError:
        return "", None


def _time(entry: etree._Element, name: str, source: str) -> datetime | None:
    text = _text(entry, f"{SMP}{name}")
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        place = Place(source=source, line=line_of(entry), path=name)
        raise reject("lookup-xml", f"{name} {text[:40]!r} is not a date with a time", place) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _other_xml(root: etree._Element, source: str, wanted: str) -> Rejected:
    message = f"the SMP answered with a {etree.QName(root).localname[:80]} in which no {wanted} of Peppol stands"
    return reject("lookup-xml", message, Place(source=source, line=line_of(root)))
