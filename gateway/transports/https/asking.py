"""One request that carries a document, and which of the three failures it is where no answer comes."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from gateway.transports.contract import NotSent, Refused
from gateway.transports.https.failures import Progress, failure_of


def asked(
    client: httpx.Client, method: str, url: str, *, seconds: float, content: bytes | None, headers: Mapping[str, str]
) -> httpx.Response:
    """Their answer, whatever its status, within `seconds` for each step. Raises NotSent, Refused or Unsure."""
    progress = Progress()
    timeout = httpx.Timeout(seconds, connect=min(seconds, 10.0))
    try:
        return client.request(
            method, url, content=content, headers=headers, timeout=timeout, extensions={"trace": progress}
        )
    except httpx.HTTPError as error:
        raise failure_of(url, error, progress) from error
    except (httpx.InvalidURL, UnicodeError, OverflowError):
        raise Refused("the address cannot be used; correct the setting url") from None
    except OSError as error:
        raise NotSent(f"the connection could not be made ({type(error).__name__}); nothing was sent") from error
