"""The transactions that official rules are published for: T-number, root element, CustomizationID, version of UBL.

Source: the Peppol BIS 3 post-award, logistics and billing specifications. A document of another agreement (Svehandel)
has no transaction, and only a schema judges it.
"""

from __future__ import annotations

from typing import Final

import msgspec
from lxml import etree

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:{0}-2"
_POST_AWARD = "urn:fdc:peppol.eu:poacc:trns:"
_LOGISTICS = "urn:fdc:peppol.eu:logistics:trns:"
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
EUROPEAN_INVOICE = "urn:cen.eu:en16931:2017"
BILLING = f"{EUROPEAN_INVOICE}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"


class Transaction(msgspec.Struct, frozen=True):
    """`roots` are names in UBL; a CustomizationID of the transaction begins with `customization`."""

    number: str
    roots: tuple[str, ...]
    customization: str
    ubl: str = "2.1"

    @property
    def tags(self) -> frozenset[str]:
        """The root elements with their namespaces, as lxml writes them."""
        return frozenset(f"{{{_UBL.format(root)}}}{root}" for root in self.roots)


TRANSACTIONS: Final = {
    known.number: known
    for known in (
        Transaction("T01", ("Order",), f"{_POST_AWARD}order:3"),
        Transaction("T10", ("Invoice", "CreditNote"), EUROPEAN_INVOICE),
        Transaction("T16", ("DespatchAdvice",), f"{_POST_AWARD}despatch_advice:3"),
        Transaction("T19", ("Catalogue",), f"{_POST_AWARD}catalogue:3"),
        Transaction("T58", ("ApplicationResponse",), f"{_POST_AWARD}catalogue_response:3"),
        Transaction("T71", ("ApplicationResponse",), f"{_POST_AWARD}mlr:3"),
        Transaction("T76", ("OrderResponse",), f"{_POST_AWARD}order_response:3"),
        Transaction("T77", ("Catalogue",), f"{_POST_AWARD}punch_out:3"),
        Transaction("T110", ("OrderResponse",), f"{_POST_AWARD}order_agreement:3"),
        Transaction("T111", ("ApplicationResponse",), f"{_POST_AWARD}invoice_response:3"),
        Transaction("T114", ("OrderChange",), f"{_POST_AWARD}order_change:3", "2.3"),
        Transaction("T115", ("OrderCancellation",), f"{_POST_AWARD}order_cancellation:3", "2.3"),
        Transaction("T116", ("OrderResponse",), f"{_POST_AWARD}order_response_advanced:3", "2.3"),
        Transaction("T120", ("DespatchAdvice",), f"{_LOGISTICS}advanced_despatch_advice:1", "2.3"),
        Transaction("T128", ("ReceiptAdvice",), f"{_LOGISTICS}receipt_advice:1", "2.3"),
    )
}


def customization_of(root: etree._Element) -> str:
    """What the document says of itself; empty where it says nothing."""
    return (root.findtext(f"{_CBC}CustomizationID") or "").strip()


def transaction_of(root: etree._Element) -> str | None:
    """The T-number by root element and CustomizationID; None for a document of another agreement."""
    said = customization_of(root)
    for known in TRANSACTIONS.values():
        if said.startswith(known.customization) and root.tag in known.tags:
            return known.number
    return None
