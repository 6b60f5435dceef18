"""What a document is put into before it travels: nothing, the envelope of Peppol or of cXML, or a letter."""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.exchange.cxml_heads import head_for, payload_id, version_for
from gateway.exchange.office import Office
from gateway.findings import Place, reject
from gateway.formats import sbdh
from gateway.formats.cxml import multipart
from gateway.formats.cxml.envelope import seal
from gateway.formats.mail import Attachment, Envelope, mail_for
from gateway.model import Document
from gateway.model.item import Attachment as Enclosed
from gateway.suppliers.supplier import Supplier
from gateway.transports.cxml.settings import REQUESTS

_TRAVELS = {"sbdh": ("application/xml", ""), "letter": ("message/rfc822", ".eml")}


class Bare(msgspec.Struct, frozen=True, kw_only=True):
    """A document in its supplier's dialect: bytes, file name and media type, and the key of its message."""

    document: Document
    content: bytes
    name: str
    media_type: str
    key: str


def as_it_travels(envelope: str, name: str, media_type: str, content: bytes) -> tuple[str, str]:
    """File name and media type of the whole that travels, whose `content` is."""
    outer, suffix = _TRAVELS.get(envelope, (media_type, ""))
    if envelope == "cxml" and multipart.is_whole(content):
        outer, suffix = multipart.MEDIA_TYPE, ".mime"
    return (name.rpartition(".")[0] + suffix if suffix else name), outer


def named(office: Office, envelope: str, document: Any, key: str) -> Any:
    """The document as its envelope wants others named: in cXML earlier messages by payloadID, files inside by `cid:`.

    An order that is taken back is repeated without its files.
    """
    if envelope != "cxml":
        return document
    house = office.settings.municipality.org_number
    said: dict[str, Any] = {}
    if getattr(document, "order_key", None):
        said["order_key"] = payload_id(document.order_key, house)
    if getattr(document, "attachments", ()):
        files = enumerate(document.attachments, 1)
        said["attachments"] = tuple(_by_cid(one, payload_id(f"{nth}.{key}", house)) for nth, one in files)
    if getattr(document, "cancels", None) is not None:
        said["cancels"] = msgspec.structs.replace(document.cancels, attachments=())
    return msgspec.structs.replace(document, **said)


def wrapped(office: Office, supplier: Supplier, envelope: str, bare: Bare) -> bytes:
    """The bytes that travel. `Rejected` names the fact that the supplier lacks."""
    if envelope == "sbdh":
        return _in_envelope(office, supplier, bare)
    if envelope == "cxml":
        return _in_cxml(office, supplier, bare)
    return _in_letter(office, supplier, bare) if envelope == "letter" else bare.content


def as_judged(office: Office, supplier: Supplier, content: bytes, key: str) -> bytes:
    """The document as the rules want it: alone, or in cXML, whose DTD is about the whole, in its envelope."""
    transport = office.transports.get(supplier.transport)
    return _sealed(office, supplier, content, key) if transport and transport.envelope == "cxml" else content


def _in_envelope(office: Office, supplier: Supplier, bare: Bare) -> bytes:
    if supplier.participant is None:
        why = f"{supplier.id} has no participant identifier, and {supplier.transport} delivers by it"
        raise reject("no-participant", why, Place(source="suppliers.yaml", line=supplier.line or None))
    sender = office.settings.municipality.participant
    return sbdh.wrap(
        bare.content, sbdh.header_for(bare.content, sender, supplier.participant, bare.key, office.clock())
    )


def _in_letter(office: Office, supplier: Supplier, bare: Bare) -> bytes:
    """Who writes to whom stands in the transport's settings, and stays in the letter though they change."""
    ways = supplier.settings
    house = office.settings.municipality.name
    envelope = Envelope(sender=ways.sender, to=ways.to, reply_to=ways.reply_to, house=house)
    attached = Attachment(name=bare.name, content=bare.content, media_type=bare.media_type)
    return mail_for(bare.document, attached, envelope, bare.key, office.clock())


def _in_cxml(office: Office, supplier: Supplier, bare: Bare) -> bytes:
    document = _sealed(office, supplier, bare.content, bare.key)
    files = [_part(one) for one in getattr(bare.document, "attachments", ()) if one.content is not None]
    return multipart.whole(document, files) if files else document


def _sealed(office: Office, supplier: Supplier, content: bytes, key: str) -> bytes:
    """The journal keeps it with the reference of the secret, which the transport puts in on the wire."""
    body = content.decode()
    request = body[1:].partition(">")[0].partition(" ")[0]
    if request not in REQUESTS:
        why = f"{supplier.id} is reached by cxml, and its dialect {supplier.dialect} does not write that"
        raise reject("cxml-dialect", why, Place(source="suppliers.yaml", line=supplier.line or None))
    house = office.settings.municipality.org_number
    head = head_for(supplier.settings, payload_id(key, house), office.clock())
    return seal(body, head, version_for(supplier.settings, request))


def _by_cid(one: Enclosed, cid: str) -> Enclosed:
    return one if one.content is None else msgspec.structs.replace(one, uri=f"cid:{cid}")


def _part(one: Enclosed) -> multipart.Part:
    cid, kind = (one.uri or "").removeprefix("cid:"), one.media_type or "application/octet-stream"
    return multipart.Part(cid=cid, content=one.content or b"", media_type=kind, name=one.filename or one.id)
