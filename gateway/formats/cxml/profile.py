"""What we take, told to whoever asks (ProfileResponse). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gateway.formats.cxml.envelope import moment
from gateway.formats.xml import escape


def profile_response(url: str, requests: Iterable[str], since: datetime) -> str:
    """The element: each request with the address that takes it. `since` is aware."""
    told = "".join(f'<Transaction requestName="{name}"><URL>{escape(url)}</URL></Transaction>' for name in requests)
    return f'<ProfileResponse effectiveDate="{moment(since)}">{told}</ProfileResponse>'
