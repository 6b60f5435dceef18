"""What is traded: items, prices, allowances, tax, and the documents attached."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from gateway.model.party import Amount, Identifier, Party, Quantity, Value


class TaxCategory(Value, frozen=True):
    """VAT on a line: `id` is a UNCL5305 code, `percent` the rate; an exemption is said in words or by a VATEX code."""

    id: str
    id_scheme: str | None = None
    percent: Decimal | None = None
    scheme: str = "VAT"
    exemption_code: str | None = None
    exemption: str | None = None


class AllowanceCharge(Value, frozen=True):
    """A deduction (`charge` False) or an addition; `reason_code` is UNCL5189 or UNCL7161, `multiplier` per cent."""

    charge: bool
    amount: Amount
    reason_code: str | None = None
    reason: str | None = None
    multiplier: Decimal | None = None
    base_amount: Amount | None = None
    tax: TaxCategory | None = None


class Price(Value, frozen=True):
    """The net price of `base_quantity` units (1 where none is given); `discount` is taken off `gross`.

    `kind` is UNCL5387 (AAA net price …).
    """

    amount: Amount
    base_quantity: Quantity | None = None
    discount: Amount | None = None
    gross: Amount | None = None
    kind: str | None = None


class Classification(Value, frozen=True):
    """A commodity code, its list (UNCL7143: STI, MP …) and the list's version."""

    code: str | None = None
    list: str | None = None
    list_version: str | None = None
    name: str | None = None


class ItemProperty(Value, frozen=True):
    """A free property such as colour; `id` may point into a dictionary of properties."""

    name: str
    value: str
    id: Identifier | None = None
    id_version: str | None = None
    id_uri: str | None = None
    name_code: str | None = None
    name_code_list: str | None = None
    quantity: Quantity | None = None
    qualifier: str | None = None


class Dimension(Value, frozen=True):
    """A measure of a thing; `attribute` is UNCL6313 (AAB gross weight, AAW gross volume …)."""

    attribute: str
    measure: Quantity | None = None
    description: str | None = None


class Hazard(Value, frozen=True):
    """Dangerous goods: `undg` is the regulation (ADR, IMD …), `hazard_class` its class."""

    undg: str | None = None
    hazard_class: str | None = None
    id: str | None = None
    information: str | None = None
    technical_name: str | None = None
    category: str | None = None
    category_code: str | None = None
    net_weight: Quantity | None = None
    net_volume: Quantity | None = None
    packing_criteria: str | None = None
    emergency_temperature: Dimension | None = None


class Certificate(Value, frozen=True):
    """What an issuer attests of an article: an ecolabel, a forest's certificate; `remarks` say how much of it,
    `documents` where it can be read."""

    id: str
    kind: str
    kind_code: str
    issuer: str
    remarks: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    id_scheme: str | None = None


class ItemInstance(Value, frozen=True):
    """One traceable piece or batch of an item."""

    trace_id: Identifier | None = None
    manufactured: date | None = None
    best_before: date | None = None
    serial: str | None = None
    lot: str | None = None
    lot_expiry: date | None = None
    properties: tuple[ItemProperty, ...] = ()
    manufactured_time: time | None = None


class Item(Value, frozen=True):
    """An article. `standard_id` is a GTIN with scheme 0160; `seller_id` is the supplier's article number."""

    name: str | None = None
    description: str | None = None
    buyer_id: str | None = None
    seller_id: str | None = None
    seller_id_extension: str | None = None
    manufacturer_id: str | None = None
    standard_id: Identifier | None = None
    standard_id_extension: str | None = None
    specifications: tuple[str, ...] = ()
    classifications: tuple[Classification, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    tax: TaxCategory | None = None
    properties: tuple[ItemProperty, ...] = ()
    instances: tuple[ItemInstance, ...] = ()
    manufacturer: Party | None = None
    certificates: tuple[Certificate, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    origin_country: str | None = None


class Attachment(Value, frozen=True):
    """A document that goes along: inside (`content` with media type and file name) or at `uri`.

    `kind` says in words what it is, `kind_code` by UNCL1001.
    """

    id: str
    kind: str | None = None
    content: bytes | None = None
    media_type: str | None = None
    filename: str | None = None
    uri: str | None = None
    kind_code: str | None = None
    description: str | None = None
