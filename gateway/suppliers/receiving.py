"""`receiving` of a profile or a supplier: what is agreed about goods that have come.

`receiving: {receipt: channel, claim: [short, damaged], want: credit}`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from gateway.mapping.located import did_you_mean
from gateway.suppliers.agreement import Receiving
from gateway.suppliers.card import Card
from gateway.suppliers.section import Section, listed, section

RECEIVING: Final = {
    "receipt": "how it hears what came: by its channel, by mail, or none",
    "claim": "what is claimed of it without asking anybody, by kind of deviation",
    "want": "what a claim asks for: credit or replace",
}
RECEIPTS: Final = ("channel", "mail", "none")
CLAIMS: Final = ("short", "damaged", "wrong", "expired", "returned")
WANTS: Final = ("credit", "replace")
_EXAMPLE = "{receipt: channel, claim: [short, damaged]}"


def receiving_of(card: Card) -> Receiving:
    """What a card states of it; what it does not say is as everywhere."""
    stated = section(card, "receiving", card.entries.get("receiving"), "receiving", RECEIVING, _EXAMPLE)
    if not stated.entries:
        return Receiving()
    said: dict[str, Any] = {
        "receipt": stated.parsed("receipt", lambda text: _one_of(text, RECEIPTS)),
        "claim": _claims(stated),
        "want": stated.parsed("want", lambda text: _one_of(text, WANTS)),
    }
    return Receiving(**{key: value for key, value in said.items() if value is not None})


def _claims(stated: Section) -> frozenset[str] | None:
    entry = listed(stated.entries.get("claim"))
    if entry is None:
        return None
    inner = Section(stated.card, stated.path, stated.family, {"claim": entry})
    return inner.parsed("claim", lambda text: frozenset(_one_of(word.strip(), CLAIMS) for word in text.split(",")))


def _one_of(text: str, known: Collection[str]) -> str:
    """Raises ValueError that names what can be said."""
    if text not in known:
        raise ValueError(f"{text!r} is not one of {', '.join(known)}{did_you_mean(text, known)}")
    return text
