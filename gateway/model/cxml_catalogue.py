"""A supplier's catalogue as cXML trees it: Index, alone or sent along with a CatalogUploadRequest."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from gateway.model.cxml_invoice import CxmlIdReference
from gateway.model.cxml_order import CxmlDescription, CxmlExtrinsic
from gateway.model.party import Amount, Value


class CxmlGroup(Value, frozen=True):
    """Classification: a group in the list `domain`; `code` where the text is its name."""

    domain: str
    code: str | None = None
    text: str | None = None


class CxmlCharacteristic(Value, frozen=True):
    """A property such as size, and what it is of this article."""

    domain: str
    value: str


class CxmlPicture(Value, frozen=True):
    """AttachmentReference: a picture or data sheet, by its `id` and where it is."""

    id: str
    name: str
    description: CxmlDescription
    url: str | None = None


class CxmlPart(Value, frozen=True, kw_only=True):
    """ItemID: how an article is known."""

    seller_id: str
    auxiliary_id: str | None = None
    buyer_id: str | None = None
    gtin: str | None = None


class CxmlShown(CxmlPart, frozen=True, kw_only=True):
    """What is said of every article that is shown. `price` is that of `basis` of `basis_unit`, where these stand."""

    descriptions: tuple[CxmlDescription, ...]
    groups: tuple[CxmlGroup, ...]
    price: Amount | None = None
    unit: str | None = None
    basis: Decimal | None = None
    basis_factor: Decimal | None = None
    basis_unit: str | None = None
    manufacturer_id: str | None = None
    manufacturer: str | None = None
    url: str | None = None
    lead_time: Decimal | None = None
    expires: datetime | None = None
    effective: datetime | None = None
    territories: tuple[str, ...] = ()
    extrinsics: tuple[CxmlExtrinsic, ...] = ()


class CxmlOffer(CxmlShown, frozen=True, kw_only=True):
    """IndexItemAdd: an article with its price. `lead` is its lead time in days once more: 0 where none is known."""

    lead: Decimal
    characteristics: tuple[CxmlCharacteristic, ...] = ()
    pictures: tuple[CxmlPicture, ...] = ()


class CxmlAway(CxmlShown, frozen=True, kw_only=True):
    """IndexItemPunchout: an article that is chosen in the supplier's own shop, `level` deep in it."""

    level: str | None = None


class CxmlIndexItem(Value, frozen=True):
    """IndexItem: articles of one of the three kinds."""

    offers: tuple[CxmlOffer, ...] = ()
    gone: tuple[CxmlPart, ...] = ()
    away: tuple[CxmlAway, ...] = ()


class CxmlIndex(Value, frozen=True):
    """`mode` is Full, which takes the place of what was sent before, or Incremental."""

    suppliers: tuple[CxmlIdReference, ...]
    items: tuple[CxmlIndexItem, ...]
    mode: str | None = None
    note: str | None = None
