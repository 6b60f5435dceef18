"""Who we buy from, and how their documents travel: one `Supplier` per line of suppliers.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from gateway.findings import Finding
from gateway.identifiers import Gln, OrgNumber, ParticipantId
from gateway.suppliers.agreement import NOBODY, Deadlines, Lane, Receiving
from gateway.suppliers.policy import Policies

# Ways of ordering that are configured today and built later: until then a person orders by hand.
# Each with the settings it may state; none of them is used yet.
LATER: dict[str, frozenset[str]] = {"portal": frozenset({"url"})}


class Supplier(msgspec.Struct, frozen=True, kw_only=True):
    """One supplier that can be ordered from.

    `settings` is an instance of its transport's Settings, None where `by_hand`. `punchout` names the way
    into its own shop (gateway/transports/punchout), `shop` are that way's settings. `lead_days` are calendar days from
    order to hub. `owner` is who hears of its failures: a log-in or an e-mail address. `line` is where it stands in the
    file.
    """

    id: str
    name: str
    org_number: OrgNumber
    transport: str
    dialect: str = ""
    settings: Any = None
    punchout: str = ""
    shop: Any = None
    by_hand: bool = False
    gln: Gln | None = None
    participant: ParticipantId | None = None
    category: str = "other"
    contracts: tuple[str, ...] = ()
    email: str | None = None
    rules: Policies = Policies()
    lane: Lane = Lane()
    deadlines: Deadlines = Deadlines()
    receiving: Receiving = Receiving()
    owner: str = NOBODY
    lead_days: int = 3
    active: bool = True
    profile: str = ""
    line: int = 0


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A newer revision of the file that is not worked by: its digest, when it was seen, and what is wrong with it."""

    digest: str
    at: datetime
    findings: tuple[Finding, ...]


class _Revision:
    """One revision of the file; nothing of it changes after it was made."""

    def __init__(
        self, suppliers: Iterable[Supplier], findings: Iterable[Finding], notes: Iterable[Finding], digest: str
    ) -> None:
        self.by_id: Mapping[str, Supplier] = {supplier.id: supplier for supplier in suppliers}
        everybody = self.by_id.values()
        self.by_participant = {one.participant: one for one in everybody if one.participant is not None}
        self.by_gln = {one.gln: one for one in everybody if one.gln is not None}
        self.findings, self.notes, self.digest = tuple(findings), tuple(notes), digest


class Suppliers:
    """All suppliers that could be read, and a finding for everything that could not.

    One such object lives as long as the process: a new revision of the file takes its content over in one step, so
    that whoever asks sees the old one or the new one whole. A `Supplier` that was taken stays as it was. `notes` are
    remarks that cost nobody anything; `digest` is the SHA-256 of the file; `refused` a newer one that is broken.
    """

    def __init__(
        self,
        suppliers: Iterable[Supplier],
        findings: Iterable[Finding] = (),
        notes: Iterable[Finding] = (),
        digest: str = "",
    ) -> None:
        self._now = _Revision(suppliers, findings, notes, digest)
        self.refused: Refusal | None = None

    def become(self, other: Suppliers) -> None:
        """Everything that `other` holds, from now on; nothing newer is refused any more."""
        self._now, self.refused = other._now, None

    def as_of_now(self) -> Suppliers:
        """The revision of this moment, for work that looks through it more than once."""
        kept = Suppliers(())
        kept._now, kept.refused = self._now, self.refused
        return kept

    @property
    def by_id(self) -> Mapping[str, Supplier]:
        return self._now.by_id

    @property
    def by_participant(self) -> Mapping[ParticipantId, Supplier]:
        return self._now.by_participant

    @property
    def by_gln(self) -> Mapping[Gln, Supplier]:
        return self._now.by_gln

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self._now.findings

    @property
    def notes(self) -> tuple[Finding, ...]:
        return self._now.notes

    @property
    def digest(self) -> str:
        return self._now.digest

    def get(self, id: str) -> Supplier | None:
        """The supplier called `id`, or None."""
        return self._now.by_id.get(id)

    def __iter__(self) -> Iterator[Supplier]:
        return iter(self._now.by_id.values())

    def __len__(self) -> int:
        return len(self._now.by_id)
