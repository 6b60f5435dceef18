"""The canonical documents. Pure data: money and quantities are Decimal, times as given, nothing computed."""

from __future__ import annotations

import typing

from gateway.model.agreement import OrderAgreement
from gateway.model.basket import PunchOutBasket, PunchOutSetup
from gateway.model.catalogue import Catalogue
from gateway.model.despatch import DespatchAdvice
from gateway.model.invoice import CreditNote, Invoice
from gateway.model.order import Order, OrderCancellation, OrderChange
from gateway.model.receipt import ReceiptAdvice
from gateway.model.response import OrderResponse
from gateway.model.verdict import CatalogueResponse, InvoiceResponse, MessageLevelResponse

Document = (
    Order
    | OrderChange
    | OrderCancellation
    | OrderResponse
    | OrderAgreement
    | DespatchAdvice
    | ReceiptAdvice
    | Catalogue
    | CatalogueResponse
    | PunchOutBasket
    | PunchOutSetup
    | Invoice
    | CreditNote
    | InvoiceResponse
    | MessageLevelResponse
)

DOCUMENTS: dict[str, type[Document]] = {kind.__name__: kind for kind in typing.get_args(Document)}

__all__ = [
    "DOCUMENTS",
    "Catalogue",
    "CatalogueResponse",
    "CreditNote",
    "DespatchAdvice",
    "Document",
    "Invoice",
    "InvoiceResponse",
    "MessageLevelResponse",
    "Order",
    "OrderAgreement",
    "OrderCancellation",
    "OrderChange",
    "OrderResponse",
    "PunchOutBasket",
    "PunchOutSetup",
    "ReceiptAdvice",
]
