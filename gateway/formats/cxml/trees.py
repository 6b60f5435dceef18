"""Documents whose tree on the wire is another than ours: a pair of functions for each `tree:` of a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from gateway.formats.cxml import baskets, catalogues, confirmations, invoices, notices, orders, receipts
from gateway.formats.cxml.envelope import Opened


def _same(document: Any) -> Any:
    return document


def _alone(document: Any, around: Opened) -> Any:
    return document


class Pair(msgspec.Struct, frozen=True):
    """`to_wire` and `from_wire` undo each other for what `sayable` gives: the document as this wire means it.

    `enveloped` adds what only the envelope knows. They may raise ValueError with the term in its words. What does not
    come back equal is refused by the codec.
    """

    to_wire: Callable[[Any], Any]
    from_wire: Callable[[Any], Any]
    sayable: Callable[[Any], Any] = _same
    enveloped: Callable[[Any, Opened], Any] = _alone


PAIRS: dict[str, Pair] = {
    "cxml-order": Pair(orders.to_wire, orders.from_wire, orders.sayable),
    "cxml-basket": Pair(
        baskets.basket_to_wire, baskets.basket_from_wire, baskets.basket_sayable, baskets.basket_enveloped
    ),
    "cxml-confirmation": Pair(
        confirmations.to_wire, confirmations.from_wire, confirmations.sayable, confirmations.enveloped
    ),
    "cxml-ship-notice": Pair(notices.to_wire, notices.from_wire, notices.sayable),
    "cxml-invoice": Pair(invoices.to_wire, invoices.from_wire, invoices.sayable),
    "cxml-receipt": Pair(receipts.to_wire, receipts.from_wire, receipts.sayable),
    "cxml-catalogue": Pair(catalogues.to_wire, catalogues.from_wire, catalogues.sayable, catalogues.enveloped),
    "cxml-setup": Pair(baskets.setup_to_wire, baskets.setup_from_wire, baskets.setup_sayable),
    "cxml-status": Pair(baskets.status_to_wire, baskets.status_from_wire, enveloped=baskets.status_enveloped),
}
