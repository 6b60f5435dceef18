"""What is done with a document that breaks a rule: refuse, warn or accept, for each layer and direction.

`rules: {inbound: {schematron: refuse}, outbound: {ours: warn}}`, of a profile or a supplier; a supplier's own words
come on top of its profile's, layer by layer.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

import msgspec

from gateway.mapping.located import did_you_mean
from gateway.rules.verdict import LAYERS, Layer
from gateway.suppliers.card import Card
from gateway.suppliers.tree import Entry, Node, Text, kind
from gateway.suppliers.tree import Mapping as Branch

Action = Literal["refuse", "warn", "accept"]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
DIRECTIONS: Final = ("inbound", "outbound")
KEY: Final = "rules"


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """One direction. refuse: it goes to a person; warn: it goes on and findings are noted; accept: not even noted."""

    structure: Action
    xsd: Action
    dtd: Action
    schematron: Action
    ours: Action

    def of(self, layer: Layer) -> Action:
        """What is done when `layer` finds something fatal."""
        found: Action = getattr(self, layer)
        return found


def every(action: Action) -> Policy:
    """The same for all layers."""
    return Policy(structure=action, xsd=action, dtd=action, schematron=action, ours=action)


class Policies(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing wrong leaves the house, and what can be read safely is taken with a warning."""

    inbound: Policy = every("warn")
    outbound: Policy = every("refuse")


def policies_of(card: Card) -> Policies:
    """The policies that a card states; what it does not say is as everywhere."""
    entry = card.entries.get(KEY)
    if entry is None:
        return Policies()
    if not isinstance(entry.value, Branch):
        message = f"rules is a mapping such as {{inbound: {{schematron: refuse}}}}; found a {kind(entry.value)}"
        card.complain("type", message, entry.value, entry.owner)
        return Policies()
    said = {}
    for name, inner in entry.value.entries.items():
        if name in DIRECTIONS:
            said[name] = msgspec.structs.replace(getattr(Policies(), name), **_layers(card, f"rules.{name}", inner))
        else:
            _unknown(card, f"rules.{name} is not a direction{did_you_mean(name, DIRECTIONS)}", inner, inner)
    return Policies(**said)


def _layers(card: Card, path: str, entry: Entry) -> dict[str, Action]:
    if not isinstance(entry.value, Branch):
        message = f"{path} is a mapping such as {{ours: warn}}; found a {kind(entry.value)}"
        card.complain("type", message, entry.value, entry.owner)
        return {}
    said: dict[str, Action] = {}
    for name, inner in entry.value.entries.items():
        value = inner.value.value if isinstance(inner.value, Text) else f"a {kind(inner.value)}"
        action = next((one for one in ACTIONS if one == value), None)
        if name not in LAYERS:
            _unknown(card, f"{path}.{name} is not a layer of rules{did_you_mean(name, LAYERS)}", inner, inner)
        elif action is None:
            near = did_you_mean(value, ACTIONS)
            _unknown(card, f"{path}.{name} is {value!r}, which is not a policy{near}", inner.value, inner)
        else:
            said[name] = action
    return said


def _unknown(card: Card, message: str, at: Node | Entry, entry: Entry) -> None:
    card.complain("unknown-rules", message, at, entry.owner)
