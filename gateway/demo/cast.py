"""Who plays in the journey: suppliers chosen so that every format, way of sending and behaviour is seen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from gateway.orders.lifecycle import State
from gateway.sandbox.behaviour import Behaviour, behaviour_of
from gateway.suppliers.supplier import Supplier

ORDERS = 25
_BY_PEOPLE = 3
_BY_MAIL = "email"


@dataclass(frozen=True)
class Role:
    """A supplier of the journey and how it behaves; None where a person orders by hand, or types its answer in."""

    supplier: Supplier
    behaviour: Behaviour | None

    @property
    def shops(self) -> bool:
        """Whether somebody goes to this supplier's own shop."""
        return bool(self.supplier.punchout)

    @property
    def ends_as(self) -> State:
        """Where its order must have come when the day is over."""
        if self.behaviour is Behaviour.REJECT:
            return State.REJECTED
        return State.SENT if self.behaviour is Behaviour.SILENT else State.DELIVERED


def cast(suppliers: Iterable[Supplier], advanced: Collection[str] = (), curt: Collection[str] = ()) -> list[Role]:
    """25 roles out of suppliers that sell something, the rarest first so that none is left out.

    By hand, with a shop of each kind, then each way of sending with each behaviour. `advanced` are the dialects whose
    speakers have agreed to Advanced Ordering, `curt` those without a word for "received".
    """
    roles = [Role(one, _behaviour(one, advanced, curt)) for one in suppliers]
    by_people = [role for role in roles if role.behaviour is None]
    chosen = list(_first_of_each(by_people, lambda role: role.supplier.transport))[:_BY_PEOPLE]
    sent = [role for role in roles if role.behaviour is not None]
    chosen += _first_of_each([role for role in sent if role.shops], lambda role: role.supplier.punchout)
    others = [role for role in sent if role not in chosen]
    chosen += _first_of_each(others, lambda role: (role.supplier.transport, role.behaviour))
    chosen += _first_of_each([role for role in sent if role not in chosen], lambda role: role.supplier.dialect)
    chosen += [role for role in sent if role not in chosen]
    return chosen[:ORDERS]


def _behaviour(supplier: Supplier, advanced: Collection[str], curt: Collection[str]) -> Behaviour | None:
    by_people = supplier.by_hand or supplier.transport == _BY_MAIL
    if by_people:
        return None
    return behaviour_of(supplier.id, supplier.dialect in advanced, supplier.dialect not in curt)


def _first_of_each(roles: Iterable[Role], kind: Callable[[Role], object]) -> Iterator[Role]:
    seen: set[object] = set()
    for role in roles:
        if (key := kind(role)) not in seen:
            seen.add(key)
            yield role
