"""The canonical documents. Pure data: money and quantities are Decimal, times as given, nothing computed."""

from gateway.model.catalogue import Catalogue
from gateway.model.despatch import DespatchAdvice
from gateway.model.order import Order
from gateway.model.receipt import ReceiptAdvice
from gateway.model.response import OrderResponse

Document = Order | OrderResponse | DespatchAdvice | ReceiptAdvice | Catalogue

DOCUMENTS: dict[str, type[Document]] = {
    kind.__name__: kind for kind in (Order, OrderResponse, DespatchAdvice, ReceiptAdvice, Catalogue)
}

__all__ = ["DOCUMENTS", "Catalogue", "DespatchAdvice", "Document", "Order", "OrderResponse", "ReceiptAdvice"]
