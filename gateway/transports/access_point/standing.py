"""What an access point says of a document, in our words; its own words are kept. Pure.

The states are those of phoss-ap: pending, sending, sent, failed (it tries again), permanently_failed, rejected; and of
the Message Level Status: pending, received_ap, received_ab, received_re, not_applicable.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from gateway.transports.contract import Receipt, Refused, Standing

_STATES: dict[str, Literal["pending", "delivered", "failed"]] = {
    "pending": "pending",
    "sending": "pending",
    "failed": "pending",
    "sent": "delivered",
    "permanently_failed": "failed",
    "rejected": "failed",
}
_MLS_GOOD = {"received_ap", "received_ab", "not_applicable"}
_MLS_REJECTED = "received_re"
_PLAIN = ("errorDetails", "errorMessage", "error", "message", "detail", "lookupError")
_WORDS = (*_PLAIN, "sendingException", "sbdhParseException", "lookupException", "lastError")
_IDS = ("transactionID", "id", "as4MessageId")
_MOST = 300

Facts = Mapping[str, Any]


def facts_of(content: bytes) -> dict[str, Any]:
    """The JSON object in an answer; empty where there is none."""
    try:
        found = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def state_of(facts: Facts) -> str:
    """Their word for it. A sending report of phase4 has none, but says whether all went well."""
    said = str(facts.get("status") or facts.get("state") or "").lower()
    return said or ("sent" if facts.get("overallSuccess") is True else "accepted")


def standing(facts: Facts, *, wait_for_mls: bool) -> Standing:
    """Where a document stands. A state that nobody has told us of is pending: it is asked for again."""
    state = _STATES.get(state_of(facts), "pending")
    mls = str(facts.get("mlsStatus") or "").lower()
    if state == "delivered" and mls == _MLS_REJECTED:
        state = "failed"
    elif state == "delivered" and wait_for_mls and mls not in _MLS_GOOD:
        state = "pending"
    next_at = _moment(facts.get("nextRetryDT")) if state == "pending" else None
    return Standing(state=state, said=_said(facts), next_at=next_at)


def receipt(key: str, facts: Facts, *, wait_for_mls: bool) -> Receipt:
    """Proof that they have it; Refused where they have given it up."""
    found = standing(facts, wait_for_mls=wait_for_mls)
    evidence = " ".join(["access point:", state_of(facts)[:_MOST], key, *_ids(facts)])
    if found.state == "failed":
        raise Refused(f"{evidence}: {words_of(facts) or found.said}")
    return Receipt(evidence=evidence, final=found.state == "delivered")


def words_of(facts: Facts) -> str:
    """Why, in their words; "" where they say nothing."""
    for name in _WORDS:
        said = facts.get(name)
        if isinstance(said, dict):  # an exception of phase4: class, message, stackTrace
            said = said.get("message")
        if said:
            return str(said)[:_MOST]
    return ""


def _ids(facts: Facts) -> list[str]:
    """What they call it, by which they find it when we telephone."""
    return [str(facts[name])[:_MOST] for name in _IDS if facts.get(name)]


def _said(facts: Facts) -> str:
    parts = [" ".join([state_of(facts)[:_MOST], *_ids(facts)])]
    for name, words in (("mlsStatus", "MLS"), ("attemptCount", "attempt"), ("nextRetryDT", "next")):
        if facts.get(name) not in (None, ""):
            parts.append(f"{words} {str(facts[name])[:_MOST]}")
    return ", ".join(parts) + (f": {words_of(facts)}" if words_of(facts) else "")


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
