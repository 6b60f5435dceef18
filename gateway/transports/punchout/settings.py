"""How a supplier's own shop is entered: what stands under `punchout` in suppliers.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from gateway.transports.cxml.settings import Peer, Reference
from gateway.transports.https.settings import unusable


class Visit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for every shop (a struct has one base, so `CxmlShop` states the same). Nothing in `blocked`
    (UNSPSC codes or how they begin) is let into a basket.

    A visit ends after `minutes`. A basket holds at most `most_lines`. A price may be above the contract's by
    `tolerance` per cent.
    """

    minutes: int = 240
    most_lines: int = 5000
    currency: str = "SEK"
    blocked: tuple[str, ...] = ()
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        _refuse(self)


class CxmlShop(Peer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """cXML PunchOut: our server asks for a visit at `url`, and is told where the person's browser goes.

    `level` says how deep in the shop a visit may begin. The others are those of `Visit`.
    """

    minutes: int = 240
    most_lines: int = 5000
    currency: str = "SEK"
    blocked: tuple[str, ...] = ()
    tolerance: float = 0.0
    level: Literal["store", "aisle", "shelf", "product"] = "store"

    def __post_init__(self) -> None:
        super().__post_init__()
        _refuse(self)


class OciShop(Visit, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """OCI: the browser itself posts the log-in to `url`, with the return address.

    `fields` go along as they stand (`{~OkCode: ADDI}`), `secrets` are fields whose values are references
    (`{USERNAME: env:A, PASSWORD: env:B}`). `version` is OCI_VERSION; `charset` that of the shop's answer where the form
    does not say.
    """

    url: str
    version: Literal["3.0", "4.0", "5.0"] = "4.0"
    charset: str = "iso-8859-1"
    fields: dict[str, str] = {}
    secrets: dict[str, Reference] = {}


class PeppolShop(Visit, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Peppol Punch Out: a log-in by HTTP POST, and a T77 document in base64 posted back.

    `names` says what the shop calls the fields of the log-in, where not username, password and returnURL; `fields` go
    along as they stand.
    """

    url: str
    user: str
    password: Reference
    names: dict[Literal["username", "password", "returnURL"], str] = {}
    fields: dict[str, str] = {}


def _refuse(shop: Any) -> None:
    """Raises ValueError where a shop's settings cannot be."""
    if reason := next(_conflicts(shop), ""):
        raise ValueError(reason)


def _conflicts(shop: Any) -> Iterator[str]:
    if hasattr(shop, "url"):
        yield from unusable("url", shop.url)
    for name, most in (("minutes", 7 * 24 * 60), ("most_lines", 100_000)):
        if not 0 < getattr(shop, name) <= most:
            yield f"{name} is a whole number from 1 to {most}"
    if not 0 <= shop.tolerance <= 100:
        yield "tolerance is a share of the price in per cent, from 0 to 100"
    if not (len(shop.currency) == 3 and shop.currency.isascii() and shop.currency.isupper()):
        yield "currency is a code of three capital letters, such as SEK"
    for code in shop.blocked:
        if not (code.isascii() and code.isdigit() and len(code) <= 8):
            yield f"blocked {code!r} is not how a UNSPSC code begins, such as 5020"
