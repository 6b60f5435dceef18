"""An access point in the shape of phase4-peppol-standalone: it sends while we wait, and remembers nothing.

Its answer is a sending report, with HTTP 200 also where nothing was sent. It has no status, so an unclear outcome is
cleared up by sending again: the receiver's access point knows the document by its SBDH instance identifier.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import msgspec

from gateway.transports.access_point.settings import Phase4Settings, expiries
from gateway.transports.access_point.standing import Facts, facts_of, words_of
from gateway.transports.access_point.wire import said, submit, turned_away
from gateway.transports.contract import Check, Expiry, NotSent, Parcel, Receipt, Refused, Standing, Unsure
from gateway.transports.http import client
from gateway.transports.probing import steps

# EAS4UserMessageSendResult of phase4; what is not named here may have arrived.
_SENT = {"SUCCESS"}
_SAID_NO = {"AS4_ERROR_MESSAGE_RECEIVED", "INVALID_PARAMETERS"}
_NO_DOCUMENT = Parcel(key="", name="", content=b"<SelfTest/>")


class Phase4:
    """The transport `access_point_phase4`. Safe to use from many threads. Answers come to our inbox."""

    name = "access_point_phase4"
    envelope = "sbdh"
    polled = False
    follows = False
    Settings: type[msgspec.Struct] = Phase4Settings

    def __init__(self, http: httpx.Client | None = None) -> None:
        self._http = client() if http is None else http

    def send(self, settings: Phase4Settings, parcel: Parcel) -> Receipt:
        """Sends through to the receiver's access point; its receipt is ours."""
        return _judged(parcel.key, *self._report(settings, parcel))

    def fetch(self, settings: Phase4Settings) -> Iterator[Parcel]:
        """Nothing: an access point delivers to our inbox by itself."""
        return iter(())

    def done(self, settings: Phase4Settings, parcel: Parcel) -> None:
        """Nothing to move."""

    def status(self, settings: Phase4Settings, key: str) -> Standing:
        return Standing(state="unknown", said="this access point remembers nothing of what it sent")

    def probe(self, settings: Phase4Settings) -> Iterator[Check]:
        """Hands over what is no document: an access point that lets us in says just that, and sends nothing."""
        return steps(("connect", lambda: self._greeted(settings)))

    def expiries(self, settings: Phase4Settings) -> Iterator[Expiry]:
        return expiries(settings)

    def _report(self, settings: Phase4Settings, parcel: Parcel) -> tuple[str, dict[str, Any]]:
        """What they answered, in short, and their sending report, empty where it is none."""
        url = f"{settings.base}/sendsbdh"
        answer = submit(self._http, url, settings.token, settings.timeout_seconds, parcel)
        what = f"{url}: {said(answer)}"
        turned_away(answer, what)
        facts = facts_of(answer.content)
        if not facts and 400 <= answer.status < 500:
            raise Refused(what)
        return what, facts

    def _greeted(self, settings: Phase4Settings) -> str:
        what, facts = self._report(settings, _NO_DOCUMENT)
        if facts.get("overallSuccess") is not False or not facts.get("sbdhParseException"):
            raise Refused(f"{what}; this is not how phase4 answers to something that is no document: check the url")
        return f"{settings.base} answers and takes our token"


def _judged(key: str, what: str, facts: Facts) -> Receipt:
    result = str(facts.get("sendingResult") or "").upper().replace("-", "_")
    if result in _SENT or facts.get("overallSuccess") is True:
        ids = [str(facts[name]) for name in ("as4MessageId",) if facts.get(name)]
        return Receipt(evidence=" ".join(["access point: sent", key, *ids]))
    if result in _SAID_NO:
        raise Refused(f"{what}; {result}: {_errors(facts) or 'no reason given'}")
    if result or facts.get("as4MessageId") or not facts:
        raise Unsure(f"{what}; {result or 'no result'}: whether the receiver has {key} is not known")
    if facts.get("sbdhParseException"):
        raise Refused(f"{what}; they cannot read the envelope of {key}")
    raise NotSent(f"{what}; nothing was sent: they could not find out where to, or not reach it")


def _errors(facts: Facts) -> str:
    """What the receiver's access point said, by ebMS error code."""
    errors = facts.get("as4ResponseErrors")
    listed = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    told = [
        f"{error.get('errorCode', '')} {error.get('errorDetails') or error.get('description') or ''}"
        for error in listed
    ]
    return "; ".join(told[:5])[:500] or words_of(facts)
