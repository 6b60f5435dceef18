"""How Peppol names things in the DNS and in the addresses of an SMP.

Sources: OpenPeppol Policy for use of identifiers (hash and percent encoding), SML 1.3 (U-NAPTR), SMP 1.4.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

import msgspec

from gateway.findings import Place, reject

PARTICIPANTS = "iso6523-actorid-upis"
DOCUMENTS = "busdox-docid-qns"
ZONES = {
    "production": "participant.sml.prod.tech.peppol.org",
    "test": "participant.sml.test.tech.peppol.org",
}
_SERVICE = "meta:smp"
# The pattern comes from outside and is never run: in Peppol it always stands for the whole name.
_WHOLE = {".*", "^.*$", "^.*", ".*$", ".+", "^.+$"}


class Naptr(msgspec.Struct, frozen=True, kw_only=True):
    """One NAPTR record (RFC 3403), its texts decoded."""

    order: int
    preference: int
    flags: str
    service: str
    regexp: str


def dns_name(participant: str, zone: str) -> str:
    """The name under which the SML knows a participant, `scheme:value` in any case."""
    digest = hashlib.sha256(participant.lower().encode()).digest()
    return f"{base64.b32encode(digest).decode().rstrip('=')}.{PARTICIPANTS}.{zone.strip('.')}"


def smp_address(records: Iterable[Naptr], name: str) -> str:
    """The SMP that the first usable record names, without a slash at its end. Raises `Rejected` where none does."""
    records = sorted(records, key=lambda record: (record.order, record.preference))
    for record in records:
        if record.service.lower() == _SERVICE and record.flags.upper() == "U" and (url := _replacement(record.regexp)):
            return url.rstrip("/")
    seen = "; ".join(f"{record.flags} {record.service} {record.regexp}" for record in records)[:300]
    message = f"the entry names no SMP: no U-NAPTR record for Meta:SMP with an address stands there ({seen})"
    raise reject("lookup-naptr", message, Place(source=name))


def _replacement(regexp: str) -> str:
    """What `!.*!https://smp.example!` puts in the place of the name; "" where it is anything else."""
    parts = regexp.split(regexp[0]) if regexp else []
    if len(parts) != 4 or parts[1] not in _WHOLE or parts[3] not in {"", "i"} or "\\" in parts[2]:
        return ""
    return parts[2] if re.fullmatch(r"https?://[^\s?#]+", parts[2]) else ""


def group_url(smp: str, participant: str) -> str:
    """Where an SMP lists what a participant is registered for."""
    return f"{smp}/{quote(f'{PARTICIPANTS}::{participant}', safe='')}"


def metadata_url(smp: str, participant: str, document_id: str) -> str:
    """Where an SMP says who receives one document type for a participant."""
    return f"{group_url(smp, participant)}/services/{quote(f'{DOCUMENTS}::{document_id}', safe='')}"


def document_of(href: str) -> str:
    """The document type that a reference in an SMP's list leads to, without our own scheme; "" where it has none."""
    _, found, last = urlsplit(href).path.rpartition("/services/")
    return unquote(last).removeprefix(f"{DOCUMENTS}::") if found else ""
