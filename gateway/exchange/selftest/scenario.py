"""What a self-test asks of a supplier, in words that a person reads and our sandbox understands. Pure.

A test order says "TEST – leverera inte" and, in plain Swedish, how it should be answered; the sandbox goes by the word
in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from gateway.formats import Dialect
from gateway.model import Order, OrderCancellation, OrderChange


class Scenario(StrEnum):
    """How the supplier is asked to answer. `cancel`: it accepts, and then we take the order back."""

    ACCEPT = "accept"
    CHANGE = "change"
    REJECT = "reject"
    SPLIT = "split"
    BACKORDER = "backorder"
    CANCEL = "cancel"


CONNECTION: Final = "connection"
"""The record of the steps that come before any order."""
MARK: Final = "TEST – leverera inte"
PLEASE: Final[dict[Scenario, str]] = {
    Scenario.ACCEPT: "Bekräfta beställningen som den är och avisera leveransen.",
    Scenario.CHANGE: "Bekräfta med ändring av minst en rad (antal, dag eller pris) och avisera det som bekräftats.",
    Scenario.REJECT: "Avvisa hela beställningen.",
    Scenario.SPLIT: "Bekräfta beställningen och avisera den i två leveranser.",
    Scenario.BACKORDER: "Restnotera en del av minst en rad och avisera det som kan levereras nu.",
    Scenario.CANCEL: "Bekräfta beställningen, avisera ingenting och vänta: vi avbeställer den.",
}
STEPS: Final[dict[str, tuple[str, ...]]] = {
    CONNECTION: ("configuration", "connect", "write", "list", "lookup", "shop"),
    Scenario.ACCEPT: ("order", "send", "receipt", "response", "despatch"),
    Scenario.CHANGE: ("order", "send", "receipt", "response", "agreement", "despatch"),
    Scenario.REJECT: ("order", "send", "receipt", "response"),
    Scenario.SPLIT: ("order", "send", "receipt", "response", "agreement", "despatch"),
    Scenario.BACKORDER: ("order", "send", "receipt", "response", "agreement", "despatch"),
    Scenario.CANCEL: ("order", "send", "receipt", "response", "cancellation"),
}
"""The steps of a record, in their order."""
_SERIES = re.compile(r"T\d\d-\d{6}\b")
_WORD = re.compile(r"\[scenario=([a-z]+)\]")


def wish(scenario: Scenario) -> str:
    """The note of a test order."""
    return f"{MARK}. {PLEASE[scenario]} [scenario={scenario.value}]"


def scenario_of(asked: Order | OrderChange | OrderCancellation) -> Scenario | None:
    """What a marked test order asks for; None for every other order, whatever its notes say."""
    number = asked.number if isinstance(asked, Order) else asked.order
    if not _SERIES.match(number):
        return None
    if isinstance(asked, OrderCancellation):
        return Scenario.CANCEL  # it carries no note of its order, and nothing else is cancelled
    found = (_WORD.search(text) for text in _texts(asked))
    word = next((match.group(1) for match in found if match), "")
    return Scenario(word) if word in set(Scenario) else None


def _texts(asked: Order | OrderChange) -> Iterator[str]:
    yield asked.note or ""
    for line in asked.lines:
        yield line.note or ""
        yield line.item.name or ""


def takes(dialect: Dialect, document: str) -> bool:
    """Whether documents of this kind can be read in the dialect."""
    return any(codec.document == document for codec in dialect.codecs.values())
