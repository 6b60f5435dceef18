"""Who may attest what: whoever ordered or received goods never attests that they are paid for, nor the other way. Pure.

Source: mottagningsattest and beslutsattest are never the same person's; a deputy has no more right than who is stood
in for, and no less reason to keep away.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from web.languages import N_


class Hands(msgspec.Struct, frozen=True, kw_only=True):
    """Log-ins of who had a hand in an order: who placed or changed it, who received of it, who attested an invoice."""

    ordered: frozenset[str] = frozenset()
    received: frozenset[str] = frozenset()
    attested: frozenset[str] = frozenset()


def why_not_attest(person: str, stands_in_for: Collection[str], hands: Hands) -> str | None:
    """Why this person may not attest an invoice of the order, as a message id; None where nothing is in the way."""
    if person in hands.ordered:
        return N_("You placed or changed the order, so somebody else must attest the invoice.")
    if person in hands.received:
        return N_("You received goods of the order, so somebody else must attest the invoice.")
    if hands.ordered & set(stands_in_for):
        return N_(
            "You stand in for somebody who placed or changed the order, so somebody else must attest the invoice."
        )
    if hands.received & set(stands_in_for):
        return N_(
            "You stand in for somebody who received goods of the order, so somebody else must attest the invoice."
        )
    if not hands.received:
        return N_("Nobody has received anything of the order yet. The invoice can be attested when somebody has.")
    return None


def why_not_receive(person: str, stands_in_for: Collection[str], hands: Hands) -> str | None:
    """Why this person may not say that goods came, as a message id; None where nothing is in the way."""
    if hands.attested & {person, *stands_in_for}:
        return N_("You, or who you stand in for, attested an invoice of the order: somebody else must receive.")
    return None
