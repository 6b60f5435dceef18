"""What a supplier offers: Peppol BIS Catalogue 3 (T19) field by field, and what the older Svekatalog says besides.

A shop needs of a line its `item`, the unit it is ordered in, and its `prices`; everything else may be missing.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from gateway.model.article import Article
from gateway.model.party import Address, Amount, Party, Period, Quantity, Value


class PriceTier(Value, frozen=True):
    """What is asked for an article from `minimum` to `maximum`, in these `territories`, and how soon it comes.

    `amount` is net, without VAT, for `base_quantity` (one orderable unit where none is given). `kind` is UNCL5387.
    `unit_factor` turns the base quantity into an orderable unit, 1 where none is given. A tier without an amount tells
    the lead time only.
    """

    amount: Amount | None = None
    base_quantity: Quantity | None = None
    minimum: Quantity | None = None
    maximum: Quantity | None = None
    lead_time: Quantity | None = None
    territories: tuple[Address, ...] = ()
    kind: str | None = None
    unit_factor: Decimal | None = None
    validity: Period | None = None


class ComparisonPrice(Value, frozen=True):
    """The price of a `quantity` by which articles are compared: per litre, per metre."""

    amount: Amount | None = None
    quantity: Quantity | None = None


class RelatedItem(Value, frozen=True):
    """Another article, by the seller's number (`id`), and how much of it."""

    id: str | None = None
    quantity: Quantity | None = None


class CatalogueLine(Value, frozen=True):
    """One article for sale. `action` is Add, Update or Delete; without `orderable` it may be ordered.

    Orders count orderable units, from `minimum` to `maximum`, in steps of `multiple`. `content` is the net quantity in
    one consumable unit; `item.pack_size` of these are in the orderable unit. `pack_level` is CU consumer, TU trade, DU
    despatch unit or HN. `components` are what a set consists of, `accessories` go with it, `required` must be ordered
    along, `replaces` are what it takes the place of.
    """

    id: str
    item: Article
    action: str | None = None
    orderable: bool | None = None
    orderable_unit: str | None = None
    content: Quantity | None = None
    multiple: Decimal | None = None
    minimum: Quantity | None = None
    maximum: Quantity | None = None
    warranty: str | None = None
    pack_level: str | None = None
    validity: Period | None = None
    prices: tuple[PriceTier, ...] = ()
    comparison_prices: tuple[ComparisonPrice, ...] = ()
    components: tuple[RelatedItem, ...] = ()
    accessories: tuple[RelatedItem, ...] = ()
    required: tuple[RelatedItem, ...] = ()
    replaces: tuple[RelatedItem, ...] = ()


class TradingTerms(Value, frozen=True):
    information: tuple[str, ...] = ()


class Catalogue(Value, frozen=True, tag="Catalogue"):
    """`provider` sends it to `receiver`; where others trade, `seller` sells and `customer` may order from it.

    `action` is Add, Update, Delete or Replace, and `source` the number of the catalogue, already sent, that it acts on.
    """

    number: str
    provider: Party
    receiver: Party
    issued: date
    validity: Period
    lines: tuple[CatalogueLine, ...]
    profile: str | None = None
    action: str | None = None
    name: str | None = None
    version: str | None = None
    contract: str | None = None
    contract_type: str | None = None
    source: str | None = None
    seller: Party | None = None
    customer: Party | None = None
    terms: tuple[TradingTerms, ...] = ()
