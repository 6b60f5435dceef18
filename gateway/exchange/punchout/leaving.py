"""The browser leaves for the shop, once per visit: a link, or a form whose secrets are put in at that moment."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from gateway.exchange.punchout import visits
from gateway.exchange.punchout.checks import Shop
from gateway.exchange.punchout.opening import is_for_browsers, return_url, start_page
from gateway.exchange.punchout.visits import State, Visit
from gateway.findings import Rejected, reject
from gateway.transports.contract import Refused
from gateway.transports.punchout import CxmlShop, OciShop, PeppolShop
from gateway.transports.secrets import secret

_OCI: Final = {"returntarget": "_top", "~OkCode": "ADDI", "~TARGET": "_top", "~CALLER": "CTLG"}


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Where the browser goes: by a link to `url`, or with `fields`, which hold secrets, as a form posted there."""

    url: str
    fields: dict[str, str] = {}
    charset: str = "utf-8"

    @property
    def origin(self) -> str:
        """Scheme and host, as a Content-Security-Policy names them."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def leave(conn: sa.Connection, visit: Visit, shop: Shop, site: str, now: datetime) -> Way | None:
    """The way to the shop; None where the browser has gone before, it is too late, or there is none: then the visit is
    refused, and its remarks say why."""
    try:
        if isinstance(shop, CxmlShop):
            return _linked(conn, visit, now)
        return _posted(conn, visit, shop, site, now)
    except Rejected as rejected:
        facts = {"cause": "; ".join(str(one) for one in rejected.findings), "remarks": rejected.findings}
        visits.settle(conn, visit.id, [State.READY], State.REFUSED, now, **facts)
        return None


def _linked(conn: sa.Connection, visit: Visit, now: datetime) -> Way | None:
    way = Way(url=start_page(conn, visit.id))
    return way if visits.depart(conn, visit.id, now, renew=False) is not None else None


def _posted(conn: sa.Connection, visit: Visit, shop: OciShop | PeppolShop, site: str, now: datetime) -> Way | None:
    """The return address is made as it is told: nobody had to know it before."""
    log_in = _log_in(shop)
    token = visits.depart(conn, visit.id, now, renew=True)
    if token is None:
        return None
    hook, charset = ("HOOK_URL", shop.charset) if isinstance(shop, OciShop) else ("returnURL", "utf-8")
    return Way(url=shop.url, fields={hook: return_url(site, token), **log_in}, charset=charset)


def _log_in(shop: OciShop | PeppolShop) -> dict[str, str]:
    """What the browser posts beside the return address. Raises `Rejected` where a secret cannot be found."""
    if not is_for_browsers(shop.url):
        raise reject("punchout-start-page", "the shop named no address that a browser can open")
    try:
        if isinstance(shop, OciShop):
            known = {name: secret(reference, f"punchout.secrets.{name}") for name, reference in shop.secrets.items()}
            return {"OCI_VERSION": shop.version, **_OCI, **shop.fields, **known}
        return {"username": shop.user, "password": secret(shop.password, "punchout.password")}
    except Refused as refused:
        raise reject("punchout-no-secret", f"our log-in to the shop is not there: {refused}") from None
