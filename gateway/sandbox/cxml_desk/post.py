"""The supplier's answers on their way to our inbox for cXML: a Status of 2xx is the receipt."""

from __future__ import annotations

import httpx

from gateway.sandbox.cxml_house import Unreadable, read

_AGAIN = 500


class Refusal(Exception):
    """They said no, and would say no again: a person of the supplier's must look at it."""


class CxmlPost:
    """Posts whole documents to one address."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx.Client(timeout=10, trust_env=False)

    def __call__(self, document: bytes) -> None:
        """Raises httpx.HTTPError for what may pass, and `Refusal` for what will not."""
        answer = self._client.post(self._url, content=document, headers={"Content-Type": "text/xml; charset=UTF-8"})
        answer.raise_for_status()
        try:
            status = read(answer.content).find("Response/Status")
        except Unreadable as unreadable:
            raise httpx.DecodingError(f"the answer is no cXML: {unreadable}") from None
        code = int(status.get("code", "0")) if status is not None else 0
        if 200 <= code < 300:
            return
        words = "".join(str(one) for one in status.itertext()) if status is not None else "no Status"
        if not 400 <= code < _AGAIN:
            raise httpx.DecodingError(f"{code} {words}")
        raise Refusal(f"{code} {words}")

    def close(self) -> None:
        self._client.close()
