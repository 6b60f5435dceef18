"""What documents, their codes and the scenarios of a test are called, in every room that shows them. Message ids."""

from __future__ import annotations

from gateway.exchange.selftest.scenario import Scenario
from web.languages import N_

DOCUMENTS: dict[str | None, str] = {
    "Order": N_("Order"),
    "OrderResponse": N_("Order response"),
    "OrderChange": N_("Order change"),
    "OrderCancellation": N_("Order cancellation"),
    "OrderAgreement": N_("Order agreement"),
    "DespatchAdvice": N_("Despatch advice"),
    "Catalogue": N_("Catalogue"),
    "ReceiptAdvice": N_("Receipt advice"),
    "PunchOutSetup": N_("Visit to a shop"),
    "PunchOutBasket": N_("Basket from a shop"),
    None: N_("A document"),
}

CODES: dict[str, str] = {
    "AB": N_("received, the answer comes later"),
    "AP": N_("accepted as ordered"),
    "CA": N_("accepted with changes"),
    "RE": N_("rejected"),
}
"""UNCL4343, as Peppol uses it."""

LINE_CODES: dict[str, str] = {
    "1": N_("added"),
    "3": N_("changed"),
    "5": N_("accepted"),
    "7": N_("not accepted"),
    "42": N_("already delivered"),
}
"""UNCL1229, as Peppol uses it."""

SCENARIOS: dict[str, str] = {
    Scenario.ACCEPT: N_("Accepted as ordered"),
    Scenario.CHANGE: N_("Accepted with changes"),
    Scenario.REJECT: N_("Rejected"),
    Scenario.SPLIT: N_("Two deliveries"),
    Scenario.BACKORDER: N_("Backorder"),
    Scenario.CANCEL: N_("Cancelled by us"),
}
