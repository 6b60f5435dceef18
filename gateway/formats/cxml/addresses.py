"""Parties and places of ours ↔ the addresses of cXML, which want a street, a city and a country or none of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.model.cxml_order import CxmlAddress
from gateway.model.order import OrderDelivery
from gateway.model.party import Address, Identifier, Location, Party

_NOTHING = "-"
_GLN, _GLN_DIGITS = "0088", 13


def ship_to(delivery: OrderDelivery | None) -> CxmlAddress | None:
    """Where the goods go: the hub, with the unit's name above its street."""
    place = delivery.consignee if delivery is not None else None
    if delivery is None or place is None:
        return None
    unit = (delivery.recipient.name,) if delivery.recipient is not None and delivery.recipient.name else ()
    where = postal(place.address)
    return CxmlAddress(name=place.name or _NOTHING, id=_id(place.id), deliver_to=unit if where else (), **where)


def consignee(found: CxmlAddress | None) -> Location | None:
    """The same back."""
    if found is None:
        return None
    return Location(
        id=_identifier(found.id), name=found.name if found.name != _NOTHING else None, address=address(found)
    )


def bill_to(invoicee: Party | None, buyer: Party) -> CxmlAddress:
    """Who pays: cXML wants it said of every order."""
    payer = invoicee or buyer
    id = payer.legal_id or next(iter(payer.ids), None) or payer.endpoint
    name = payer.legal_name or payer.name or _NOTHING
    return CxmlAddress(name=name, id=_id(id), **postal(payer.address or payer.legal_address))


def delivery_facts(delivery: OrderDelivery | None) -> dict[str, str]:
    """What an address has no place for."""
    if delivery is None:
        return {}
    facts = id_facts("recipient", delivery.recipient.ids) if delivery.recipient is not None else {}
    if delivery.recipient is not None and delivery.recipient.name:
        facts["recipientName"] = delivery.recipient.name
    if delivery.requested is not None and delivery.requested.end_date is not None:
        facts["requestedDelivery"] = delivery.requested.end_date.isoformat()
    if delivery.requested is not None and delivery.requested.start_date is not None:
        facts["earliestDelivery"] = delivery.requested.start_date.isoformat()
    return facts


def recipient(facts: Mapping[str, str]) -> Party | None:
    """The unit, from what stood beside the address."""
    party = Party(name=facts.get("recipientName"), ids=ids_in("recipient", facts))
    return party if party != Party() else None


def id_facts(whose: str, ids: tuple[Identifier, ...]) -> dict[str, str]:
    """`recipientId`: "0088:7350001000022 0007:…"."""
    said = " ".join(f"{one.scheme}:{one.value}" if one.scheme else one.value for one in ids)
    return {f"{whose}Id": said} if said else {}


def ids_in(whose: str, facts: Mapping[str, str]) -> tuple[Identifier, ...]:
    """The same back."""
    found = []
    for word in facts.get(f"{whose}Id", "").split():
        scheme, colon, value = word.partition(":")
        found.append(Identifier(value=value, scheme=scheme) if colon else Identifier(value=scheme))
    return tuple(found)


def _id(id: Identifier | None) -> str | None:
    """A GLN as it is, others behind their scheme: old versions have no place for that."""
    if id is None:
        return None
    return id.value if id.scheme in {_GLN, None} else f"{id.scheme}:{id.value}"


def _identifier(text: str | None) -> Identifier | None:
    if text is None:
        return None
    scheme, colon, value = text.partition(":")
    if colon:
        return Identifier(value=value, scheme=scheme)
    return Identifier(value=text, scheme=_GLN if text.isdigit() and len(text) == _GLN_DIGITS else None)


def postal(address: Address | None) -> dict[str, Any]:
    """The fields of a cXML address."""
    if address is None:
        return {}
    return {
        "streets": (address.street or _NOTHING, *([address.additional_street] if address.additional_street else [])),
        "city": address.city or _NOTHING,
        "region": address.region,
        "postal_code": address.postal_code,
        "country": address.country or _NOTHING,
    }


def address(found: CxmlAddress) -> Address | None:
    """The same back."""
    if not found.streets:
        return None
    said: dict[str, Any] = {"street": found.streets[0], "city": found.city, "country": found.country}
    more = {"additional_street": " ".join(found.streets[1:]) or None}
    more |= {"region": found.region, "postal_code": found.postal_code}
    return Address(**{name: value for name, value in (said | more).items() if value not in {None, _NOTHING}})
