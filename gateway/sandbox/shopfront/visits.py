"""Who is in the shop: one visit per log-in, under an address that nobody can guess, with its own cart."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from decimal import Decimal
from typing import Literal

import msgspec

from gateway.sandbox.shopfront.quirks import Quirk

Kind = Literal["cxml", "oci", "peppol"]
Key = tuple[str, str]
"""Article number and auxiliary id."""
_MOST = 2000


class Visit(msgspec.Struct, kw_only=True):
    """`hook` is where the cart goes, `start` the article it begins with, `cart` quantities as they were put in."""

    id: str
    shop: str
    kind: Kind
    hook: str
    cookie: str = ""
    operation: str = "create"
    who: str = ""
    start: str = ""
    quirks: frozenset[Quirk] = frozenset()
    cart: dict[Key, Decimal] = {}

    @property
    def looks_only(self) -> bool:
        """Whether nothing may be changed."""
        return self.operation == "inspect"

    def put(self, key: Key, quantity: Decimal) -> None:
        """So many more of it."""
        self.cart[key] = self.cart.get(key, Decimal(0)) + quantity

    def set(self, key: Key, quantity: Decimal) -> None:
        """So many of it; none takes it out."""
        if quantity > 0:
            self.cart[key] = quantity
        else:
            self.cart.pop(key, None)


class Visits:
    """Safe to use from many threads; the oldest are forgotten."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Visit] = OrderedDict()
        self._before: dict[str, str] = {}
        self._lock = threading.Lock()

    def open(self, visit: Visit) -> Visit:
        """Let somebody in. With a stale cookie the shop takes the visit for the one before."""
        with self._lock:
            before = self._before.get(visit.shop, "from-another-visit")
            self._before[visit.shop] = visit.cookie
            if Quirk.STALE_COOKIE in visit.quirks:
                visit.cookie = before
            self._known[visit.id] = visit
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return visit

    def get(self, shop: str, id: str) -> Visit | None:
        visit = self._known.get(id)
        return visit if visit is not None and visit.shop == shop else None


def new_id() -> str:
    return secrets.token_urlsafe(18)
