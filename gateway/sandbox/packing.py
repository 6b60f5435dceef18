"""Parcels with their labels: serial shipping container codes, and which despatch line lies in which parcel. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from gateway.identifiers import Sscc, gs1_check_digit
from gateway.model import Order
from gateway.model.despatch import LogisticUnit
from gateway.model.party import Identifier
from gateway.sandbox.behaviour import draw

_MOST_PARCELS = 3
_PER_ADVICE = 10


def sscc(order: Order, parcel: int) -> Sscc:
    """The label of one parcel, by GS1: extension digit, company prefix, serial reference, check digit.

    The company prefix is made up from the seller (735 and four digits), the serial reference from the order's number
    and the parcel's (below 100), so that no two parcels of a municipality share a label.
    """
    prefix = f"735{draw('company prefix', _seller(order)) % 10_000:04}"
    digits = f"3{prefix}{_serial(order.number):07}{parcel % 100:02}"
    return Sscc(f"{digits}{gs1_check_digit(digits)}")


def _seller(order: Order) -> str:
    seller = order.seller
    ids = [seller.endpoint, *seller.ids, seller.legal_id]
    return next((id.value for id in ids if id is not None), seller.legal_name or seller.name or "")


def _serial(number: str) -> int:
    """Seven digits: the last of the year and the serial of an order number like 26-000123; else any from the number."""
    match = re.fullmatch(r"\d(\d)-(\d{6})", number)
    return int("".join(match.groups())) if match else draw("serial", number) % 10_000_000


def pack(order: Order, advice: int, lines: Sequence[str]) -> tuple[LogisticUnit, ...]:
    """The despatch lines in one to three parcels, in their order; the line on the border is now and then in both."""
    count = min(1 + draw("parcels", order.number, advice) % _MOST_PARCELS, max(len(lines), 2))
    held = [list(lines[_border(n, count, lines) : _border(n + 1, count, lines)]) for n in range(count)]
    for before, after in itertools.pairwise(held):
        if before and (not after or draw("shared", order.number, advice, before[-1]) % 3 == 0):
            after.insert(0, before[-1])
    first = (advice - 1) * _PER_ADVICE + 1
    return tuple(
        LogisticUnit(id=Identifier(value=sscc(order, first + n), scheme="SSCC"), lines=tuple(ids))
        for n, ids in enumerate(held)
        if ids
    )


def _border(n: int, count: int, lines: Sequence[str]) -> int:
    return -(-n * len(lines) // count)
