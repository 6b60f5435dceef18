"""Who sent a received message, and the document inside its envelope."""

from __future__ import annotations

from gateway.exchange.journal import Message
from gateway.exchange.office import Office
from gateway.findings import Place, reject
from gateway.formats import sbdh
from gateway.formats.bare import bare
from gateway.suppliers.supplier import Supplier


def opened(office: Office, message: Message, raw: bytes) -> tuple[Supplier, bytes]:
    """The sender and the bare document. Raises `Rejected`, with rule `unknown-sender` where nobody is known by it."""
    transport = office.transports.get(message.transport or "")
    if transport is None or transport.envelope != "sbdh":
        # Some suppliers put the envelope into their files as well; who sent them is told by the channel.
        supplier, payload, sender = office.suppliers.get(message.supplier_id or ""), bare(raw), message.supplier_id
    else:
        header, payload = sbdh.unwrap(raw)
        supplier, sender = office.suppliers.by_participant.get(header.sender), header.sender
    if supplier is None:
        why = f"no supplier is known as {sender!r}: add it to suppliers.yaml, or ask who it is"
        raise reject("unknown-sender", why, Place(source=message.source))
    return supplier, payload
