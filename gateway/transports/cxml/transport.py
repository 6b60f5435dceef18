"""The transport `cxml`: one request per document, whose payloadID stays the same, and a Status for an answer."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gateway.transports.contract import Check, Expiry, Parcel, Receipt, Standing
from gateway.transports.cxml.client import ask
from gateway.transports.cxml.profile import checks
from gateway.transports.cxml.settings import CxmlSettings
from gateway.transports.cxml.status import judge
from gateway.transports.https.settings import shown
from gateway.transports.https.tls import expiries_of


class Cxml:
    """Safe to use from many threads. What they send comes to our inbox, so it is not polled."""

    name = "cxml"
    envelope = "cxml"
    polled = False
    follows = False
    Settings: type[msgspec.Struct] = CxmlSettings

    def send(self, settings: CxmlSettings, parcel: Parcel) -> Receipt:
        """Their Status decides; one that promises more later is a receipt all the same."""
        return judge(shown(settings.url), parcel, ask(settings, parcel.content))

    def fetch(self, settings: CxmlSettings) -> Iterator[Parcel]:
        """Nothing: suppliers send to our inbox."""
        return iter(())

    def done(self, settings: CxmlSettings, parcel: Parcel) -> None:
        """Nothing to move."""

    def status(self, settings: CxmlSettings, key: str) -> Standing:
        """What they say later, they say by themselves (StatusUpdateRequest)."""
        return Standing(state="unknown", said="cxml keeps no status of documents that can be asked for")

    def probe(self, settings: CxmlSettings) -> Iterator[Check]:
        """They are asked for their profile, by our names and secret; nothing is ordered."""
        return checks(settings)

    def expiries(self, settings: CxmlSettings) -> Iterator[Expiry]:
        """Our certificate and the authorities that are named."""
        return expiries_of(settings)
