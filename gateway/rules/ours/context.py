"""What the book knows of the orders, documents and prices that a document is about; it comes as an argument."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from gateway.model import Document, Order
from gateway.model.item import Price

End = Literal["rejected", "cancelled"]


class KnownOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order of this supplier, as it stands. Amounts are by line id, in the line's unit; `sequence` of its changes.

    `delivered` is None where nobody has told of despatches: then nothing is said of them.
    """

    order: Order
    ended: End | None = None
    sequence: int = 0
    delivered: Mapping[str, Decimal] | None = None
    invoiced: Mapping[str, Decimal] = {}


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """`orders` by number; `earlier` are documents of the same kind, sender and number; prices by seller's article.

    `invoice_codes` are the codes that were said of the invoice before, oldest first.
    """

    orders: Mapping[str, KnownOrder] = {}
    earlier: tuple[Document, ...] = ()
    invoice_codes: tuple[str, ...] = ()
    contract_prices: Mapping[str, Price] = {}
