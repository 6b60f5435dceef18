"""A whole Peppol on this machine: a name server, an SMP with TLS, and a lookup that asks them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from gateway.lookup import Answer, DnsResolver, Fetcher, Lookup, Service
from gateway.lookup.naming import dns_name, group_url, metadata_url
from tests.lookup import papers
from tests.lookup.papers import ORDER, ORDERING, WHO
from tests.lookup.pki import NOW, authority, issue, smp
from tests.lookup.servers import SmpServer, Zone

ZONE = "sml.exempelstad.example"
SERVICE = Service(document="Order", id=ORDER, processes=(ORDERING,))


class House:
    """`now` is what the lookup's clock says."""

    def __init__(self, folder: Path) -> None:
        tls = issue("localhost", authority("Exempel TLS-utfärdare"))
        self.ca = folder / "ca.pem"
        self.ca.write_text(authority("Exempel TLS-utfärdare").pem)
        self.tls = tls.write(folder / "tls.pem")
        self.dns = Zone()
        self.smp = SmpServer(self.tls)
        self._more: list[SmpServer] = []
        self.now: datetime = NOW
        self.lookup = self.asking()

    def asking(self, anchors: bool = True, seconds: float = 5, **changes: Any) -> Lookup:
        facts: dict[str, Any] = {
            "resolver": DnsResolver(("127.0.0.1", self.dns.port), seconds=0.6),
            "fetcher": Fetcher(self.ca, loopback=True, seconds=seconds),
            "zone": ZONE,
            "anchors": (authority().certificate,) if anchors else (),
            "clock": lambda: self.now,
        }
        return Lookup(**facts | changes)

    def another(self, tls: bool = True) -> SmpServer:
        """One more SMP."""
        self._more.append(SmpServer(self.tls if tls else None))
        return self._more[-1]

    def name(self, at: str = "", participant: str = WHO) -> None:
        """Let the DNS know the participant, at this house's SMP or at `at`."""
        record = f'100 10 "U" "Meta:SMP" "!.*!{at or self.smp.url}!" .'
        self.dns.records[f"{dns_name(participant, ZONE)}.".lower()] = (record,)

    def register(self, raw: bytes | None = None, document: str = ORDER, participant: str = WHO) -> None:
        """Let DNS and SMP know the participant; `raw` is what the SMP says of the document."""
        self.name(participant=participant)
        self.smp.pages[self.path(participant=participant)] = papers.group(document, participant=participant)
        said = raw if raw is not None else papers.signed(papers.metadata(participant=participant, document=document))
        self.smp.pages[self.path(document, participant)] = said

    def path(self, document: str = "", participant: str = WHO) -> str:
        return metadata_url("", participant, document) if document else group_url("", participant)

    def ask(self, service: Service = SERVICE, participant: str = WHO) -> Answer:
        return self.lookup.can_take(participant, service)

    def stop(self) -> None:
        self.dns.stop()
        for server in (self.smp, *self._more):
            server.stop()


__all__ = ["SERVICE", "ZONE", "House", "smp"]
