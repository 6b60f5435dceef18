"""The transport `https`: one request per document, with a key that stays the same, to the address in the settings."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import msgspec

from gateway.transports.contract import Check, Expiry, Parcel, Receipt, Standing
from gateway.transports.https import checks
from gateway.transports.https.answers import judge
from gateway.transports.https.asking import asked
from gateway.transports.https.login import carried, login_of
from gateway.transports.https.oauth import Tokens
from gateway.transports.https.settings import HttpsSettings
from gateway.transports.https.signature import sign
from gateway.transports.https.tls import Clients, expiries_of, identity_of
from gateway.transports.secrets import secret


class Https:
    """Safe to use from many threads. Answers come to our inbox, signed, so it is not polled."""

    name = "https"
    envelope = ""
    polled = False
    follows = False
    Settings: type[msgspec.Struct] = HttpsSettings

    def __init__(self) -> None:
        self._clients, self._tokens = Clients(), Tokens()

    def send(self, settings: HttpsSettings, parcel: Parcel) -> Receipt:
        """One request, and a second one with a new token where they do not take the kept one any more."""
        return judge(settings, parcel, self.request(settings, settings.method, settings.url, parcel))

    def request(self, settings: HttpsSettings, method: str, url: str, parcel: Parcel | None = None) -> httpx.Response:
        """Their answer, its body cut short. Raises the three failures."""
        client = self._clients.of(identity_of(settings))
        if not settings.token_url:
            return _asked(client, settings, method, url, parcel, login_of(settings))
        token, kept = self._tokens.of(settings, client)
        answer = _asked(client, settings, method, url, parcel, login_of(settings, token))
        if answer.status_code == 401:
            self._tokens.forget(settings, token)
            if kept:
                token, _ = self._tokens.of(settings, client)
                answer = _asked(client, settings, method, url, parcel, login_of(settings, token))
        return answer

    def fetch(self, settings: HttpsSettings) -> Iterator[Parcel]:
        """Nothing: suppliers send to our inbox."""
        return iter(())

    def done(self, settings: HttpsSettings, parcel: Parcel) -> None:
        """Nothing to move."""

    def status(self, settings: HttpsSettings, key: str) -> Standing:
        """Nobody between us and them: what they took, they have."""
        return Standing(state="unknown", said="https keeps no status of documents")

    def probe(self, settings: HttpsSettings) -> Iterator[Check]:
        """Address, TLS and log-in; and a test document, only where they gave us an address for it."""
        return checks.of(self, settings)

    def expiries(self, settings: HttpsSettings) -> Iterator[Expiry]:
        """Our certificate and the authorities that are named."""
        return expiries_of(settings)


def _asked(
    client: httpx.Client, settings: HttpsSettings, method: str, url: str, parcel: Parcel | None, login: dict[str, str]
) -> httpx.Response:
    headers = login | (_about(settings, parcel) if parcel is not None else {})
    content = parcel.content if parcel is not None else None
    return asked(client, method, url, seconds=settings.timeout_seconds, content=content, headers=headers)


def _about(settings: HttpsSettings, parcel: Parcel) -> dict[str, str]:
    headers = {
        "Content-Type": carried(parcel.media_type, "the document's media type"),
        "Idempotency-Key": carried(parcel.key, "the document's key"),
    }
    if settings.signing_secret:
        key = secret(settings.signing_secret, "signing_secret")
        headers[settings.signature_header] = sign(key, parcel.content, time.time(), settings.signing_key_id)
    return headers
