"""One profile or one supplier of the file, from its branch of the tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.mapping.located import did_you_mean
from gateway.suppliers.card import Card
from gateway.suppliers.facts import EXAMPLE, FACTS, OWN, own_facts, settled_of, shared_of
from gateway.suppliers.layered import combined, owned
from gateway.suppliers.supplier import LATER, Supplier
from gateway.suppliers.tree import Entry, Node, Text, kind
from gateway.suppliers.tree import Mapping as Branch
from gateway.suppliers.way import Way, check_type, settings_of, way_of
from gateway.suppliers.world import Profile, World, finding_of
from gateway.transports.cxml.settings import Peer
from gateway.transports.punchout import PUNCHOUTS


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
    card.facts = EXAMPLE
    card.only("profile", {key: words for key, words in FACTS.items() if key not in OWN})
    below = _profile_of(card, world)
    ways, shops = _ways(below, node.entries), _shops(below, node.entries)
    card.entries = combined(below.entries if below else {}, node.entries)
    settled = settled_of(card, world)
    world.profiles[name] = Profile(owner, node, card.entries, ways, shops, below is None, settled)
    way, shop = way_of(card, ways), way_of(card, shops, "punchout")
    if way is not None and check_type(card, way, [*world.transports, *LATER]):
        settings_of(card, way, world.transports, LATER, complete=False)
    if shop is not None and check_type(card, shop, PUNCHOUTS):
        settings_of(card, shop, PUNCHOUTS, complete=False)
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
    facts = own_facts(card)
    if profile is None:
        return card, None
    shared = shared_of(card, world, profile, entries)
    card.facts = {**card.facts, "email": shared["email"]}
    way = _way(card, world, profile, entries)
    if way is None:
        return card, None
    settings = settings_of(card, way, world.transports, LATER, patience=shared["lane"].timeout)
    by_hand = way.type.value not in world.transports
    way_facts = {"transport": way.type.value, "settings": settings, "by_hand": by_hand, "line": node.line}
    way_facts |= _shop(card, _shops(profile, entries), settings)
    return card, None if card.findings else Supplier(**facts, **shared, **way_facts)


def _shop(card: Card, given: tuple[Entry, ...], settings: Any) -> dict[str, Any]:
    """The way into its own shop, none where none is stated. What a cXML shop does not say of both houses is as for the
    orders, where these go by cXML."""
    way = way_of(card, given, "punchout")
    if way is None or not check_type(card, way, PUNCHOUTS):
        return {}
    theirs = {name: getattr(settings, name) for name in Peer.__struct_fields__} if isinstance(settings, Peer) else {}
    shop = settings_of(card, way, PUNCHOUTS, shared=theirs if way.type.value == "cxml" else {})
    return {"punchout": way.type.value, "shop": shop}


def _unsound(card: Card, node: Node) -> bool:
    """Whether the YAML itself is wrong there: what else it says is then not to be relied on."""
    problems = [] if isinstance(node, Text) else node.problems
    card.findings.extend(finding_of(card.source, problem, card.owner) for problem in problems)
    return bool(problems)


def _ways(profile: Profile | None, entries: Mapping[str, Entry]) -> tuple[Entry, ...]:
    own = (entries["transport"],) if "transport" in entries else ()
    return (*(profile.ways if profile else ()), *own)


def _shops(profile: Profile | None, entries: Mapping[str, Entry]) -> tuple[Entry, ...]:
    own = (entries["punchout"],) if "punchout" in entries else ()
    return (*(profile.shops if profile else ()), *own)


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


def _way(card: Card, world: World, profile: Profile, entries: Mapping[str, Entry]) -> Way | None:
    """How it is reached, and whether it states what only this way asks for. What its profile lacks is told there."""
    ways = _ways(profile, entries)
    if not ways:
        card.complain("missing", "transport is missing; write transport: {type: sftp, …}", profile.at, profile.owner)
    way = way_of(card, ways)
    if way is None or not check_type(card, way, [*world.transports, *LATER]):
        return None
    name = way.type.value
    transport = world.transports.get(name)
    if transport is not None and "dialect" not in card.entries:
        card.complain("missing", f"dialect is missing; {name} must know what to send", profile.at, profile.owner)
    if transport is not None and transport.envelope == "sbdh" and "participant" not in card.entries:
        card.complain("missing", f"participant is missing; {name} addresses by it, such as 0007:5500000004", card.at)
    if name == "email" and "email" not in card.entries and "to" not in way.settings:
        card.complain("missing", "email is missing; orders are sent there", card.at)
    return way
