"""What a lookup answers. Of the three that say no, two are configuration, so a person acts; `LookupDown` passes."""

from __future__ import annotations

from datetime import datetime

import msgspec

from gateway.findings import Finding, Rejected


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of document as Peppol names it: what a participant is asked for.

    `processes`: the business processes in which it may stand, the one that we use first. No process: any will do.
    """

    document: str
    id: str
    processes: tuple[str, ...] = ()


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """The receiver's access point. `certificate` is the subject of its AS4 certificate, which is valid until `ends`.

    The endpoint itself is used from `opens` until `closes`; None: no limit is set.
    """

    url: str
    transport: str
    process: str
    opens: datetime | None = None
    closes: datetime | None = None
    certificate: str = ""
    ends: datetime | None = None


class Registered(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="registered"):
    """The document can be sent there. `smp` told so, signed by `signer`; `issuer_checked`: we trust who issued that.

    `findings` are what is not as it should be, such as an AS4 certificate that has ended.
    """

    participant: str
    document: str
    endpoint: Endpoint
    smp: str
    signer: str
    issuer_checked: bool
    findings: tuple[Finding, ...] = ()


class NotRegistered(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="not-registered"):
    """Nobody in Peppol is called so, in the zone that was asked."""

    participant: str
    findings: tuple[Finding, ...]


class NotForThisDocument(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="not-for-this-document"):
    """The participant is there, but not for this document, process or transport. `offered` are document types."""

    participant: str
    document: str
    findings: tuple[Finding, ...]
    offered: tuple[str, ...] = ()


class LookupDown(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="lookup-down"):
    """Nobody knows: a name server or SMP does not answer, or answers what cannot be believed. Ask again later."""

    participant: str
    findings: tuple[Finding, ...]

    @property
    def cause(self) -> str:
        return "; ".join(finding.message for finding in self.findings)


class Capabilities(msgspec.Struct, frozen=True, kw_only=True, tag_field="answer", tag="capabilities"):
    """Every document type a participant is registered for, as its SMP lists them; this list is not signed."""

    participant: str
    smp: str
    offered: tuple[str, ...]


Answer = Registered | NotRegistered | NotForThisDocument | LookupDown


def down(participant: str, rejected: Rejected) -> LookupDown:
    """What went wrong while asking, as an answer."""
    return LookupDown(participant=participant, findings=rejected.findings)
