"""What the hub says it received: the receipt advice that answers a despatch advice."""

from __future__ import annotations

from datetime import date, time

from gateway.model.item import Item
from gateway.model.party import Identifier, Party, Quantity, Value


class ReceiptLine(Value, frozen=True):
    """`received` is what was taken in; `short` was missing; `rejected` was refused with `reason` (UNCL4465 code)."""

    id: str
    despatch_line: str
    item: Item
    received: Quantity
    short: Quantity | None = None
    rejected: Quantity | None = None
    reason: str | None = None
    note: str | None = None
    units: tuple[Identifier, ...] = ()


class ReceiptAdvice(Value, frozen=True, tag="ReceiptAdvice"):
    number: str
    issued: date
    despatch_advice: str
    consignee: Party
    supplier: Party
    lines: tuple[ReceiptLine, ...]
    issued_time: time | None = None
    order: str | None = None
    note: str | None = None
