"""`lane`, `deadlines` and `owner` of a profile or a supplier: how messages leave, and in what time it answers.

`lane: {concurrency: 2, per_minute: 30, timeout: 20s, retry: {first: 1m, longest: 6h, patience: 3d},
open: "mon-fri 07:00-18:00", breaker: 3}`, `deadlines: {acknowledgement: 2h, response: 1d, despatch: 5d}`.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final

import msgspec

from gateway.suppliers.agreement import Deadlines, Lane, Plan
from gateway.suppliers.card import Card
from gateway.suppliers.durations import spelled
from gateway.suppliers.hours import windows
from gateway.suppliers.section import Section, listed, section

LANE: Final = {
    "concurrency": "how many messages are on their way at a time, 1 to 100",
    "per_minute": "at most so many in a minute",
    "timeout": "for one attempt, where the transport's own settings say nothing",
    "retry": "how attempts follow each other",
    "open": "when it sends: days and hours in Swedish time",
    "breaker": "failures in a row after which one probe at a time is made",
}
RETRY: Final = {
    "first": "from the first failure to the second attempt; then twice as long each time",
    "longest": "the longest pause between two attempts",
    "patience": "how long it is tried before a person must act",
}
DEADLINES: Final = {
    "acknowledgement": "the first answer of any kind",
    "response": "the order response that decides",
    "despatch": "the first despatch advice",
}
OWNER: Final = re.compile(r"[a-z0-9][a-z0-9._-]*|[^@\s]+@[^@\s]+\.[^@\s]+")
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
_LANE_EXAMPLE = "{concurrency: 2, timeout: 20s}"
_RETRY_EXAMPLE = "{first: 1m, longest: 6h, patience: 3d}"
_DEADLINES_EXAMPLE = "{acknowledgement: 2h, response: 1d}"


def lane_of(card: Card, plan: Plan) -> Lane:
    """The lane that a card states; what it does not say is as everywhere, of `retry` as in `plan`."""
    lane = section(card, "lane", card.entries.get("lane"), "lane", LANE, _LANE_EXAMPLE)
    if not lane.entries:
        return Lane(retry=plan)
    said = {
        "concurrency": lane.whole("concurrency", 100, 2),
        "per_minute": lane.whole("per_minute", 6000, 30),
        "timeout": lane.length("timeout", SECOND, 10 * MINUTE),
        "retry": _plan(lane.below("retry", RETRY, _RETRY_EXAMPLE), plan),
        "windows": _open(lane),
        "breaker": lane.whole("breaker", 100, 3),
    }
    return Lane(**_only(said))


def deadlines_of(card: Card) -> Deadlines:
    """The deadlines that a card states. An answer that must come after another cannot be due before it."""
    stated = section(card, "deadlines", card.entries.get("deadlines"), "deadlines", DEADLINES, _DEADLINES_EXAMPLE)
    if not stated.entries:
        return Deadlines()
    said = {key: stated.length(key, MINUTE, 364 * DAY) for key in DEADLINES}
    for earlier, later in (("acknowledgement", "response"), ("response", "despatch"), ("acknowledgement", "despatch")):
        first, then = said[earlier], said[later]
        if first is not None and then is not None and then < first:
            _complain(stated, (earlier, later), f"{later} {spelled(then)} is shorter than {earlier} {spelled(first)}")
            break
    return Deadlines(**_only(said))


def _plan(retry: Section, usual: Plan) -> Plan:
    before = len(retry.card.findings)
    said = {
        "first": retry.length("first", SECOND, DAY),
        "longest": retry.length("longest", SECOND, 7 * DAY),
        "patience": retry.length("patience", SECOND, 60 * DAY),
    }
    plan = msgspec.structs.replace(usual, **_only(said))
    if len(retry.card.findings) == before:
        shown = {key: spelled(getattr(plan, key)) + ("" if said[key] else " (the default)") for key in said}
        if plan.first > plan.longest:
            _complain(retry, ("first", "longest"), f"first {shown['first']} is longer than longest {shown['longest']}")
        if plan.patience < plan.first:
            words = f"patience {shown['patience']} is shorter than first {shown['first']}"
            _complain(retry, ("first", "patience"), words)
    return plan


def _open(lane: Section) -> Any:
    entry = listed(lane.entries.get("open"))
    if entry is None:
        return None
    return Section(lane.card, lane.path, lane.family, {"open": entry}).parsed("open", windows)


def _complain(stated: Section, keys: tuple[str, str], words: str) -> None:
    """Two values that do not go together, told where the nearer one stands: the supplier's own, the later one."""
    entries = [stated.entries[key] for key in keys if key in stated.entries]
    if entries:
        nearest = max(entries, key=lambda entry: (not entry.owner, entry.value.line, entry.value.column))
        stated.complain(f"{stated.path}.{words}", nearest)


def _only(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value is not None}
