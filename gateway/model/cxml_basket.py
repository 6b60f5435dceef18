"""A visit to a supplier's shop as cXML trees it: PunchOutSetupRequest, PunchOutOrderMessage, StatusUpdateRequest."""

from __future__ import annotations

from decimal import Decimal

from gateway.model.cxml_order import CxmlAddress, CxmlArticle, CxmlContact, CxmlExtrinsic
from gateway.model.party import Amount, Value


class CxmlIn(CxmlArticle, frozen=True, kw_only=True):
    """An article and how much of it: ItemIn as it comes back, ItemOut where it goes there again."""

    quantity: Decimal
    seller_id: str
    number: str | None = None
    auxiliary_id: str | None = None
    buyer_id: str | None = None


class CxmlBasket(Value, frozen=True):
    """PunchOutOrderMessage; `allowed` says what may be done with it later."""

    cookie: str
    allowed: str
    total: Amount
    shipping: Amount | None = None
    tax: Amount | None = None
    lines: tuple[CxmlIn, ...] = ()


class CxmlSetup(Value, frozen=True):
    """PunchOutSetupRequest; `return_url` is where the browser posts the basket to."""

    operation: str
    cookie: str
    return_url: str
    extrinsics: tuple[CxmlExtrinsic, ...] = ()
    contacts: tuple[CxmlContact, ...] = ()
    ship_to: CxmlAddress | None = None
    selected_id: str | None = None
    selected_auxiliary_id: str | None = None
    lines: tuple[CxmlIn, ...] = ()


class CxmlStatus(Value, frozen=True):
    """StatusUpdateRequest: what became of the request `payload`."""

    code: str
    payload: str | None = None
    text: str | None = None
    words: str | None = None
