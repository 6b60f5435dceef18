"""One profile or one supplier of the file, from its branch of the tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import msgspec

from gateway.findings import Finding, Place
from gateway.identifiers import Gln, OrgNumber, ParticipantId
from gateway.mapping.located import did_you_mean
from gateway.suppliers.agreement import NOBODY, Plan
from gateway.suppliers.card import Card
from gateway.suppliers.layered import combined, owned
from gateway.suppliers.pace import OWNER, deadlines_of, lane_of
from gateway.suppliers.policy import policies_of
from gateway.suppliers.supplier import Supplier
from gateway.suppliers.tree import Entry, Node, Problem, Text, has_brace, kind
from gateway.suppliers.tree import Mapping as Branch
from gateway.suppliers.way import Way, check_type, settings_of, way_of
from gateway.transports.contract import Transport

FACTS = {
    "id": "its name in addresses and files: small letters, digits and hyphens",
    "name": "as people say it",
    "org": "organisation number, 10 digits",
    "gln": "GLN, 13 digits",
    "participant": "Peppol participant, scheme:value",
    "profile": "the profile whose facts it shares",
    "dialect": "the mapping tables its documents follow",
    "transport": "how they travel: a type, or {type: …} with its settings",
    "category": "what it sells",
    "contracts": "contract numbers",
    "email": "a mailbox",
    "rules": "what is done with documents that break rules, by direction and layer",
    "lane": "how messages leave: concurrency, rate, time-out, retries, opening hours",
    "deadlines": "in what time it has agreed to answer",
    "owner": "who hears of its failures: a log-in or an e-mail address",
    "lead_days": "calendar days from order to hub",
    "active": "false: nothing can be ordered",
}
OWN: Final = ("id", "name", "org", "gln")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WORD = re.compile(r"[a-z][a-z0-9-]*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_EXAMPLE = {"id": "example", "org": "5500000004", "gln": "7350001400006"}


class Profile(msgspec.Struct, frozen=True):
    """What many suppliers share. `ways` are its transports, after those of the profile that it builds on.

    A `broken` one cannot be used: its suppliers are left out, which is told at the profile, once. `settled` are facts
    that need not be read again for each supplier.
    """

    owner: str
    at: Node
    entries: dict[str, Entry] = {}
    ways: tuple[Entry, ...] = ()
    broken: bool = False
    settled: Mapping[str, Any] = {}


class World(msgspec.Struct, frozen=True):
    """What the file is read against. `profiles` grows while it is read."""

    source: str
    transports: Mapping[str, Transport]
    dialects: Collection[str]
    environ: Mapping[str, str]
    plan: Plan
    profiles: dict[str, Profile] = {}


def finding_of(source: str, problem: Problem, path: str = "") -> Finding:
    """A problem of the YAML as a finding."""
    place = Place(source=source, line=problem.line, column=problem.column, path=path)
    return Finding(rule=problem.rule, message=problem.message, place=place)


def read_profile(world: World, name: str, entry: Entry) -> Card:
    """Adds the profile to `world`, its entries marked as its own, and tells its mistakes even if nobody uses it."""
    node, owner = entry.value, f"profile {name}"
    card = Card(owner, node.entries if isinstance(node, Branch) else {}, node, world.source, world.environ)
    if _unsound(card, node):
        world.profiles[name] = Profile(owner, node, broken=True)
        return card
    if not isinstance(node, Branch):
        card.complain(
            "type", f"a profile is a mapping such as {{dialect: csv, transport: …}}; found a {kind(node)}", node
        )
        world.profiles[name] = Profile(owner, node, broken=True)
        return card
    for inner in node.entries.values():
        owned(inner, owner)
    card.facts = _EXAMPLE
    card.only("profile", {key: words for key, words in FACTS.items() if key not in OWN})
    below = _profile_of(card, world)
    ways = _ways(below, node.entries)
    card.entries = combined(below.entries if below else {}, node.entries)
    settled = _settled(card, world)
    world.profiles[name] = Profile(owner, node, card.entries, ways, below is None, settled)
    way = way_of(card, ways)
    if way is not None and check_type(card, way, world.transports):
        settings_of(card, way, world.transports, complete=False)
    return card


def read_supplier(world: World, node: Node) -> tuple[Card, Supplier | None]:
    """The supplier, or None where its card holds findings."""
    entries = node.entries if isinstance(node, Branch) else {}
    card = Card(_name_of(entries), entries, node, world.source, world.environ)
    if _unsound(card, node):
        return card, None
    if not isinstance(node, Branch):
        card.complain("type", f"a supplier is a mapping such as {{id: …, name: …, org: …}}; found a {kind(node)}", node)
        return card, None
    card.only("supplier", FACTS)
    profile = _profile_of(card, world)
    if profile is not None:
        card.entries = combined(profile.entries, entries)
    facts = _own_facts(card)
    if profile is None:
        return card, None
    shared = _shared(card, world, profile, entries)
    way = _way(card, world, profile, entries)
    if way is None:
        return card, None
    settings = settings_of(card, way, world.transports, patience=shared["lane"].timeout)
    by_hand = way.type.value not in world.transports
    way_facts = {"transport": way.type.value, "settings": settings, "by_hand": by_hand, "line": node.line}
    return card, None if card.findings else Supplier(**facts, **shared, **way_facts)


def _unsound(card: Card, node: Node) -> bool:
    """Whether the YAML itself is wrong there: what else it says is then not to be relied on."""
    problems = [] if isinstance(node, Text) else node.problems
    card.findings.extend(finding_of(card.source, problem, card.owner) for problem in problems)
    return bool(problems)


def _ways(profile: Profile | None, entries: Mapping[str, Entry]) -> tuple[Entry, ...]:
    own = (entries["transport"],) if "transport" in entries else ()
    return (*(profile.ways if profile else ()), *own)


def _name_of(entries: Mapping[str, Entry]) -> str:
    own_id = entries.get("id")
    return own_id.value.value if own_id is not None and isinstance(own_id.value, Text) else ""


def _profile_of(card: Card, world: World) -> Profile | None:
    """Its profile; an empty one where it names none, None where the one it names is not to be had."""
    name = card.text("profile")
    if not name:
        return None if "profile" in card.entries else Profile(card.owner, card.at)
    profile = world.profiles.get(name)
    if profile is None:
        message = f"profile {name} is not in this file{did_you_mean(name, world.profiles)}"
        card.complain("unknown-profile", message, card.entries["profile"].value)
    elif profile.broken:
        card.complain("profile", "this profile cannot be used until it is mended", profile.at, profile.owner)
        return None
    return profile


def _own_facts(card: Card) -> dict[str, Any]:
    """What no profile can give, and from now on the card can fill in for `{id}`, `{org}` and `{gln}`."""
    like = "made of small letters, digits and hyphens, such as bagaren-nord"
    card.facts = dict.fromkeys(_EXAMPLE)
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
    "owner": lambda card, world: (
        card.text("owner", pattern=OWNER, like="a log-in such as alex, or an e-mail address") or NOBODY
    ),
    "lead_days": lambda card, world: card.number("lead_days", 3, 365),
    "active": lambda card, world: card.flag("active", default=True),
}
"""The facts that a profile may give as well."""


def _shared(card: Card, world: World, profile: Profile, own: Mapping[str, Entry]) -> dict[str, Any]:
    """What `card` says of them; what it takes from `profile` as it is was read there."""
    return {
        key: profile.settled[key] if key in profile.settled and key not in own else read(card, world)
        for key, read in _SHARED.items()
    }


def _settled(card: Card, world: World) -> dict[str, Any]:
    """The shared facts of a profile's card that are the same for all who use it: sound, and nothing to be filled in."""
    found = {}
    for key, read in _SHARED.items():
        before = len(card.findings)
        value = read(card, world)
        if len(card.findings) == before and not (key in card.entries and has_brace(card.entries[key].value)):
            found[key] = value
    return found


def _way(card: Card, world: World, profile: Profile, entries: Mapping[str, Entry]) -> Way | None:
    """How it is reached, and whether it states what only this way asks for. What its profile lacks is told there."""
    ways = _ways(profile, entries)
    if not ways:
        card.complain("missing", "transport is missing; write transport: {type: sftp, …}", profile.at, profile.owner)
    way = way_of(card, ways)
    if way is None or not check_type(card, way, world.transports):
        return None
    name = way.type.value
    transport = world.transports.get(name)
    if transport is not None and "dialect" not in card.entries:
        card.complain("missing", f"dialect is missing; {name} must know what to send", profile.at, profile.owner)
    if transport is not None and transport.envelope == "sbdh" and "participant" not in card.entries:
        card.complain("missing", f"participant is missing; {name} addresses by it, such as 0007:5500000004", card.at)
    if name == "email" and "email" not in card.entries:
        card.complain("missing", "email is missing; orders are sent there", card.at)
    return way
