"""A service metadata publisher: what it lists for a participant, and what it says, signed, of one document type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from cryptography import x509

from gateway.findings import Place, reject
from gateway.lookup import metadata
from gateway.lookup.fetch import MOST_BYTES, Fetcher
from gateway.lookup.naming import group_url, metadata_url
from gateway.lookup.signature import Signed, verify
from gateway.lookup.trust import is_named


class Smp:
    """Asks SMPs by their address. Signatures are checked at the time of `clock`, against `anchors` if there are any."""

    def __init__(self, fetcher: Fetcher, anchors: Sequence[x509.Certificate], clock: Callable[[], datetime]) -> None:
        self._fetcher, self._anchors, self._clock = fetcher, anchors, clock

    def offered(self, smp: str, participant: str) -> tuple[str, ...] | None:
        """The document types it lists; None where it does not know the participant. Raises `Rejected`."""
        url = group_url(smp, participant)
        raw = self._fetcher.get(url)
        return None if raw is None else metadata.offered(raw, url, MOST_BYTES)

    def told(self, smp: str, participant: str, document_id: str) -> tuple[Signed, str] | None:
        """What is signed, and the address that said it; None where nothing is said. Raises `Rejected`."""
        url = metadata_url(smp, participant, document_id)
        signed = self._signed(url)
        elsewhere = metadata.redirect(signed.root) if signed is not None else None
        if elsewhere is not None:
            return self._followed(elsewhere, url), elsewhere.href
        return (signed, url) if signed is not None else None

    def _followed(self, elsewhere: metadata.Redirect, url: str) -> Signed:
        """One redirect is followed, to the SMP whose certificate was announced (SMP 1.4, redirect)."""
        there = self._signed(elsewhere.href)
        if there is None:
            message = f"the SMP leads to {elsewhere.href[:300]}, where nothing is"
            raise reject("lookup-redirect", message, Place(source=url))
        if metadata.redirect(there.root) is not None:
            message = "another SMP led here, and this one leads on; one redirect is followed"
            raise reject("lookup-redirect", message, Place(source=elsewhere.href))
        if not is_named(there.signer, elsewhere.uid):
            signer = there.signer.subject.rfc4514_string()
            message = f"{signer} signed, and the SMP that led there announced {elsewhere.uid[:200] or 'nobody'}"
            raise reject("lookup-redirect-certificate", message, Place(source=elsewhere.href))
        return there

    def _signed(self, url: str) -> Signed | None:
        raw = self._fetcher.get(url)
        return None if raw is None else verify(raw, url, self._anchors, self._clock(), MOST_BYTES)
