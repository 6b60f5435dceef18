"""What a supplier behind an access point must state: where the access point is and how it knows us."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gateway.transports.contract import Expiry
from gateway.transports.expiring import LastDay, on_day


class AccessPointSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`url` without `/api/…`; `token` is a reference (`env:NAME`, `file:PATH`); `timeout_seconds` for the answer.

    `wait_for_mls`: a document is delivered only when the receiver's access point has said so by Message Level Status.
    `report_country`: it hands documents over without reading our answer, and wants to be told of our country for each.
    `token_expires` is the day after which the token is no longer valid, where the access point has stated one.
    """

    url: str
    token: str
    timeout_seconds: float = 30.0
    wait_for_mls: bool = False
    report_country: bool = False
    token_expires: LastDay = None

    @property
    def base(self) -> str:
        return self.url.rstrip("/")


class Phase4Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`url` without `/sendsbdh`; the rest as of `AccessPointSettings`. The answer waits for the receiver's own."""

    url: str
    token: str
    timeout_seconds: float = 60.0
    token_expires: LastDay = None

    @property
    def base(self) -> str:
        return self.url.rstrip("/")


def expiries(settings: AccessPointSettings | Phase4Settings) -> Iterator[Expiry]:
    """The token's last day, where it is stated."""
    if settings.token_expires is not None:
        yield Expiry(what=f"token of the access point {settings.base}", ends=on_day(settings.token_expires))
