"""Asking an SMP: bounded in size and time, over https only, and never led elsewhere by HTTP.

SMP 1.4: an SMP is reached by https, and a client need not follow a redirection of HTTP.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from pathlib import Path

import httpx

from gateway.findings import Place, Rejected, reject

MOST_BYTES = 1_000_000
_SECONDS = 10.0
# A proxy of the house cannot reach this machine's own addresses.
_DIRECT = {"all://127.0.0.1": None, "all://localhost": None}
_HEADERS = {"Accept": "application/xml, text/xml", "Accept-Encoding": "identity"}


class Fetcher:
    """`ca`: a file of the certificates that may vouch for an SMP's TLS, instead of the machine's.

    `loopback`: an SMP may be on this machine, even without TLS; for tests. `seconds` bounds one whole question.
    """

    def __init__(self, ca: Path | None = None, *, loopback: bool = False, seconds: float = _SECONDS) -> None:
        """Raises `Rejected` where `ca` holds no certificates."""
        self._loopback, self._seconds = loopback, seconds
        try:
            self._tls = ssl.create_default_context(cafile=ca)
        except OSError as error:
            words = error.strerror or "it holds no certificate in PEM"
            raise reject("lookup-trust", f"this cannot be used for TLS: {words}", Place(source=str(ca))) from None

    def get(self, url: str) -> bytes | None:
        """What stands there; None where it says 404. Raises `Rejected`. Runs an event loop of its own."""
        self._allow(url)
        try:
            return asyncio.run(self._bounded(url))
        except TimeoutError:
            message = f"the SMP did not give its whole answer in {self._seconds:g} seconds"
            raise reject("lookup-smp", message, Place(source=url)) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            raise _unreachable(url, error) from None

    async def _bounded(self, url: str) -> bytes | None:
        async with (
            asyncio.timeout(self._seconds),
            httpx.AsyncClient(verify=self._tls, timeout=self._seconds, mounts=_DIRECT, headers=_HEADERS) as client,
            client.stream("GET", url) as answer,
        ):
            if answer.status_code == 404:
                return None
            _want_200(answer, url)
            return await _body(answer, url)

    def _allow(self, url: str) -> None:
        try:
            parts = httpx.URL(url)
        except (httpx.InvalidURL, ValueError) as error:
            raise reject("lookup-address", f"this is not an address: {error}", Place(source=url[:300])) from None
        here, inside = _where(parts.host)
        if here and self._loopback and parts.scheme in {"https", "http"}:
            return
        if parts.scheme != "https" or not parts.host or inside or parts.userinfo:
            message = "an SMP is asked by https at a public address only, and its entry says something else"
            raise reject("lookup-address", message, Place(source=url[:300]))


def _where(host: str) -> tuple[bool, bool]:
    """Whether a host is this machine, and whether its name alone tells that the outside world cannot mean it."""
    host = host.rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True, True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False, host.rpartition(".")[2].isdigit()  # 127.1 and the like, which some resolvers take for addresses
    return address.is_loopback, not address.is_global


def _want_200(answer: httpx.Response, url: str) -> None:
    if answer.is_redirect:
        message = f"the SMP answered {answer.status_code} and leads elsewhere by HTTP, which is not followed"
        raise reject("lookup-smp", message, Place(source=url))
    if answer.status_code != 200:
        raise reject("lookup-smp", f"the SMP answered {answer.status_code}", Place(source=url))
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise reject("lookup-smp", "the SMP answered packed, which was not asked for", Place(source=url))


async def _body(answer: httpx.Response, url: str) -> bytes:
    body = bytearray()
    async for chunk in answer.aiter_raw():
        body += chunk
        if len(body) > MOST_BYTES:
            message = f"the SMP's answer is larger than {MOST_BYTES} bytes"
            raise reject("lookup-smp", message, Place(source=url))
    return bytes(body)


def _unreachable(url: str, error: Exception) -> Rejected:
    words = str(error).strip() or type(error).__name__
    if "CERTIFICATE_VERIFY_FAILED" in words:
        return reject("lookup-tls", f"the SMP's TLS certificate cannot be trusted: {words}", Place(source=url))
    return reject("lookup-smp", f"the SMP cannot be reached: {words}", Place(source=url))
