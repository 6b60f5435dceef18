"""The Standard Business Document: the envelope in which Peppol access points take and hand over a document.

Source: OpenPeppol Policy for use of identifiers and Business Message Envelope (SBDH) 2.0.
"""

from __future__ import annotations

import re
from datetime import datetime

import msgspec
from lxml import etree

from gateway.findings import Place, reject
from gateway.formats.xml import escape, escape_attribute
from gateway.identifiers import ParticipantId, document_type_id, ubl_version
from gateway.xml import line_of, parse

NAMESPACE = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
_AUTHORITY = "iso6523-actorid-upis"
_DOCUMENT_SCHEME = "busdox-docid-qns"
_PROCESS_SCHEME = "cenbii-procid-ubl"
_DECLARATION = re.compile(rb"^\xef\xbb\xbf|^\s*<\?xml[^>]*\?>\s*")
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """Who sends what to whom. `instance` is the message's own id, a UUID that is the same on every attempt."""

    sender: ParticipantId
    receiver: ParticipantId
    instance: str
    standard: str
    type: str
    type_version: str
    created: datetime
    document_id: str
    process_id: str
    country: str = "SE"


def header_for(payload: bytes, sender: str, receiver: str, instance: str, created: datetime) -> Header:
    """The header of a UBL payload: type, document and process identifiers are taken from the payload itself."""
    root = parse(payload, "payload")
    name = etree.QName(root)
    customization = (root.findtext(f"{_CBC}CustomizationID") or "").strip()
    process = (root.findtext(f"{_CBC}ProfileID") or "").strip()
    namespace = str(name.namespace or "")
    return Header(
        sender=ParticipantId(sender),
        receiver=ParticipantId(receiver),
        instance=instance,
        standard=namespace,
        type=name.localname,
        type_version=ubl_version(customization),
        created=created,
        document_id=document_type_id(namespace, name.localname, customization),
        process_id=process,
    )


def wrap(payload: bytes, header: Header) -> bytes:
    """The Standard Business Document around `payload`, which goes in as it is, without its XML declaration."""
    scopes = (
        ("DOCUMENTID", header.document_id, _DOCUMENT_SCHEME),
        ("PROCESSID", header.process_id, _PROCESS_SCHEME),
        ("COUNTRY_C1", header.country, None),
    )
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<StandardBusinessDocument xmlns="{NAMESPACE}">'
        "<StandardBusinessDocumentHeader><HeaderVersion>1.0</HeaderVersion>"
        f"{_partner('Sender', header.sender)}{_partner('Receiver', header.receiver)}"
        f"<DocumentIdentification><Standard>{escape(header.standard)}</Standard>"
        f"<TypeVersion>{escape(header.type_version)}</TypeVersion>"
        f"<InstanceIdentifier>{escape(header.instance)}</InstanceIdentifier><Type>{escape(header.type)}</Type>"
        f"<CreationDateAndTime>{header.created.isoformat()}</CreationDateAndTime></DocumentIdentification>"
        f"<BusinessScope>{''.join(_scope(*scope) for scope in scopes if scope[1])}</BusinessScope>"
        "</StandardBusinessDocumentHeader>"
    )
    return head.encode() + _DECLARATION.sub(b"", payload, count=2) + b"</StandardBusinessDocument>\n"


def _partner(role: str, participant: ParticipantId) -> str:
    return f'<{role}><Identifier Authority="{escape_attribute(_AUTHORITY)}">{escape(participant)}</Identifier></{role}>'


def _scope(kind: str, value: str, scheme: str | None) -> str:
    identifier = f"<Identifier>{escape(scheme)}</Identifier>" if scheme else ""
    return f"<Scope><Type>{kind}</Type><InstanceIdentifier>{escape(value)}</InstanceIdentifier>{identifier}</Scope>"


def is_wrapped(head: bytes) -> bool:
    """Whether bytes that begin like `head` are a Standard Business Document."""
    return b"StandardBusinessDocument" in head[:1000]


def payload_of(root: etree._Element) -> etree._Element:
    """What stands in the envelope where `root` is one, whatever its header says; `root` itself otherwise."""
    return root[1] if root.tag == f"{{{NAMESPACE}}}StandardBusinessDocument" and len(root) == 2 else root


def unwrap(raw: bytes, source: str = "SBD") -> tuple[Header, bytes]:
    """The header and the payload. Raises `Rejected` naming each part of the header that is missing or wrong."""
    root = parse(raw, source)
    if root.tag != f"{{{NAMESPACE}}}StandardBusinessDocument" or len(root) != 2:
        message = "this is not a Standard Business Document with one header and one payload"
        raise reject("sbdh-shape", message, Place(source=source, line=line_of(root)))
    head, payload = root
    return _header(head, source), etree.tostring(payload, encoding="UTF-8", xml_declaration=True)


def _header(head: etree._Element, source: str) -> Header:
    def text(path: str) -> str:
        found = head.findtext("/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/")))
        if not found or not found.strip():
            raise reject(
                "sbdh-missing", f"the header has no {path}", Place(source=source, line=line_of(head), path=path)
            )
        return found.strip()

    scopes = {
        str(scope.findtext(f"{{{NAMESPACE}}}Type")): str(scope.findtext(f"{{{NAMESPACE}}}InstanceIdentifier"))
        for scope in head.iter(f"{{{NAMESPACE}}}Scope")
    }
    try:
        return Header(
            sender=ParticipantId(text("Sender/Identifier")),
            receiver=ParticipantId(text("Receiver/Identifier")),
            instance=text("DocumentIdentification/InstanceIdentifier"),
            standard=text("DocumentIdentification/Standard"),
            type=text("DocumentIdentification/Type"),
            type_version=text("DocumentIdentification/TypeVersion"),
            created=datetime.fromisoformat(text("DocumentIdentification/CreationDateAndTime")),
            document_id=scopes.get("DOCUMENTID", ""),
            process_id=scopes.get("PROCESSID", ""),
            country=scopes.get("COUNTRY_C1", ""),
        )
    except ValueError as error:
        raise reject("sbdh-value", str(error), Place(source=source, line=line_of(head))) from None
