"""The shops that the suppliers of suppliers.yaml keep: the other side of what stands there under `punchout`."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from gateway.sandbox.cxml_house import House
from gateway.sandbox.desks import house_of
from gateway.sandbox.shopfront.quirks import Quirk
from gateway.sandbox.shopfront.shop import Shop
from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Refused
from gateway.transports.punchout import CxmlShop, OciShop, PeppolShop
from gateway.transports.secrets import secret

_log = logging.getLogger("avrop.sandbox")
_NAME, _WORD = "username", "password"


def shops_of(suppliers: Iterable[Supplier], quirks: Mapping[str, frozenset[Quirk]]) -> dict[str, Shop]:
    """The shop of every supplier that keeps one, by the supplier's id; one whose secrets cannot be read stays shut."""
    found = {}
    for supplier in suppliers:
        try:
            shop = _shop(supplier, quirks.get(supplier.id, frozenset()))
        except Refused as refusal:
            _log.warning("the shop of %s stays shut: %s", supplier.id, refusal)
            continue
        if shop is not None:
            found[supplier.id] = shop
    return found


def _shop(supplier: Supplier, quirks: frozenset[Quirk]) -> Shop | None:
    stated = supplier.shop
    house, users = House(ours=f"OrgNr:{supplier.org_number}", theirs="OrgNr:2120009994", secret=""), {}
    if isinstance(stated, CxmlShop):
        house = house_of(stated)
    elif isinstance(stated, OciShop):
        known = {name.casefold(): secret(reference, name) for name, reference in stated.secrets.items()}
        known |= {name.casefold(): value for name, value in stated.fields.items()}
        users = {known.get(_NAME, ""): known.get(_WORD, "")}
    elif isinstance(stated, PeppolShop):
        users = {stated.user: secret(stated.password, "password")}
    else:
        return None
    return Shop(id=supplier.id, name=supplier.name, house=house, users=users, org=supplier.org_number, quirks=quirks)
