"""An article of a catalogue ↔ what an Index shows of it.

The price of an orderable unit there = UnitPrice x conversionFactor / quantity, as ours is amount x unit_factor / base
quantity. LeadTime is in days and must stand: 0 says that none is known.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from gateway.formats.cxml import groups
from gateway.formats.cxml.lines import described, extrinsics_of, told
from gateway.formats.cxml.moments import day_and_time, moment
from gateway.model.article import Article, ItemDocument
from gateway.model.catalogue import CatalogueLine, PriceTier
from gateway.model.cxml_catalogue import (
    CxmlAway,
    CxmlCharacteristic,
    CxmlOffer,
    CxmlPart,
    CxmlShown,
)
from gateway.model.item import ItemProperty
from gateway.model.party import Address, Identifier, Party, Period, Quantity

_GTIN, _DAYS = "0160", "DAY"
_PAGE = "TRADE_ITEM_DESCRIPTION"
_LEVEL = "punchoutLevel"
_ZERO, _ONE = Decimal(0), Decimal(1)


def part(line: CatalogueLine) -> CxmlPart:
    return CxmlPart(**_part(line))


def offer(line: CatalogueLine) -> CxmlOffer:
    """Raises ValueError where there is no price: what has none is not for sale."""
    said = _shown(line)
    if said["price"] is None:
        raise ValueError(f"lines {line.id}: prices: cXML wants the one price of an article")
    pictures = [one for one in line.item.documents if one.id != groups.URL]
    return CxmlOffer(
        **said,
        lead=said["lead_time"] or _ZERO,
        characteristics=tuple(CxmlCharacteristic(domain=one.name, value=one.value) for one in line.item.properties),
        pictures=tuple(map(groups.picture_of, pictures)),
    )


def away(line: CatalogueLine) -> CxmlAway:
    """Raises ValueError where there is no address of the shop."""
    said = _shown(line)
    if said["url"] is None:
        raise ValueError(f"lines {line.id}: orderable: cXML knows what is not for sale only by the address of a shop")
    facts = {one.name: one.value for one in line.item.properties}
    return CxmlAway(**said, level=facts.pop(_LEVEL, None), extrinsics=extrinsics_of(facts))


def known(one: CxmlPart) -> Article:
    """An article of which only the numbers are said."""
    return Article(
        name=one.seller_id,
        seller_id=one.seller_id,
        seller_id_extension=one.auxiliary_id,
        buyer_id=one.buyer_id,
        standard_id=Identifier(value=one.gtin, scheme=_GTIN) if one.gtin is not None else None,
    )


def line(one: CxmlOffer | CxmlAway, action: str, orderable: bool | None) -> CatalogueLine:
    """The line that an article of an Index means."""
    name, description = told(one.descriptions)
    level = [ItemProperty(name=_LEVEL, value=one.level)] if isinstance(one, CxmlAway) and one.level else []
    traits = one.characteristics if isinstance(one, CxmlOffer) else ()
    extra = [ItemProperty(name=fact.name, value=fact.value) for fact in one.extrinsics if fact.value is not None]
    pictures = one.pictures if isinstance(one, CxmlOffer) else ()
    page = (ItemDocument(id=groups.URL, kind=_PAGE, uri=one.url),) if one.url is not None else ()
    item = replace(
        known(one),
        name=name or one.seller_id,
        descriptions=(description,) if description is not None else (),
        manufacturer_id=one.manufacturer_id,
        manufacturer=Party(name=one.manufacturer) if one.manufacturer is not None else None,
        documents=(*page, *map(groups.document_of, pictures)),
        classifications=tuple(groups.classification_of(group) for group in one.groups if groups.says(group)),
        properties=(*level, *(ItemProperty(name=trait.domain, value=trait.value) for trait in traits), *extra),
    )
    tier = _tier(one)
    return CatalogueLine(
        id="",
        action=action,
        orderable=orderable,
        orderable_unit=one.unit,
        validity=_period(one),
        prices=(tier,) if tier != PriceTier() else (),
        item=item,
    )


def _part(line: CatalogueLine) -> dict[str, Any]:
    item = line.item
    if item.seller_id is None:
        raise ValueError(f"lines {line.id}: item.seller_id is missing, and cXML knows articles by that")
    gtin = item.standard_id.value if item.standard_id is not None else None
    return {
        "seller_id": item.seller_id,
        "auxiliary_id": item.seller_id_extension,
        "buyer_id": item.buyer_id,
        "gtin": gtin,
    }


def _shown(line: CatalogueLine) -> dict[str, Any]:
    item, tier = line.item, line.prices[0] if line.prices else PriceTier()
    base, period = tier.base_quantity, line.validity or Period()
    return _part(line) | {
        "descriptions": (described(item.name, item.descriptions[0] if item.descriptions else None),),
        "groups": tuple(map(groups.group_of, item.classifications)) or (groups.UNGROUPED,),
        "price": tier.amount,
        "unit": line.orderable_unit,
        "basis": base.value if base is not None else None,
        "basis_unit": base.unit if base is not None else None,
        "basis_factor": (_ONE if tier.unit_factor is None else tier.unit_factor) if base is not None else None,
        "manufacturer_id": item.manufacturer_id,
        "manufacturer": item.manufacturer.name if item.manufacturer is not None else None,
        "url": next((one.uri for one in item.documents if one.id == groups.URL), None),
        "lead_time": tier.lead_time.value if tier.lead_time is not None else None,
        "effective": moment(period.start_date, period.start_time) if period.start_date is not None else None,
        "expires": moment(period.end_date, period.end_time) if period.end_date is not None else None,
        "territories": tuple(one.country or "" for one in tier.territories),
    }


def _tier(one: CxmlOffer | CxmlAway) -> PriceTier:
    """Raises ValueError for a price for nothing."""
    if _ZERO in {one.basis, one.basis_factor}:
        raise ValueError(f"PriceBasisQuantity of {one.seller_id}: a price is for more than 0, and so is its factor")
    base = Quantity(value=one.basis, unit=one.basis_unit) if one.basis is not None else None
    days = one.lead_time or (one.lead if isinstance(one, CxmlOffer) else None)
    return PriceTier(
        amount=one.price,
        base_quantity=base,
        unit_factor=one.basis_factor if one.basis_factor != _ONE else None,
        lead_time=Quantity(value=days, unit=_DAYS) if days else None,
        territories=tuple(Address(country=country) for country in one.territories),
    )


def _period(one: CxmlShown) -> Period | None:
    start = day_and_time(one.effective) if one.effective is not None else (None, None)
    end = day_and_time(one.expires) if one.expires is not None else (None, None)
    period = Period(start_date=start[0], start_time=start[1], end_date=end[0], end_time=end[1])
    return period if period != Period() else None
