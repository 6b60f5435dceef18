"""An order line ↔ ItemOut. The article as the supplier's own shop described it goes along as it came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from gateway.formats.values import read_decimal
from gateway.model.cxml_order import CxmlClassification, CxmlDescription, CxmlExtrinsic, CxmlLine
from gateway.model.item import Classification, Item, Price
from gateway.model.order import OrderLine
from gateway.model.party import Amount, Identifier, Party, Period, Quantity

LANGUAGE = "sv"
BASIS = "priceBasis"
_MOST_DECIMALS = 8
# cXML wants every article classified; this says that ours is not.
UNCLASSIFIED = CxmlClassification(domain="none", code="unclassified")
UNSPSC, TST = "UNSPSC", "TST"
_TEXTS = {"accounting_cost": "accountingCost", "quotation_line": "quotationLine"}


def to_wire(line: OrderLine, currency: str) -> CxmlLine:
    """Raises ValueError where a price cannot be said for one unit exactly."""
    item = line.item
    price, basis = for_one(line.price, line.id)
    facts = {told: getattr(line, name) for name, told in _TEXTS.items() if getattr(line, name) is not None}
    if basis is not None:
        facts[BASIS] = quantity_said(basis)
    if item.standard_id is not None:
        scheme = item.standard_id.scheme
        facts["standardId"] = f"{scheme}:{item.standard_id.value}" if scheme else item.standard_id.value
    requested = line.requested.end_date if line.requested is not None else None
    return CxmlLine(
        number=line.id,
        quantity=line.quantity.value,
        unit=line.quantity.unit or "",
        seller_id=item.seller_id or "",
        auxiliary_id=item.seller_id_extension,
        descriptions=(described(item.name, item.description),),
        price=price or Amount(value=Decimal(0), currency=currency),
        classifications=tuple(map(classified, item.classifications)) or (UNCLASSIFIED,),
        manufacturer_id=item.manufacturer_id,
        manufacturer=item.manufacturer.name if item.manufacturer is not None else None,
        requested=requested,
        extrinsics=extrinsics_of(facts),
        note=line.note,
        detail=line.detail,
    )


def from_wire(line: CxmlLine) -> OrderLine:
    """The line that an ItemOut means."""
    facts = found_in(line.extrinsics)
    classes = tuple(classification(one) for one in line.classifications if one != UNCLASSIFIED)
    name, description = told(line.descriptions)
    item = Item(
        name=name,
        description=description,
        seller_id=line.seller_id,
        seller_id_extension=line.auxiliary_id,
        manufacturer_id=line.manufacturer_id,
        manufacturer=Party(name=line.manufacturer) if line.manufacturer is not None else None,
        standard_id=_standard(facts.get("standardId")),
        classifications=classes,
    )
    return OrderLine(
        id=line.number,
        quantity=Quantity(value=line.quantity, unit=line.unit),
        item=item,
        price=_priced(line, facts),
        requested=Period(end_date=line.requested) if line.requested is not None else None,
        note=line.note,
        detail=line.detail,
        accounting_cost=facts.get(_TEXTS["accounting_cost"]),
        quotation_line=facts.get(_TEXTS["quotation_line"]),
    )


def described(name: str | None, description: str | None) -> CxmlDescription:
    """A name alone is the text; where more is said, it is the short name."""
    if description is None:
        return CxmlDescription(language=LANGUAGE, text=name)
    return CxmlDescription(language=LANGUAGE, short=name, text=description)


def told(descriptions: Iterable[CxmlDescription]) -> tuple[str | None, str | None]:
    """Name and description: in Swedish where somebody says it so, else in the first language there is."""
    mine = sorted(descriptions, key=lambda one: not one.language.lower().startswith(LANGUAGE))
    first = next(iter(mine), None)
    if first is None:
        return None, None
    return (first.short, first.text) if first.short else (first.text, None)


def extrinsics_of(facts: Mapping[str, str]) -> tuple[CxmlExtrinsic, ...]:
    """Facts by their name, as they stand."""
    return tuple(CxmlExtrinsic(name=name, value=value) for name, value in facts.items())


def found_in(extrinsics: Iterable[CxmlExtrinsic]) -> dict[str, str]:
    """The same back; of two of one name the first."""
    found: dict[str, str] = {}
    for one in extrinsics:
        if one.value is not None:
            found.setdefault(one.name, one.value)
    return found


def for_one(price: Price | None, line: str) -> tuple[Amount | None, Quantity | None]:
    """The price of one unit, and for how many it was given. Raises ValueError where it has no exact share."""
    if price is None:
        return None, None
    amount, basis = price.amount, price.base_quantity
    if basis is None:
        return amount, None
    if not basis.value:
        raise ValueError(f"lines {line}: price.base_quantity is 0")
    one = (amount.value / basis.value).quantize(Decimal(1).scaleb(-_MOST_DECIMALS)).normalize()
    if one * basis.value != amount.value:
        why = f"{amount.value} for {basis.value} has no exact price for one unit, and cXML orders by that"
        raise ValueError(f"lines {line}: price.base_quantity: {why}")
    return Amount(value=one + Decimal(0), currency=amount.currency), basis


def _priced(line: CxmlLine, facts: Mapping[str, str]) -> Price:
    """As the line says it, or the description that a shop wrote."""
    if line.basis is None:
        return price_of(line.price, facts)
    return Price(amount=line.price, base_quantity=Quantity(value=line.basis, unit=line.basis_unit))


def price_of(one: Amount, facts: Mapping[str, str]) -> Price:
    """The price of one unit, or of as many as it was given for."""
    basis = facts.get(BASIS)
    if basis is None:
        return Price(amount=one)
    given = quantity_in(basis)
    return Price(amount=Amount(value=one.value * given.value, currency=one.currency), base_quantity=given)


def quantity_said(quantity: Quantity) -> str:
    """`2.5 KGM`, as an Extrinsic says it."""
    return f"{quantity.value} {quantity.unit or ''}".strip()


def quantity_in(text: str) -> Quantity:
    """The same back. Raises ValueError for what is no number."""
    number, _, unit = text.partition(" ")
    return Quantity(value=read_decimal(number), unit=unit or None)


def classified(one: Classification) -> CxmlClassification:
    """A commodity code in a list as cXML calls it."""
    return CxmlClassification(domain=UNSPSC if one.list == TST else one.list or "none", code=one.code or "")


def classification(one: CxmlClassification) -> Classification:
    """The same back."""
    return Classification(code=one.code, list=TST if one.domain.upper() == UNSPSC else one.domain)


def _standard(text: str | None) -> Identifier | None:
    if text is None:
        return None
    scheme, colon, value = text.partition(":")
    return Identifier(value=value, scheme=scheme) if colon else Identifier(value=scheme)
