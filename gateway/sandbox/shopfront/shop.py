"""A supplier's shop: who may enter it and how, what it sells, and which faults its system has."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from gateway.sandbox.cxml_house import House
from gateway.sandbox.shopfront.goods import GOODS, Goods
from gateway.sandbox.shopfront.quirks import Quirk


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """`house` is for cXML, `users` (name to password) for OCI and Peppol. `org` and `gln` are the supplier's own,
    `goods` what it sells: beside its usual range, articles that only this supplier has."""

    id: str
    name: str
    house: House
    users: Mapping[str, str] = {}
    org: str = "5500006597"
    gln: str = ""
    quirks: frozenset[Quirk] = frozenset()
    goods: tuple[Goods, ...] = GOODS

    def knows(self, user: str, password: str) -> bool:
        """Whether that is a log-in of the customer's."""
        wanted = self.users.get(user)
        return hmac.compare_digest((wanted or "\0").encode(), password.encode()) and wanted is not None

    def article(self, part: str) -> Goods | None:
        return next((one for one in self.goods if one.part == part), None)


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the cart as it goes on the wire: `price` is for `basis` of `unit`."""

    part: str
    auxiliary: str
    quantity: Decimal
    unit: str
    price: Decimal
    basis: Decimal
    currency: str
    name: str
    text: str
    unspsc: str
    lead_days: int
    maker: str
    maker_part: str

    @property
    def sum(self) -> Decimal:
        """To the öre."""
        return (self.quantity * self.price / self.basis).quantize(Decimal("0.01"))


def position(goods: Goods, auxiliary: str, quantity: Decimal) -> Position:
    """An article in the cart."""
    chosen = goods.label_with(auxiliary)
    return Position(
        part=goods.part,
        auxiliary=auxiliary,
        quantity=quantity,
        unit=goods.unit,
        price=goods.price_with(auxiliary),
        basis=goods.basis,
        currency="SEK",
        name=goods.name,
        text=f"{goods.text} {chosen}." if chosen else goods.text,
        unspsc=goods.unspsc,
        lead_days=goods.lead_days,
        maker=goods.maker,
        maker_part=goods.maker_part,
    )
