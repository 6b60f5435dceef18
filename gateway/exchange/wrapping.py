"""What a document is put into before it travels: nothing, the envelope of Peppol, or a letter."""

from __future__ import annotations

import msgspec

from gateway.exchange.office import Office
from gateway.findings import Place, reject
from gateway.formats import sbdh
from gateway.formats.mail import Attachment, Envelope, mail_for
from gateway.model import Document
from gateway.suppliers.supplier import Supplier

_TRAVELS = {"sbdh": ("application/xml", ""), "letter": ("message/rfc822", ".eml")}


class Bare(msgspec.Struct, frozen=True, kw_only=True):
    """A document in its supplier's dialect: bytes, file name and media type, and the key of its message."""

    document: Document
    content: bytes
    name: str
    media_type: str
    key: str


def as_it_travels(envelope: str, name: str, media_type: str) -> tuple[str, str]:
    """File name and media type of the whole that travels."""
    outer, suffix = _TRAVELS.get(envelope, (media_type, ""))
    return (name.rpartition(".")[0] + suffix if suffix else name), outer


def wrapped(office: Office, supplier: Supplier, envelope: str, bare: Bare) -> bytes:
    """The bytes that travel. `Rejected` names the fact that the supplier lacks."""
    if envelope == "sbdh":
        return _in_envelope(office, supplier, bare)
    return _in_letter(office, supplier, bare) if envelope == "letter" else bare.content


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
