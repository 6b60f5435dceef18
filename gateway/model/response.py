"""The supplier's answer to an order: Peppol BIS Order Response 3 (T76), and to its changes (T116)."""

from __future__ import annotations

from datetime import date, time

from gateway.model.item import Item, Price
from gateway.model.party import Party, Period, Quantity, Value


class SubstitutedItem(Value, frozen=True):
    """What the supplier sends instead; `line` is the substituting line's id."""

    line: str
    item: Item


class ResponseLine(Value, frozen=True):
    """The answer to one order line; `status` is UNCL1229: 1 added, 3 changed, 5 accepted, 7 not accepted, 42 delivered.

    Several response lines may point at one `order_line`: a split delivery.
    """

    id: str
    status: str
    item: Item
    order_line: str
    note: str | None = None
    quantity: Quantity | None = None
    backorder: Quantity | None = None
    promised: Period | None = None
    price: Price | None = None
    substitute: SubstitutedItem | None = None


class OrderResponse(Value, frozen=True, tag="OrderResponse"):
    """`code` is UNCL4343: AB received, AP accepted, CA accepted with changes (all lines follow), RE rejected.

    `change` is the number of the order change that is answered; without it the order itself is.
    """

    number: str
    issued: date
    code: str
    order: str
    seller: Party
    buyer: Party
    profile: str | None = None
    sales_order: str | None = None
    issued_time: time | None = None
    note: str | None = None
    currency: str | None = None
    currency_list: str | None = None
    customer_reference: str | None = None
    promised: Period | None = None
    change: str | None = None
    lines: tuple[ResponseLine, ...] = ()
