"""Who and where: parties, addresses, periods, and the small values that documents are made of."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import msgspec


class Value(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What every canonical type is: immutable, named fields only, nothing unknown, defaults left out in JSON."""


class Identifier(Value, frozen=True):
    """A value and the scheme it belongs to (ICD: 0007 organisation number, 0088 GLN, 0160 GTIN)."""

    value: str
    scheme: str | None = None


class Quantity(Value, frozen=True):
    """A number of units; `unit` is a UN/ECE Recommendation 20 or 21 code, `unit_list` that list's name where given."""

    value: Decimal
    unit: str | None = None
    unit_list: str | None = None


class Amount(Value, frozen=True):
    """Money: `currency` is an ISO 4217 code."""

    value: Decimal
    currency: str


class Period(Value, frozen=True):
    """From and to, local time where no offset is given."""

    start_date: date | None = None
    start_time: time | None = None
    end_date: date | None = None
    end_time: time | None = None


class Coordinates(Value, frozen=True):
    """A point on the map in the system it names (EPSG:3857); degrees with decimals, metres above the sea."""

    system: str
    latitude: Quantity
    longitude: Quantity
    altitude: Quantity | None = None


class Address(Value, frozen=True):
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    id: str | None = None
    street: str | None = None
    additional_street: str | None = None
    city: str | None = None
    postal_code: str | None = None
    region: str | None = None
    line: str | None = None
    country: str | None = None
    country_list: str | None = None
    id_scheme: str | None = None
    coordinates: Coordinates | None = None
    postbox: str | None = None
    department: str | None = None
    building_number: str | None = None


class Contact(Value, frozen=True):
    """A person or desk; `id` is how their own house refers to them."""

    name: str | None = None
    telephone: str | None = None
    email: str | None = None
    id: str | None = None
    telefax: str | None = None


class TaxRegistration(Value, frozen=True):
    """A registration for value added tax: `company_id` is the VAT number."""

    company_id: Identifier
    scheme: str = "VAT"
    exemption: str | None = None


class PersonDocument(Value, frozen=True):
    """An identity document that a driver shows at the gate."""

    id: str
    kind: str | None = None


class Party(Value, frozen=True):
    """A company, a municipality or a unit of it. Match parties on `endpoint` and `ids`, never on the VAT number.

    `legal_form` is what else the law wants said of the company on its invoices.
    """

    endpoint: Identifier | None = None
    ids: tuple[Identifier, ...] = ()
    name: str | None = None
    address: Address | None = None
    taxes: tuple[TaxRegistration, ...] = ()
    legal_name: str | None = None
    legal_id: Identifier | None = None
    legal_address: Address | None = None
    contact: Contact | None = None
    legal_form: str | None = None


class Location(Value, frozen=True):
    """A place that receives goods; the hub's `id` is its GLN."""

    id: Identifier | None = None
    name: str | None = None
    address: Address | None = None
