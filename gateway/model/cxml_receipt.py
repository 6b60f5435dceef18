"""What was received of orders, as cXML trees it: ReceiptRequest (Fulfill.dtd)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from gateway.model.cxml_order import CxmlDescription, CxmlExtrinsic
from gateway.model.party import Amount, Value


class CxmlReceived(Value, frozen=True):
    """ReceiptItem: `kind` is received or returned, `line` the number of the order's line, `unit` that of the rate.

    `amount` = quantity x rate. `notice` is the ship notice that announced it, `notice_line` the line there.
    """

    number: str
    quantity: Decimal
    line: str
    rate: Amount
    unit: str
    amount: Amount
    kind: str | None = None
    seller_id: str | None = None
    auxiliary_id: str | None = None
    description: CxmlDescription | None = None
    notice: str | None = None
    notice_date: datetime | None = None
    notice_line: str | None = None
    note: str | None = None
    extrinsics: tuple[CxmlExtrinsic, ...] = ()


class CxmlReceivedOrder(Value, frozen=True):
    """ReceiptOrder: what came of one order; `referred` is its number where its payloadID stands beside it."""

    items: tuple[CxmlReceived, ...]
    order: str | None = None
    referred: str | None = None


class CxmlReceipt(Value, frozen=True):
    """`total` is the sum of what its items amount to."""

    number: str
    received: datetime
    total: Amount
    orders: tuple[CxmlReceivedOrder, ...]
    operation: str | None = None
    note: str | None = None
    extrinsics: tuple[CxmlExtrinsic, ...] = ()
