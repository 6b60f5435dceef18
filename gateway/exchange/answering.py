"""What a response is an answer to, and what it does to its order: the order, a change of it, or its cancellation. Pure.

T116 names the change that it answers, and has no word for a cancellation; T76 knows orders only. What could be meant
in two ways is not guessed: a person asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from gateway.exchange.matching import ALL_OFF, event_of
from gateway.findings import Finding, Place
from gateway.model import OrderResponse
from gateway.orders.book import EventRow
from gateway.orders.lifecycle import UNANSWERED, Event, Life, State
from gateway.orders.versions import Standing, Version

_OF_CHANGE = {
    "AB": Event.ACKNOWLEDGED,
    "AP": Event.CHANGE_ACCEPTED,
    "RE": Event.CHANGE_REFUSED,
    "CA": Event.CHANGE_COUNTERED,
}
_OF_CANCELLATION = {"AB": Event.ACKNOWLEDGED, "AP": Event.CANCEL_ACCEPTED, "RE": Event.CANCEL_REFUSED}
_ENDED = frozenset({Event.CANCEL_ACCEPTED, Event.CANCEL_REFUSED})


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What of an order waits for an answer: the number of a change, of a cancellation; and all changes ever sent.

    `standing` is the number of the change that made the version that stands.
    """

    life: Life
    change: str | None = None
    cancellation: str | None = None
    standing: str | None = None
    changes: frozenset[str] = frozenset()

    @property
    def answered(self) -> bool:
        """Whether the order itself has had its answer."""
        return self.life.settled not in UNANSWERED


def asked_of(life: Life, known: Iterable[Version], told: Sequence[EventRow]) -> Asked:
    """What is open, from the versions of an order and its timeline."""
    sent = [version for version in known if version.change is not None]
    waiting = [version.change for version in sent if version.state is Standing.PROPOSED]
    cancellation = None
    for row in told:
        if row.event is Event.CANCEL_ASKED:
            cancellation = row.detail.get("number")
        elif row.event in _ENDED:
            cancellation = None
    return Asked(
        life=life,
        change=waiting[-1] if waiting else None,
        cancellation=cancellation,
        standing=next((version.change for version in sent if version.state is Standing.STANDING), None),
        changes=frozenset(version.change for version in sent if version.change),
    )


def meaning(response: OrderResponse, asked: Asked, advanced: bool, source: str) -> Event | Finding:
    """The event that a response is for its order, or why a person must say."""
    plain = event_of(response)
    if plain is None:
        why = f"a supplier is not expected to send OrderResponse with code {response.code!r}: nothing was done with it"
        return Finding(rule="unexpected-document", message=why, place=Place(source=source, path="code"))
    if plain is ALL_OFF:
        return plain
    if response.change is not None:
        return _of_reference(response, response.change, asked, source)
    if asked.cancellation is not None:
        return _beside_cancellation(response, plain, asked, advanced, source)
    if asked.change is not None and asked.answered and plain is not Event.ACKNOWLEDGED:
        why = f"it names no change, order {response.order} had its answer, and change {asked.change} waits for one"
        return _ask_them(response, why, source)
    return _of_order(response, plain, asked, advanced, source)


def _of_reference(response: OrderResponse, change: str, asked: Asked, source: str) -> Event | Finding:
    if change == asked.change:
        return _OF_CHANGE[response.code]
    if change == asked.cancellation:
        event = _OF_CANCELLATION.get(response.code)
        return event or _ask_them(
            response, f"{change} takes the whole order back, which is accepted or refused", source
        )
    if change in asked.changes:
        if response.code == "AB":
            return Event.ACKNOWLEDGED
        if response.code == "AP" and change == asked.standing:
            return Event.CHANGE_ACCEPTED
        why = f"change {change} is not open: it was answered before, or was our yes to an offer"
        return Finding(rule="avrop-answer-late", message=why, place=Place(source=source, path="change"))
    why = f"order {response.order} has no change {change!r}: ask the supplier which one is meant"
    return Finding(rule="avrop-change-unknown", message=why, place=Place(source=source, path="change"))


def _beside_cancellation(
    response: OrderResponse, plain: Event, asked: Asked, advanced: bool, source: str
) -> Event | Finding:
    """An answer without a reference while a cancellation is open."""
    if plain is Event.ACKNOWLEDGED:
        return plain
    if asked.life.state is State.CANCELLED and response.code == "AP":
        return Event.CANCEL_ACCEPTED
    if asked.life.state is not State.CANCEL_PENDING:
        why = f"cancellation {asked.cancellation} was open, and order {response.order} has gone on since"
        return _ask_them(response, why, source)
    if asked.answered:
        event = _OF_CANCELLATION.get(response.code)
        return event or _ask_them(response, "a cancellation is accepted or refused, not offered otherwise", source)
    if plain is Event.CHANGED:
        return _of_order(response, plain, asked, advanced, source)
    return _ask_them(response, f"it may answer order {response.order} or cancellation {asked.cancellation}", source)


def _of_order(response: OrderResponse, plain: Event, asked: Asked, advanced: bool, source: str) -> Event | Finding:
    if not advanced:
        return plain
    if asked.life.state is State.CONFIRMED and plain in (Event.REJECTED, Event.CHANGED):
        why = f"order {response.order} is agreed; to leave it the supplier sends CA with every line not accepted (7)"
        return Finding(rule="avrop-answer-late", message=why, place=Place(source=source, path="code"))
    return Event.PROPOSED if plain is Event.CHANGED else plain


def _ask_them(response: OrderResponse, why: str, source: str) -> Finding:
    message = f"{response.code} can be meant in two ways: {why}. Ask the supplier, then settle it by hand"
    return Finding(rule="avrop-answer-ambiguous", message=message, place=Place(source=source, path="change"))
