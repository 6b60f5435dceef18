"""What a Status of cXML means for the document: one table of codes (cXML 1.2, chapter 3, and the field's practice)."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from gateway.findings import Rejected
from gateway.transports.contract import Failure, NotSent, Parcel, Receipt, Refused, Unsure
from gateway.transports.discreet import hidden
from gateway.xml import parse

MOST_WORDS: Final = 300
_PERSON = "they said no: a person must act, trying again would be answered the same"
_AGAIN = "it is tried again"
_FORMAT = "they cannot read or use it: check dialect and version with them"
_LOG_IN = "check the settings ours, theirs and secret with them"
_CATALOGUE = "they said no to this catalogue"

DELIVERED: Final[dict[int, str]] = {
    200: "they have it",
    204: "they have it, and it changes nothing",
    211: "they have it",
    201: "they took it and answer with a StatusUpdate later",
    280: "a network took it, and answers with a StatusUpdate later",
    281: "a network took it and sends it on a way that gives no answer",
}
"""Silence after 201 and 280 is noticed by the deadline for an acknowledgement."""

# A code without a row of its own is judged by its class.
OUTCOMES: Final[dict[int | str, tuple[type[Failure], str]]] = {
    "3xx": (Refused, "they want something that cXML does not know"),
    "4xx": (Refused, _PERSON),
    "5xx": (NotSent, _AGAIN),
    400: (Refused, _FORMAT),
    401: (Refused, _LOG_IN),
    402: (Refused, "they want a complete request, or payment"),
    403: (Refused, _LOG_IN),
    404: (Refused, "they know no such address or document"),
    406: (Refused, _FORMAT),
    409: (Refused, "it does not go together with what they have"),
    412: (Refused, "something that it needs is not there"),
    417: (Refused, "they cannot do what it wants"),
    450: (Refused, "they do not take this kind of document: check with them what they take"),
    **dict.fromkeys(range(461, 471), (Refused, _CATALOGUE)),
    475: (Refused, "they want it signed"),
    476: (Refused, "they do not trust its signature"),
    477: (Refused, "they do not take its signature"),
    499: (Refused, "it is too large for them"),
    500: (NotSent, f"they failed; {_AGAIN}"),
    550: (NotSent, f"their network does not reach the next server; {_AGAIN}"),
    551: (NotSent, f"their network cannot send it on; {_AGAIN}"),
    556: (NotSent, f"a server of theirs is away; {_AGAIN}"),
    560: (NotSent, f"they are busy or down; {_AGAIN}"),
    561: (NotSent, f"they cannot take it now; {_AGAIN}"),
    562: (NotSent, f"they cannot take it now; {_AGAIN}"),
    563: (NotSent, f"they cannot take it now; {_AGAIN}"),
}

_TWICE = re.compile(
    r"\balready\s+(?:been\s+)?(?:processed|received|exists?|submitted|sent|placed|imported|handled|accepted)\b"
    r"|\b(?:is|as)\s+(?:a\s+)?duplicate|\bduplicate\s+(?:order|payload|document|request|message|po\b)|\bduplicate$"
    r"|\b(?:dublett|redan\s+(?:har\s+)?(?:mottag|behandl|finns|skickad|registrer|inläst))",
    re.IGNORECASE,
)


class Status(msgspec.Struct, frozen=True):
    """The Status of a Response: `said` is its text and words on one line, cut short and without secrets."""

    code: int
    said: str


def status_in(answer: bytes) -> Status | None:
    """The Status in an answer; None for what is no cXML Response: an HTML page, half an answer, nothing."""
    try:
        root = parse(answer, "", doctype=True)
    except Rejected:
        return None
    found = root.find("Response/Status") if root.tag == "cXML" else None
    code = found.get("code", "").strip() if found is not None else ""
    if found is None or not re.fullmatch(r"[1-9]\d\d", code, re.ASCII):
        return None
    words = " ".join(f"{found.get('text', '')} {''.join(str(text) for text in found.itertext())}".split())
    return Status(int(code), hidden(words)[:MOST_WORDS])


def judge(where: str, parcel: Parcel, answer: bytes) -> Receipt:
    """The receipt, or the failure that the table names. `where` is their address."""
    status = status_in(answer)
    if status is None:
        seen = hidden(" ".join(answer[: MOST_WORDS * 4].decode("utf-8", "replace").split()))[:MOST_WORDS]
        raise Unsure(f"{where}: the answer is no cXML ({seen or 'nothing'}); it is sent again under the same payloadID")
    said = f"cxml: {status.code} {status.said}".rstrip()
    if 200 <= status.code < 300:
        return Receipt(evidence=f"{said}; {DELIVERED.get(status.code, DELIVERED[200])}")
    twice = _TWICE.search(status.said) is not None
    if twice and parcel.resent and status.code >= 400:
        return Receipt(evidence=f"{said}; they have it from an earlier attempt")
    kind, why = OUTCOMES.get(status.code) or OUTCOMES.get(f"{status.code // 100}xx", OUTCOMES["3xx"])
    if twice and kind is NotSent:
        # What was never tried before cannot be there: trying again would only make it look delivered.
        kind, why = Refused, "they say that they have it, and it was never sent before: ask them what they have"
    raise kind(f"{where}: {said}; {why}")
