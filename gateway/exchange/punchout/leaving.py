"""The browser leaves for the shop, once per visit: a link, or a form whose secrets are put in at that moment."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from gateway.exchange.punchout import visits
from gateway.exchange.punchout.checks import Shop
from gateway.exchange.punchout.opening import is_for_browsers, return_url, start_page
from gateway.exchange.punchout.visits import State, Visit
from gateway.findings import Rejected, reject
from gateway.formats.form.login import PASSWORD, oci_fields, peppol_fields
from gateway.transports.contract import Refused
from gateway.transports.punchout import CxmlShop, OciShop, PeppolShop
from gateway.transports.secrets import secret


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """Where the browser goes: by a link to `url`, or with `fields`, which hold secrets, as a form posted there."""

    url: str
    fields: tuple[tuple[str, str], ...] = ()
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
    if not is_for_browsers(shop.url):
        raise reject("punchout-start-page", "the shop named no address that a browser can open")
    known = _secrets(shop)
    token = visits.depart(conn, visit.id, now, renew=True)
    if token is None:
        return None
    address = return_url(site, token)
    if isinstance(shop, OciShop):
        fields = oci_fields(address, {**shop.fields, **known}, shop.version)
        return Way(url=shop.url, fields=tuple(fields), charset=shop.charset)
    fields = peppol_fields(address, shop.user, known[PASSWORD], shop.fields, cast("dict[str, str]", shop.names))
    return Way(url=shop.url, fields=tuple(fields))


def _secrets(shop: OciShop | PeppolShop) -> dict[str, str]:
    """The secrets of the log-in by the names of their fields. Raises `Rejected` where one cannot be found."""
    wanted = shop.secrets if isinstance(shop, OciShop) else {PASSWORD: shop.password}
    try:
        return {name: secret(reference, f"punchout.{name}") for name, reference in wanted.items()}
    except Refused as refused:
        raise reject("punchout-no-secret", f"our log-in to the shop is not there: {refused}") from None
