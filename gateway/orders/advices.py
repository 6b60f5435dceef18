"""Which despatch advices of an order stand: a supplier may take one back before the goods are here. Pure.

Source: PEPPOL-T120, cbc:DocumentStatusCode (1 withdrawn, 5 replaced, 9 original); cXML ShipNoticeHeader/@operation
(delete, update, new). A replacement and a withdrawal bear the number of what they replace or withdraw.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from gateway.orders.lifecycle import Event

if TYPE_CHECKING:
    from gateway.model import DespatchAdvice
    from gateway.orders.book import EventRow

WITHDRAWN: Final = "1"
REPLACED: Final = "5"
TAKEN_BACK: Final = "advice_withdrawn"
"""The step of the note that a withdrawn advice leaves on the timeline, beside its `number`."""


def standing(events: Iterable[EventRow]) -> list[EventRow]:
    """What the supplier says is on its way, oldest first: of each advice the last word, none of those it took back."""
    found: dict[object, EventRow] = {}
    for row in events:
        taken_back = row.event is Event.NOTE and row.detail.get("step") == TAKEN_BACK
        if taken_back or row.event is Event.DESPATCHED:
            key = row.detail.get("number") or row.id
            found.pop(key, None)
            if not taken_back:
                found[key] = row
    return list(found.values())


def last_words(advices: Iterable[DespatchAdvice]) -> list[DespatchAdvice]:
    """The same of the documents themselves, as they came."""
    found: dict[str, DespatchAdvice] = {}
    for advice in advices:
        found.pop(advice.number, None)
        if advice.status != WITHDRAWN:
            found[advice.number] = advice
    return list(found.values())
