"""Peppol lookup: is a participant registered, for which documents, and where do they go."""

from gateway.lookup.answers import (
    Answer,
    Capabilities,
    Endpoint,
    LookupDown,
    NotForThisDocument,
    NotRegistered,
    Registered,
    Service,
)
from gateway.lookup.choose import AS4
from gateway.lookup.fetch import Fetcher
from gateway.lookup.lookup import Lookup
from gateway.lookup.naming import ZONES
from gateway.lookup.resolver import DnsResolver, Resolver
from gateway.lookup.services import services_of
from gateway.lookup.trust import anchors_in

__all__ = [
    "AS4",
    "ZONES",
    "Answer",
    "Capabilities",
    "DnsResolver",
    "Endpoint",
    "Fetcher",
    "Lookup",
    "LookupDown",
    "NotForThisDocument",
    "NotRegistered",
    "Registered",
    "Resolver",
    "Service",
    "anchors_in",
    "services_of",
]
