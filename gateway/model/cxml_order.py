"""An order, a change or a cancellation as cXML trees it: OrderRequest (cXML 1.2, chapter 8)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from gateway.model.party import Amount, Value


class CxmlReach(Value, frozen=True, kw_only=True):
    """How somebody is reached."""

    email: str | None = None
    phone: str | None = None


class CxmlAddress(CxmlReach, frozen=True, kw_only=True):
    """`deliver_to` are the lines above the street: who takes it in."""

    name: str
    id: str | None = None
    deliver_to: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


class CxmlContact(CxmlReach, frozen=True, kw_only=True):
    """A person: `role` is endUser, buyer …"""

    role: str
    name: str
    id: str | None = None


class CxmlDescription(Value, frozen=True):
    """What an article is, in one language: `short` its name where `text` says more."""

    language: str
    short: str | None = None
    text: str | None = None


class CxmlExtrinsic(Value, frozen=True):
    """A fact that both houses have agreed upon by its name; one that holds elements has no `value` here."""

    name: str
    value: str | None = None


class CxmlClassification(Value, frozen=True):
    """A commodity code in the list `domain`, such as UNSPSC."""

    domain: str
    code: str


class CxmlAttachment(Value, frozen=True):
    """Where a document that goes along is: `cid:…` of a part beside this one, or an address."""

    url: str
    name: str | None = None


class CxmlArticle(Value, frozen=True, kw_only=True):
    """ItemDetail: what an article is. `price` is that of `basis` of `basis_unit`, of one `unit` where these are absent.

    `basis_factor` is how many of `basis_unit` one `unit` is. `lead_time` is in days. `detail` is the whole as the
    supplier's own shop wrote it.
    """

    unit: str
    price: Amount
    descriptions: tuple[CxmlDescription, ...] = ()
    basis: Decimal | None = None
    basis_unit: str | None = None
    basis_factor: Decimal | None = None
    classifications: tuple[CxmlClassification, ...] = ()
    manufacturer_id: str | None = None
    manufacturer: str | None = None
    url: str | None = None
    lead_time: Decimal | None = None
    extrinsics: tuple[CxmlExtrinsic, ...] = ()
    detail: str | None = None


class CxmlLine(CxmlArticle, frozen=True, kw_only=True):
    """ItemOut."""

    number: str
    quantity: Decimal
    seller_id: str
    requested: date | None = None
    auxiliary_id: str | None = None
    note: str | None = None


class CxmlOrder(Value, frozen=True):
    """`kind` is new, update or delete; the last two name the `payload` of the request that they change or take back."""

    kind: str
    number: str
    ordered: datetime
    total: Amount
    lines: tuple[CxmlLine, ...]
    version: str | None = None
    payload: str | None = None
    agreement: str | None = None
    requested: datetime | None = None
    ship_to: CxmlAddress | None = None
    bill_to: CxmlAddress | None = None
    contacts: tuple[CxmlContact, ...] = ()
    note: str | None = None
    attachments: tuple[CxmlAttachment, ...] = ()
    extrinsics: tuple[CxmlExtrinsic, ...] = ()
