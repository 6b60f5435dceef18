"""The steps of a self-test over https, up to the first that fails."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Protocol

import httpx
import msgspec

from gateway.transports.contract import Check, Failure, Parcel
from gateway.transports.https.answers import judge, words_of
from gateway.transports.https.settings import HttpsSettings, shown


class _Asks(Protocol):
    def request(
        self, settings: HttpsSettings, method: str, url: str, parcel: Parcel | None = None
    ) -> httpx.Response: ...


def of(https: _Asks, settings: HttpsSettings) -> Iterator[Check]:
    """Their front page is asked for without a log-in, or `check_url` with it; `test_url` gets a small document."""
    try:
        seen = _connected(https, settings)
    except Failure as failure:
        yield Check(step="connect", good=False, evidence=str(failure))
        return
    yield seen
    if seen.good and settings.test_url:
        yield _written(https, settings)


def _connected(https: _Asks, settings: HttpsSettings) -> Check:
    if not settings.check_url:
        return _front_page(https, settings)
    answer = https.request(settings, "GET", settings.check_url)
    said = f"{shown(settings.check_url)}: {answer.status_code} {words_of(answer)}"
    if answer.is_success:
        return Check(step="connect", good=True, evidence=f"{said}; connected and logged in")
    cure = "check the log-in in the settings" if answer.status_code in {401, 403} else "check the setting check_url"
    return Check(step="connect", good=False, evidence=f"{said}; {cure}")


def _front_page(https: _Asks, settings: HttpsSettings) -> Check:
    """Any answer shows that the machine is there and trusted; who we are stays unsaid, and their program unasked."""
    bare = HttpsSettings(
        url=str(httpx.URL(settings.url).copy_with(path="/", query=None, fragment=None)),
        timeout_seconds=settings.timeout_seconds,
        ca=settings.ca,
        client_certificate=settings.client_certificate,
        private_key=settings.private_key,
        passphrase=settings.passphrase,
    )
    answer = https.request(bare, "HEAD", bare.url)
    said = f"{bare.url} answered {answer.status_code}; the log-in was not tried, for there is no check_url"
    return Check(step="connect", good=True, evidence=said)


def _written(https: _Asks, settings: HttpsSettings) -> Check:
    there = msgspec.structs.replace(settings, url=settings.test_url)
    parcel = Parcel(key=str(uuid.uuid4()), name="avrop-test.txt", content=b"Avrop test\n", media_type="text/plain")
    try:
        receipt = judge(there, parcel, https.request(there, there.method, there.url, parcel))
    except Failure as failure:
        return Check(step="write", good=False, evidence=str(failure))
    return Check(step="write", good=True, evidence=f"{shown(there.url)}: {receipt.evidence}")
