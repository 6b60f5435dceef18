"""The facts of a supplier that are one value each: its own, and those that a profile may give as well."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from gateway.identifiers import Gln, OrgNumber, ParticipantId
from gateway.suppliers.agreement import NOBODY
from gateway.suppliers.card import Card
from gateway.suppliers.pace import OWNER, deadlines_of, lane_of
from gateway.suppliers.policy import policies_of
from gateway.suppliers.receiving import receiving_of
from gateway.suppliers.tree import Entry, has_brace
from gateway.suppliers.world import Profile, World

FACTS: Final = {
    "id": "its name in addresses and files: small letters, digits and hyphens",
    "name": "as people say it",
    "org": "organisation number, 10 digits",
    "gln": "GLN, 13 digits",
    "participant": "Peppol participant, scheme:value",
    "profile": "the profile whose facts it shares",
    "dialect": "the mapping tables its documents follow",
    "transport": "how they travel: a type, or {type: …} with its settings",
    "punchout": "the way into its own shop: a type, or {type: …} with its settings",
    "category": "what it sells",
    "contracts": "contract numbers",
    "email": "a mailbox",
    "rules": "what is done with documents that break rules, by direction and layer",
    "lane": "how messages leave: concurrency, rate, time-out, retries, opening hours",
    "deadlines": "in what time it has agreed to answer",
    "receiving": "what is agreed about goods that have come: receipts and claims",
    "owner": "who hears of its failures: a log-in or an e-mail address",
    "lead_days": "calendar days from order to hub",
    "active": "false: nothing can be ordered",
}
OWN: Final = ("id", "name", "org", "gln")
EXAMPLE: Final = {"id": "example", "org": "5500000004", "gln": "7350001400006", "email": "order@a.example"}
"""What stands for the supplier's own while a profile is checked."""
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WORD = re.compile(r"[a-z][a-z0-9-]*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def own_facts(card: Card) -> dict[str, Any]:
    """What no profile can give, and from now on the card can fill in for `{id}`, `{org}` and `{gln}`."""
    like = "made of small letters, digits and hyphens, such as bagaren-nord"
    card.facts = dict.fromkeys(EXAMPLE)
    id = card.text("id", required=True, pattern=_ID, like=like)
    org = card.parsed("org", OrgNumber, required=True)
    gln = card.parsed("gln", Gln)
    card.facts = {"id": id or None, "org": org, "gln": gln}
    name = card.text("name", required=True)
    return {"id": id, "name": name, "org_number": org, "gln": gln, "profile": card.text("profile")}


_Read = Callable[[Card, World], Any]
_SHARED: Final[Mapping[str, _Read]] = {
    "dialect": lambda card, world: card.one_of("dialect", world.dialects, "a dialect with tables in mappings"),
    "participant": lambda card, world: card.parsed("participant", ParticipantId),
    "category": lambda card, world: card.text("category", pattern=_WORD, like="a word in small letters") or "other",
    "contracts": lambda card, world: card.words("contracts"),
    "email": lambda card, world: card.text("email", pattern=_EMAIL, like="an e-mail address") or None,
    "rules": lambda card, world: policies_of(card),
    "lane": lambda card, world: lane_of(card, world.plan),
    "deadlines": lambda card, world: deadlines_of(card),
    "receiving": lambda card, world: receiving_of(card),
    "owner": lambda card, world: (
        card.text("owner", pattern=OWNER, like="a log-in such as alex, or an e-mail address") or NOBODY
    ),
    "lead_days": lambda card, world: card.number("lead_days", 3, 365),
    "active": lambda card, world: card.flag("active", default=True),
}
"""The facts that a profile may give as well."""


def shared_of(card: Card, world: World, profile: Profile, own: Mapping[str, Entry]) -> dict[str, Any]:
    """What `card` says of them; what it takes from `profile` as it is was read there."""
    return {
        key: profile.settled[key] if key in profile.settled and key not in own else read(card, world)
        for key, read in _SHARED.items()
    }


def settled_of(card: Card, world: World) -> dict[str, Any]:
    """The shared facts of a profile's card that are the same for all who use it: sound, and nothing to be filled in."""
    found = {}
    for key, read in _SHARED.items():
        before = len(card.findings)
        value = read(card, world)
        if len(card.findings) == before and not (key in card.entries and has_brace(card.entries[key].value)):
            found[key] = value
    return found
