"""What a supplier's answer means for the document: one table of statuses, and their words, cut short."""

from __future__ import annotations

from typing import Any, Final

import httpx
import msgspec

from gateway.transports.contract import Failure, NotSent, Parcel, Receipt, Refused, Unsure
from gateway.transports.discreet import hidden
from gateway.transports.https.bounded import LOCATION
from gateway.transports.https.settings import HttpsSettings, shown

MOST_WORDS: Final = 300
_LOG_IN = "check the log-in in the settings"
_ADDRESS = "check the settings url and method"
_AGAIN = "it may be with them: it is sent again under the same key"

# A status without a row of its own is judged by its class.
OUTCOMES: Final[dict[int | str, tuple[type[Failure], str]]] = {
    "3xx": (Refused, "they moved, and a redirect is never followed: correct the setting url"),
    "4xx": (Refused, "they said no to this document"),
    "5xx": (Unsure, _AGAIN),
    401: (Refused, _LOG_IN),
    403: (Refused, _LOG_IN),
    404: (Refused, _ADDRESS),
    405: (Refused, _ADDRESS),
    407: (Refused, "a proxy on the way wants a log-in"),
    408: (NotSent, "they did not get it in time"),
    409: (Refused, "they have something else under this key or number"),
    410: (Refused, _ADDRESS),
    413: (Refused, "it is too large for them"),
    415: (Refused, "they do not take this kind of document: check the setting dialect"),
    421: (NotSent, "the connection led to the wrong machine"),
    425: (NotSent, "they want it later"),
    429: (NotSent, "they ask us to slow down"),
    501: (Refused, _ADDRESS),
    503: (Unsure, _AGAIN),
    505: (Refused, _ADDRESS),
    511: (NotSent, "a network on the way wants a log-in"),
}


def judge(settings: HttpsSettings, parcel: Parcel, answer: httpx.Response) -> Receipt:
    """The receipt, or the failure that the table names."""
    status = answer.status_code
    said = f"{shown(settings.url)}: {status} {words_of(answer)}".rstrip()
    if answer.is_success:
        return Receipt(evidence=f"https: {status} {parcel.key} {_their_id(answer)}".rstrip())
    # What was never tried before cannot be there already: then the status means something else.
    if parcel.resent and status in settings.already:
        return Receipt(evidence=f"https: {status} {parcel.key}: they have it from an earlier attempt")
    if status == 503 and "retry-after" in answer.headers:
        raise NotSent(f"{said}; they are busy or down, and say when to come again")
    kind, why = OUTCOMES.get(status) or OUTCOMES.get(f"{status // 100}xx", (Unsure, _AGAIN))
    if answer.extensions.get(LOCATION):
        why = f"{why} (to {shown(answer.extensions[LOCATION])[:MOST_WORDS]})"
    raise kind(f"{said}; {why}")


def words_of(answer: httpx.Response) -> str:
    """What they say in JSON, or the beginning of their text, on one line; else the status in words."""
    facts = json_of(answer)
    names = ("detail", "title", "message", "error_description", "error", "errorMessage", "reason")
    told = next((facts[name] for name in names if isinstance(facts.get(name), str) and facts[name]), "")
    text = told or answer.content[: MOST_WORDS * 4].decode("utf-8", "replace")
    return hidden(" ".join(text.split()))[:MOST_WORDS] or answer.reason_phrase


def json_of(answer: httpx.Response) -> dict[str, Any]:
    """The answer's JSON object, {} where it is none."""
    try:
        found = msgspec.json.decode(answer.content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _their_id(answer: httpx.Response) -> str:
    facts = json_of(answer)
    found = [str(facts[name]) for name in ("id", "messageId", "orderId", "reference", "number") if facts.get(name)]
    return hidden(" ".join(found))[:MOST_WORDS]
