"""Who we buy from, and how their documents travel: one `Supplier` per line of suppliers.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from gateway.findings import Finding
from gateway.identifiers import Gln, OrgNumber, ParticipantId
from gateway.suppliers.agreement import NOBODY, Deadlines, Lane
from gateway.suppliers.policy import Policies

# Ways of ordering that are configured today and built later: until then a person orders by hand.
# Each with the settings it may state; none of them is used yet.
LATER: dict[str, frozenset[str]] = {
    "email": frozenset(),
    "cxml": frozenset({"url", "identity", "secret"}),
    "portal": frozenset({"url"}),
}


class Supplier(msgspec.Struct, frozen=True, kw_only=True):
    """One supplier that can be ordered from.

    `settings` is an instance of its transport's Settings, None where `by_hand`. `lead_days` are calendar days from
    order to hub. `owner` is who hears of its failures: a log-in or an e-mail address. `line` is where it stands in the
    file.
    """

    id: str
    name: str
    org_number: OrgNumber
    transport: str
    dialect: str = ""
    settings: Any = None
    by_hand: bool = False
    gln: Gln | None = None
    participant: ParticipantId | None = None
    category: str = "other"
    contracts: tuple[str, ...] = ()
    email: str | None = None
    rules: Policies = Policies()
    lane: Lane = Lane()
    deadlines: Deadlines = Deadlines()
    owner: str = NOBODY
    lead_days: int = 3
    active: bool = True
    profile: str = ""
    line: int = 0


class Suppliers:
    """All suppliers that could be read, and a finding for everything that could not."""

    digest = ""

    def __init__(self, suppliers: Iterable[Supplier], findings: Iterable[Finding] = ()) -> None:
        self.by_id: dict[str, Supplier] = {supplier.id: supplier for supplier in suppliers}
        self.by_participant: dict[ParticipantId, Supplier] = {
            supplier.participant: supplier for supplier in self if supplier.participant is not None
        }
        self.by_gln: dict[Gln, Supplier] = {supplier.gln: supplier for supplier in self if supplier.gln is not None}
        self.findings: tuple[Finding, ...] = tuple(findings)

    def get(self, id: str) -> Supplier | None:
        """The supplier called `id`, or None."""
        return self.by_id.get(id)

    def __iter__(self) -> Iterator[Supplier]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)
