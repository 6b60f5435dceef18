"""The shop speaks Peppol Punch Out 3: the cart as a Catalogue (T77), written with lxml alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from lxml import etree

from gateway.sandbox.cxml_house import HERE
from gateway.sandbox.elements import Maker
from gateway.sandbox.shopfront.cart import leaving
from gateway.sandbox.shopfront.shop import Position, Shop
from gateway.sandbox.shopfront.visits import Visit

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_MAP = {
    None: f"{_UBL}Catalogue-2",
    "cac": f"{_UBL}CommonAggregateComponents-2",
    "cbc": f"{_UBL}CommonBasicComponents-2",
}
_CAC = Maker(namespace=_MAP["cac"], nsmap={"cac": _MAP["cac"]})
_CBC = Maker(namespace=_MAP["cbc"], nsmap={"cbc": _MAP["cbc"]})
_UNITS = {"EA": "C62", "BX": "XBX"}
_GOOD_FOR = timedelta(days=14)


def cart(shop: Shop, visit: Visit, now: datetime, lines: list[Position] | None = None) -> bytes:
    """The T77 document; without lines it says that nothing was chosen."""
    found = leaving(shop, visit) if lines is None else lines
    local = now.astimezone(HERE)
    root = etree.Element(f"{{{_MAP[None]}}}Catalogue", nsmap=_MAP)  # type: ignore[arg-type]
    root.extend(
        [
            _CBC.CustomizationID("urn:fdc:peppol.eu:poacc:trns:punch_out:3"),
            _CBC.ProfileID("urn:fdc:peppol.eu:poacc:bis:punch_out:3"),
            _CBC.ID(f"KORG-{visit.id[:12]}"),
            _CBC.ActionCode("false"),
            _CBC.IssueDate(local.date().isoformat()),
            _CBC.IssueTime(local.strftime("%H:%M:%S")),
            _CAC.ValidityPeriod(_CBC.EndDate((local + _GOOD_FOR).date().isoformat())),
            _party("ProviderParty", shop.org, shop.name),
            _party("ReceiverParty", shop.house.theirs.rpartition(":")[2], "Kunden"),
        ]
    )
    root.extend(_line(line, place) for place, line in enumerate(found, 1))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _party(role: str, org: str, name: str) -> etree._Element:
    return _CAC(
        role,
        _CBC.EndpointID(org, schemeID="0007"),
        _CAC.PartyLegalEntity(_CBC.RegistrationName(name)),
    )


def _line(line: Position, place: int) -> etree._Element:
    unit = _UNITS.get(line.unit, line.unit)
    price = _CAC.Price(
        _CBC.PriceAmount(f"{line.price:f}", currencyID=line.currency),
        _CBC.BaseQuantity(f"{line.basis:f}", unitCode=unit),
    )
    return _CAC.CatalogueLine(
        _CBC.ID(str(place)),
        _CAC.RequiredItemLocationQuantity(
            _CBC.LeadTimeMeasure(str(line.lead_days), unitCode="DAY"),
            price,
            _CAC.DeliveryUnit(_CBC.BatchQuantity(f"{line.quantity:f}", unitCode=unit)),
        ),
        _item(line),
    )


def _item(line: Position) -> etree._Element:
    parts = [
        _CBC.Description(line.text),
        _CBC.Name(line.name),
        _CAC.SellersItemIdentification(_CBC.ID(number(line))),
    ]
    if line.maker_part:
        parts.append(_CAC.ManufacturersItemIdentification(_CBC.ID(line.maker_part)))
    parts.append(_CAC.CommodityClassification(_CBC.ItemClassificationCode(line.unspsc, listID="TST")))
    tax = _CAC.ClassifiedTaxCategory(_CBC.ID("S"), _CBC.Percent(str(Decimal(25))), _CAC.TaxScheme(_CBC.ID("VAT")))
    parts.append(tax)
    if line.unit == "HUR":
        parts.append(_CAC.AdditionalItemProperty(_CBC.Name("ServiceIndicator"), _CBC.Value("true")))
    if line.maker:
        parts.append(_CAC.ManufacturerParty(_CAC.PartyName(_CBC.Name(line.maker))))
    return _CAC.Item(*parts)


def number(line: Position) -> str:
    """T77 has one number for an article: what was chosen is a part of it."""
    return f"{line.part}/{line.auxiliary.removeprefix('CFG:')}" if line.auxiliary else line.part
