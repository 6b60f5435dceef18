"""The order numbers of ours that an invoice names, wherever suppliers write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.model.invoice import Billing

_NUMBER = re.compile(r"(?<![\d-])(\d{2}-\d{6})(?!\d)")


def order_numbers(billing: Billing) -> list[str]:
    """Each once. Its order reference (BT-13) counts alone where it holds a number; else lines, then free references."""
    for texts in (_of_order(billing), _of_lines(billing), _elsewhere(billing)):
        found = [number for text in texts for number in _NUMBER.findall(text)]
        if found:
            return list(dict.fromkeys(found))
    return []


def _of_order(billing: Billing) -> Iterator[str]:
    if billing.order:
        yield billing.order


def _of_lines(billing: Billing) -> Iterator[str]:
    yield from (line.order for line in billing.lines if line.order)


def _elsewhere(billing: Billing) -> Iterator[str]:
    yield from billing.buyer_references
    said = (billing.sales_order, billing.despatch_advice, billing.originator_document, billing.note)
    yield from (text for text in said if text)
