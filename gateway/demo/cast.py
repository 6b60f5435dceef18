"""Who plays in the journey: suppliers chosen so that every format, way of sending and behaviour is seen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from gateway.orders.lifecycle import State
from gateway.sandbox.behaviour import Behaviour, behaviour_of
from gateway.suppliers.supplier import Supplier

ORDERS = 25
_BY_HAND = 3


@dataclass(frozen=True)
class Role:
    """A supplier of the journey and how it behaves; None where a person orders by hand."""

    supplier: Supplier
    behaviour: Behaviour | None

    @property
    def ends_as(self) -> State:
        """Where its order must have come when the day is over."""
        if self.behaviour is Behaviour.REJECT:
            return State.REJECTED
        return State.SENT if self.behaviour is Behaviour.SILENT else State.DELIVERED


def cast(suppliers: Iterable[Supplier], advanced: Collection[str] = ()) -> list[Role]:
    """25 roles out of suppliers that sell something; the rarest kinds first, so that none is left out.

    `advanced` are the dialects whose speakers take changes.
    """
    roles = [Role(one, None if one.by_hand else behaviour_of(one.id, one.dialect in advanced)) for one in suppliers]
    by_hand = [role for role in roles if role.behaviour is None]
    chosen = list(_first_of_each(by_hand, lambda role: role.supplier.transport))[:_BY_HAND]
    sent = [role for role in roles if role.behaviour is not None]
    chosen += _first_of_each(sent, lambda role: (role.supplier.transport, role.behaviour))
    chosen += _first_of_each([role for role in sent if role not in chosen], lambda role: role.supplier.dialect)
    chosen += [role for role in sent if role not in chosen]
    return chosen[:ORDERS]


def _first_of_each(roles: Iterable[Role], kind: Callable[[Role], object]) -> Iterator[Role]:
    seen: set[object] = set()
    for role in roles:
        if (key := kind(role)) not in seen:
            seen.add(key)
            yield role
