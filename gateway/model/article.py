"""An article as a catalogue describes it: more than an order says of its item."""

from __future__ import annotations

from decimal import Decimal

from gateway.model.item import Certificate, Classification, Hazard, ItemInstance, ItemProperty, TaxCategory
from gateway.model.party import Identifier, Party, Quantity, Value


class ItemDocument(Value, frozen=True):
    """A picture or data sheet, inside or at `uri`; `kind` is UNCL1001, PRODUCT_IMAGE or TRADE_ITEM_DESCRIPTION."""

    id: str
    kind: str | None = None
    descriptions: tuple[str, ...] = ()
    content: bytes | None = None
    media_type: str | None = None
    filename: str | None = None
    uri: str | None = None


class Measurement(Value, frozen=True):
    """A size, weight or temperature: `attribute` is UNCL6313 (HT height, LN length, WD width, GW gross weight …)."""

    attribute: str
    measure: Quantity | None = None
    descriptions: tuple[str, ...] = ()
    minimum: Quantity | None = None
    maximum: Quantity | None = None


class Article(Value, frozen=True):
    """What an orderable unit is: `pack_quantity` packs (with their unit), `pack_size` consumable units altogether.

    `conditions` tell how it is sold: CT by contract, NON_RETURNABLE. Ecolabels are `certificates`.
    """

    name: str
    descriptions: tuple[str, ...] = ()
    pack_quantity: Quantity | None = None
    pack_size: Decimal | None = None
    keywords: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    buyer_id: str | None = None
    seller_id: str | None = None
    manufacturer_id: str | None = None
    standard_id: Identifier | None = None
    documents: tuple[ItemDocument, ...] = ()
    origin_country: str | None = None
    classifications: tuple[Classification, ...] = ()
    conditions: tuple[str, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    tax: TaxCategory | None = None
    properties: tuple[ItemProperty, ...] = ()
    manufacturer: Party | None = None
    instances: tuple[ItemInstance, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    dimensions: tuple[Measurement, ...] = ()
    seller_id_extension: str | None = None
