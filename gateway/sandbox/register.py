"""Peppol's register as the sandbox plays it: a name server for the SML, and an SMP that signs."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import dns.message
import dns.rcode
import dns.rrset
from cryptography.hazmat.primitives.serialization import Encoding
from fastapi import APIRouter
from fastapi.responses import Response
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureConstructionMethod
from signxml.signer import XMLSigner

from gateway.formats import Dialect
from gateway.lookup import AS4, Service
from gateway.lookup.naming import DOCUMENTS, PARTICIPANTS, dns_name, metadata_url
from gateway.sandbox.certificates import authority, issued
from gateway.sandbox.name_server import NameServer
from gateway.suppliers.lookup import is_looked_up, received
from gateway.suppliers.supplier import Supplier

_ZONE = "sml.sandbox.example"
_TTL = 60
_NAMESPACES = (
    'xmlns="http://busdox.org/serviceMetadata/publishing/1.0/" xmlns:ids="http://busdox.org/transport/identifiers/1.0/"'
    ' xmlns:wsa="http://www.w3.org/2005/08/addressing"'
)


class Register:
    """Runs until `stop`. It knows nobody until `enter`; `smp` is where its `router` is mounted, without a slash."""

    def __init__(self, folder: Path, smp: str, access_point: str) -> None:
        self._smp, self._access_point = smp, access_point
        self._services: dict[str, dict[str, Service]] = {}
        self._names: set[str] = set()
        trusted = authority("Avrop sandbox SMP authority")
        self._signer = issued("PSE-SANDBOX", trusted)
        self._receiver = b64encode(issued("POP-SANDBOX", trusted).certificate.public_bytes(Encoding.DER)).decode()
        self._trust = folder / "smp-trust"
        self._trust.mkdir(parents=True, exist_ok=True)
        (self._trust / "authority.pem").write_bytes(trusted.certificate.public_bytes(Encoding.PEM))
        self._server = NameServer(self._answer)
        self.router = self._routes()

    @property
    def environment(self) -> dict[str, str]:
        """What a lookup needs to ask this register."""
        return {
            "AVROP_SML_ZONE": _ZONE,
            "AVROP_SML_NAMESERVER": f"127.0.0.1:{self._server.port}",
            "AVROP_SMP_TRUST": str(self._trust),
            "AVROP_SMP_LOOPBACK": "yes",
        }

    def enter(self, suppliers: Iterable[Supplier], dialects: Mapping[str, Dialect]) -> None:
        """Register everybody who is reached through Peppol, for what they get from us."""
        for supplier in suppliers:
            if supplier.participant is not None and is_looked_up(supplier, dialects):
                services = {service.id: service for service in received(dialects[supplier.dialect])}
                self._services[supplier.participant.lower()] = services
                self._names.add(f"{dns_name(supplier.participant, _ZONE)}.".lower())

    def stop(self) -> None:
        self._server.stop()

    def _answer(self, question: dns.message.Message, _: bool) -> dns.message.Message:
        answer = dns.message.make_response(question)
        name = question.question[0].name if question.question else None
        if name is None or name.to_text().lower() not in self._names:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        else:
            record = f'100 10 "U" "Meta:SMP" "!.*!{self._smp}!" .'
            answer.answer.append(dns.rrset.from_text(name, _TTL, "IN", "NAPTR", record))
        return answer

    def _routes(self) -> APIRouter:
        router = APIRouter()

        @router.get("/{participant}/services/{document:path}")
        def metadata(participant: str, document: str) -> Response:
            who = participant.removeprefix(f"{PARTICIPANTS}::")
            service = self._services.get(who.lower(), {}).get(document.removeprefix(f"{DOCUMENTS}::"))
            return _xml(None if service is None else self._signed(_metadata(who, service, self._endpoint())))

        @router.get("/{participant}")
        def group(participant: str) -> Response:
            who = participant.removeprefix(f"{PARTICIPANTS}::")
            services = self._services.get(who.lower())
            return _xml(None if services is None else _group(who, services, self._smp))

        return router

    def _endpoint(self) -> str:
        return (
            f"<Endpoint transportProfile={quoteattr(AS4)}><wsa:EndpointReference>"
            f"<wsa:Address>{escape(self._access_point)}</wsa:Address></wsa:EndpointReference>"
            "<RequireBusinessLevelSignature>false</RequireBusinessLevelSignature>"
            f"<Certificate>{self._receiver}</Certificate><ServiceDescription>Avrop sandbox</ServiceDescription>"
            "<TechnicalContactUrl>mailto:sandbox@exempelstad.example</TechnicalContactUrl></Endpoint>"
        )

    def _signed(self, unsigned: str) -> bytes:
        signer = XMLSigner(
            method=SignatureConstructionMethod.enveloped, c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0
        )
        made = signer.sign(etree.fromstring(unsigned), key=self._signer.key, cert=[self._signer.certificate])
        return etree.tostring(made)


def _xml(content: bytes | None) -> Response:
    return Response(status_code=404) if content is None else Response(content, media_type="application/xml")


def _identifier(kind: str, scheme: str, value: str) -> str:
    return f"<ids:{kind} scheme={quoteattr(scheme)}>{escape(value)}</ids:{kind}>"


def _metadata(participant: str, service: Service, endpoint: str) -> str:
    processes = "".join(
        f"<Process>{_identifier('ProcessIdentifier', 'cenbii-procid-ubl', process)}"
        f"<ServiceEndpointList>{endpoint}</ServiceEndpointList></Process>"
        for process in service.processes
    )
    return (
        f"<SignedServiceMetadata {_NAMESPACES}><ServiceMetadata><ServiceInformation>"
        f"{_identifier('ParticipantIdentifier', PARTICIPANTS, participant)}"
        f"{_identifier('DocumentIdentifier', DOCUMENTS, service.id)}<ProcessList>{processes}</ProcessList>"
        "</ServiceInformation></ServiceMetadata></SignedServiceMetadata>"
    )


def _group(participant: str, services: Iterable[str], smp: str) -> bytes:
    hrefs = (quoteattr(metadata_url(smp, participant, document)) for document in services)
    references = "".join(f"<ServiceMetadataReference href={href}/>" for href in hrefs)
    return (
        f"<ServiceGroup {_NAMESPACES}>{_identifier('ParticipantIdentifier', PARTICIPANTS, participant)}"
        f"<ServiceMetadataReferenceCollection>{references}</ServiceMetadataReferenceCollection></ServiceGroup>"
    ).encode()
