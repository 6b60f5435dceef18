"""Where a document for a participant goes, asked of Peppol: the SML (DNS) names the SMP, the SMP names the endpoint."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from cryptography import x509

from gateway.findings import Finding, Place, Rejected
from gateway.lookup import metadata
from gateway.lookup.answers import (
    Answer,
    Capabilities,
    LookupDown,
    NotForThisDocument,
    NotRegistered,
    Registered,
    Service,
    down,
)
from gateway.lookup.cache import Cache
from gateway.lookup.choose import choose, doubts
from gateway.lookup.fetch import Fetcher
from gateway.lookup.naming import dns_name, smp_address
from gateway.lookup.resolver import Resolver
from gateway.lookup.signature import Signed
from gateway.lookup.smp import Smp

_LONGEST, _NEGATIVE = timedelta(hours=1), timedelta(minutes=1)


class _Entry(msgspec.Struct, frozen=True):
    """The address of a participant's SMP, and until when the DNS says so."""

    smp: str
    until: datetime


class Lookup:
    """Asks, and keeps answers: a yes as long as the DNS allows, at most an hour; a no for a minute; `LookupDown` never.

    Blocking; safe to use from many threads, but not on an event loop.
    """

    def __init__(
        self,
        resolver: Resolver,
        fetcher: Fetcher,
        zone: str,
        anchors: Sequence[x509.Certificate] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._resolver, self._zone, self._clock = resolver, zone, clock
        self._smp = Smp(fetcher, anchors, clock)
        self._answers: Cache[Answer] = Cache(clock)
        self._entries: Cache[_Entry] = Cache(clock)

    def can_take(self, participant: str, service: Service) -> Answer:
        """Whether and where a participant takes a document. Raises nothing."""
        key = (participant.lower(), service.id, service.processes)
        kept = self._answers.get(key)
        if kept is not None:
            return kept
        try:
            answer, until = self._ask(participant, service)
        except Rejected as rejected:
            return down(participant, rejected)
        self._answers.put(key, answer, until)
        return answer

    def capabilities(self, participant: str) -> Capabilities | NotRegistered | LookupDown:
        """Everything a participant is registered for. Raises nothing."""
        try:
            entry = self._entry(participant)
            offered = self._smp.offered(entry.smp, participant) if entry is not None else None
        except Rejected as rejected:
            return down(participant, rejected)
        if entry is None or offered is None:
            return self._nobody(participant, entry)
        return Capabilities(participant=participant, smp=entry.smp, offered=offered)

    def _ask(self, participant: str, service: Service) -> tuple[Answer, datetime]:
        """The answer, and until when it may be kept."""
        soon = self._clock() + _NEGATIVE
        entry = self._entry(participant)
        if entry is None:
            return self._nobody(participant), soon
        told = self._smp.told(entry.smp, participant, service.id)
        if told is None:
            offered = self._smp.offered(entry.smp, participant)
            if offered is None:
                return self._nobody(participant, entry), soon
            return _not_for(participant, service, f"but not for {service.document}", entry.smp, offered), soon
        signed, url = told
        found = choose(metadata.endpoints(signed.root, participant, service.id, url), service, self._clock())
        if isinstance(found, str):
            return _not_for(participant, service, f"for {service.document} {found}", url, (service.id,)), soon
        now = self._clock()
        answer = Registered(
            participant=participant,
            document=service.id,
            endpoint=found,
            smp=url,
            signer=signed.signer.subject.rfc4514_string(),
            issuer_checked=signed.issuer_checked,
            findings=tuple(doubts(found, signed.issuer_checked, now)),
        )
        return answer, min(_ends(signed, found.closes, found.ends), entry.until)

    def _entry(self, participant: str) -> _Entry | None:
        """Where to ask about a participant; None where the DNS knows nobody by that name."""
        name = dns_name(participant, self._zone)
        kept = self._entries.get(name)
        if kept is not None:
            return kept
        found = self._resolver.naptr(name)
        if not found.records:
            return None
        until = self._clock() + min(timedelta(seconds=found.ttl), _LONGEST)
        entry = _Entry(smp_address(found.records, name), until)
        self._entries.put(name, entry, until)
        return entry

    def _nobody(self, participant: str, entry: _Entry | None = None) -> NotRegistered:
        message = f"{participant} is not registered: {self._zone} has no entry for it"
        if entry is not None:
            message = f"{participant} is not registered: {self._zone} names {entry.smp}, which does not know it"
        return NotRegistered(
            participant=participant, findings=(Finding(rule="lookup-not-registered", message=message),)
        )


def _ends(signed: Signed, *times: datetime | None) -> datetime:
    """When the first of the things that an answer rests on ends."""
    return min(time for time in (signed.signer.not_valid_after_utc, *times) if time is not None)


def _not_for(participant: str, service: Service, why: str, url: str, offered: tuple[str, ...]) -> NotForThisDocument:
    message = f"{participant} is registered, {why}"
    finding = Finding(rule="lookup-not-for-document", message=message, place=Place(source=url))
    return NotForThisDocument(participant=participant, document=service.id, findings=(finding,), offered=offered)
