"""Asking the DNS: one question, three outcomes (records, none, no answer)."""

from __future__ import annotations

from typing import Protocol

import dns.exception
import dns.rdtypes.IN.NAPTR
import dns.resolver
import msgspec

from gateway.findings import Place, reject
from gateway.lookup.naming import Naptr

_SECONDS = 5.0


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The records under a name, none where there is no such name or record, and how many seconds that holds."""

    records: tuple[Naptr, ...] = ()
    ttl: int = 0


class Resolver(Protocol):
    """Whoever can ask the DNS."""

    def naptr(self, name: str) -> Found:
        """The NAPTR records of an absolute name. Raises `Rejected` where nobody could say."""


class DnsResolver:
    """Asks `server` (address and port), or those that the machine uses. `seconds` bounds a question with its retries.

    Answers that do not fit a datagram are asked for again over TCP.
    """

    def __init__(self, server: tuple[str, int] | None = None, seconds: float = _SECONDS) -> None:
        self._server, self._seconds = server, seconds

    def naptr(self, name: str) -> Found:
        """NXDOMAIN and no data are answers; a failing, silent or unreachable server is `Rejected`."""
        try:
            answer = self._resolver().resolve(f"{name}.", "NAPTR", search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return Found()
        except (dns.exception.DNSException, OSError, ValueError) as error:
            words = str(error).strip() or type(error).__name__
            raise reject("lookup-dns", f"the name server gave no answer: {words}", Place(source=name)) from None
        records = answer.rrset or ()
        return Found(records=tuple(_naptr(record) for record in records), ttl=answer.rrset.ttl if answer.rrset else 0)

    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=self._server is None)
        if self._server is not None:
            host, resolver.port = self._server
            resolver.nameservers = [host]
        resolver.lifetime = self._seconds
        resolver.timeout = self._seconds / 2
        return resolver


def _naptr(record: dns.rdtypes.IN.NAPTR.NAPTR) -> Naptr:
    return Naptr(
        order=record.order,
        preference=record.preference,
        flags=record.flags.decode("utf-8", "replace"),
        service=record.service.decode("utf-8", "replace"),
        regexp=record.regexp.decode("utf-8", "replace"),
    )
