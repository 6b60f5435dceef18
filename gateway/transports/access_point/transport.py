"""A Peppol access point over HTTP, in the shape of phoss-ap: the body is the whole Standard Business Document.

The parcel's key is the SBDH instance identifier, by which the access point knows a document again. Once the body has
left, only its status answers what became of it, so every doubtful answer is followed by that question.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from gateway.transports.access_point.settings import AccessPointSettings, expiries
from gateway.transports.access_point.standing import facts_of, receipt, standing
from gateway.transports.access_point.wire import said, submit, token_header, turned_away
from gateway.transports.contract import Check, Expiry, NotSent, Parcel, Receipt, Refused, Standing, Unsure
from gateway.transports.http import OUR_FAULT, Answer, ask, client, mistake, named
from gateway.transports.probing import steps


class AccessPoint:
    """The transport `access_point`. Safe to use from many threads. Answers come to our inbox, so it is not polled."""

    name = "access_point"
    envelope = "sbdh"
    polled = False
    follows = True
    Settings: type[msgspec.Struct] = AccessPointSettings

    def __init__(self, http: httpx.Client | None = None) -> None:
        self._http = client() if http is None else http

    def send(self, settings: AccessPointSettings, parcel: Parcel) -> Receipt:
        """Submit, and ask for the status where the answer leaves doubt, or first where the parcel was `resent`."""
        known = self._known(settings, parcel.key) if parcel.resent else None
        if known is not None:
            return _receipt(settings, parcel.key, known)
        url = f"{settings.base}/api/outbound/submit-sbd"
        try:
            answer = submit(self._http, url, settings.token, settings.timeout_seconds, parcel)
        except Unsure as doubt:
            return self._ask(settings, parcel, str(doubt))
        return self._judge(settings, parcel, answer)

    def fetch(self, settings: AccessPointSettings) -> Iterator[Parcel]:
        """Nothing: an access point delivers to our inbox by itself."""
        return iter(())

    def done(self, settings: AccessPointSettings, parcel: Parcel) -> None:
        """Nothing to move."""

    def status(self, settings: AccessPointSettings, key: str) -> Standing:
        """What the access point says of the document `key`."""
        known = self._known(settings, key)
        if known is None:
            return Standing(state="unknown", said=f"they do not know {key}")
        return standing(known, wait_for_mls=settings.wait_for_mls)

    def probe(self, settings: AccessPointSettings) -> Iterator[Check]:
        """Asks for a document that nobody has sent: who says that it is not known has let us in."""
        return steps(("connect", lambda: self._greeted(settings)))

    def expiries(self, settings: AccessPointSettings) -> Iterator[Expiry]:
        return expiries(settings)

    def report(self, settings: AccessPointSettings, key: str, country: str) -> str:
        """Tells in which country the document `key` came to its receiver; their word for it. NotSent or Refused."""
        url = f"{settings.base}/api/inbound/report"
        answer = self._asked(settings, "POST", url, params={"sbdhInstanceID": key, "c4CountryCode": country})
        what = f"{url}: {said(answer)}"
        if answer.status == 400:  # so phoss-ap answers to what it knows already
            return f"country {country} was told before: {what}"
        if not answer.is_success:
            turned_away(answer, what)
            raise NotSent(what)
        return f"country {country} told: {what}"

    def _known(self, settings: AccessPointSettings, key: str) -> dict[str, Any] | None:
        """What they say of a document; None where they do not know it. NotSent, Refused."""
        url = f"{settings.base}/api/outbound/status/{quote(key, safe='')}"
        answer = self._asked(settings, "GET", url)
        if answer.status == 404 and not answer.headers.get("content-type", "").startswith("text/html"):
            return None
        if answer.status in {401, 403}:
            raise Refused(f"{answer.url}: {said(answer)}; check the setting token")
        if not answer.is_success:
            raise NotSent(f"{answer.url}: {said(answer)}; is the setting url an access point's?")
        return facts_of(answer.content)

    def _asked(self, settings: AccessPointSettings, method: str, url: str, **request: Any) -> Answer:
        headers = token_header(settings.token)
        try:
            return ask(self._http, method, url, seconds=settings.timeout_seconds, headers=headers, **request)
        except OUR_FAULT as error:
            raise Refused(mistake(url, error)) from error
        except httpx.HTTPError as error:
            raise NotSent(f"{url}: no answer ({named(error)})") from error

    def _greeted(self, settings: AccessPointSettings) -> str:
        self._known(settings, str(uuid.uuid4()))
        return f"{settings.base} answers and takes our token"

    def _judge(self, settings: AccessPointSettings, parcel: Parcel, answer: Answer) -> Receipt:
        what = f"{answer.url}: {said(answer)}"
        if answer.is_success:
            return _receipt(settings, parcel.key, facts_of(answer.content))
        turned_away(answer, what)
        if _holds_other_content(answer, parcel):
            raise Refused(f"{what}; they hold another document under {parcel.key}, which must not happen: raise alarm")
        return self._ask(settings, parcel, what, refused=400 <= answer.status < 500)

    def _ask(self, settings: AccessPointSettings, parcel: Parcel, what: str, *, refused: bool = False) -> Receipt:
        """Doubt: phoss-ap answers 4xx also for what it keeps and will try again, and a lost answer says nothing."""
        try:
            known = self._known(settings, parcel.key)
        except (NotSent, Refused) as error:
            raise (Refused(what) if refused else Unsure(f"{what}; asked for its status: {error}")) from error
        if known is not None:
            return _receipt(settings, parcel.key, known)
        if refused:
            raise Refused(what)
        raise Unsure(f"{what}; they do not know {parcel.key} yet")


def _receipt(settings: AccessPointSettings, key: str, facts: dict[str, Any]) -> Receipt:
    return receipt(key, facts, wait_for_mls=settings.wait_for_mls)


def _holds_other_content(answer: Answer, parcel: Parcel) -> bool:
    held = facts_of(answer.content).get("sha256")
    return answer.status == 409 and bool(held) and held != hashlib.sha256(parcel.content).hexdigest()
