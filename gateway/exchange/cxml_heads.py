"""What stands around our cXML documents: both houses, the payloadID, and which version of the DTD they read."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from gateway.exchange.hours import HERE
from gateway.formats.cxml.envelope import Credential, Head
from gateway.transports.cxml.settings import Peer

_HOUSE: Final = "avrop"


def head_for(peer: Peer, payload_id: str, now: datetime) -> Head:
    """The head of a document that we send. `now` is aware. The secret is the reference to it, as the journal keeps it:
    `transports.cxml.client.ask` puts the secret itself in its place."""
    ours = Credential.parse(peer.ours)
    return Head(
        payload_id=payload_id,
        timestamp=now.astimezone(HERE),
        ours=ours,
        theirs=Credential.parse(peer.theirs),
        sender=Credential.parse(peer.sender) if peer.sender else ours,
        secret=peer.secret,
        user_agent=peer.user_agent,
        mode=peer.mode,
        language=peer.language or None,
    )


def version_for(peer: Peer, request: str) -> str:
    """The version of the DTD that they read `request` (OrderRequest) by."""
    return peer.versions.get(request, peer.version)


def payload_id(key: str, house: str) -> str:
    """The payloadID of a message: its key, so that it is the same on every attempt, at a domain of ours. `house` is our
    organisation number: it makes the domain nobody else's."""
    return f"{key}@{re.sub('[^0-9A-Za-z-]', '', house)}.{_HOUSE}"


def key_of(payload_id: str) -> str:
    """The key of the message that a payloadID of ours names, as others repeat it."""
    return payload_id.strip().strip("<>").partition("@")[0]
