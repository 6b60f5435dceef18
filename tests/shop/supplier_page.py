"""A supplier's own shop, small: it answers a cXML setup, shows one page, and posts a basket from another site."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gateway.formats.cxml.envelope import opened
from gateway.suppliers.supplier import Supplier, Suppliers
from gateway.transports.cxml.settings import CxmlSettings
from gateway.transports.punchout import CxmlShop, OciShop
from tests.browser.hub_stage import served

SECRET = "en-delad-hemlighet-77"


class Page:
    """What the supplier plays. `basket` makes the cXML of the basket from the visit's cookie; `answer` the setup's
    answer from the start page. What it was asked stands in `setups` and `log_ins`."""

    def __init__(self) -> None:
        self.address = ""
        self.setups: list[dict[str, Any]] = []
        self.log_ins: list[dict[str, str]] = []
        self.basket: Callable[[str], str] = lambda cookie: basket(cookie, line("A-1"))
        self.answer: Callable[[str], str] = let_in
        self.lock = threading.Lock()

    async def setup(self, request: Request) -> Response:
        raw = await request.body()
        asked = opened(raw, "setup").body
        assert asked is not None
        facts = {"raw": raw, "operation": asked.get("operation"), "cookie": asked.findtext("BuyerCookie")}
        with self.lock:
            self.setups.append(facts | {"url": asked.findtext("BrowserFormPost/URL")})
            number = len(self.setups) - 1
        return Response(self.answer(f"{self.address}/shop/{number}"), media_type="text/xml")

    async def shop(self, request: Request) -> Response:
        visit = self.setups[int(request.path_params["number"])]
        return HTMLResponse(posting(visit["url"], "cxml-urlencoded", self.basket(visit["cookie"])))

    async def log_in(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        self.log_ins.append(form)
        fields = {
            "NEW_ITEM-DESCRIPTION[1]": "Pärm A4", "NEW_ITEM-QUANTITY[1]": "3", "NEW_ITEM-UNIT[1]": "C62",
            "NEW_ITEM-PRICE[1]": "250", "NEW_ITEM-PRICEUNIT[1]": "100", "NEW_ITEM-CURRENCY[1]": "SEK",
            "NEW_ITEM-VENDORMAT[1]": "P-60",
        }  # fmt: skip
        inputs = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
        return HTMLResponse(_page(form["HOOK_URL"], inputs, "iso-8859-1"))


def posting(url: str, field: str, document: str) -> str:
    """The page of a shop: a button that posts the basket."""
    return _page(url, f'<input type="hidden" name="{field}" value="{html.escape(document)}">')


def _page(url: str, inputs: str, charset: str = "utf-8") -> str:
    return (
        '<!doctype html><meta charset="utf-8"><title>Butiken</title><h1>Leverantörens butik</h1>'
        f'<form method="post" action="{html.escape(url)}" accept-charset="{charset}">{inputs}'
        "<button>Lämna över</button></form>"
    )


def let_in(url: str) -> str:
    """The answer of a shop that opens."""
    page = f"<PunchOutSetupResponse><StartPage><URL>{html.escape(url)}</URL></StartPage></PunchOutSetupResponse>"
    return responded(200, "OK", page)


def responded(code: int, text: str, inside: str = "") -> str:
    return (
        f'<?xml version="1.0"?><cXML payloadID="r@shop.example" timestamp="2026-11-20T09:12:00+01:00">'
        f'<Response><Status code="{code}" text="{text}"/>{inside}</Response></cXML>'
    )


def line(
    number: str, quantity: str = "2", price: str = "64.90", *, unit: str = "EA", currency: str = "SEK",
    extension: str = "", code: str = "44121701", basis: str = "", name: str = "",
) -> str:  # fmt: skip
    auxiliary = f"<SupplierPartAuxiliaryID>{extension}</SupplierPartAuxiliaryID>" if extension else ""
    per = (
        f'<PriceBasisQuantity quantity="{basis}" conversionFactor="1"><UnitOfMeasure>{unit}</UnitOfMeasure>'
        "</PriceBasisQuantity>"
        if basis
        else ""
    )
    return (
        f'<ItemIn quantity="{quantity}"><ItemID><SupplierPartID>{number}</SupplierPartID>{auxiliary}</ItemID>'
        "<ItemDetail>"
        f'<UnitPrice><Money currency="{currency}">{price}</Money></UnitPrice>'
        f'<Description xml:lang="sv">{name or "Vara " + number}</Description><UnitOfMeasure>{unit}</UnitOfMeasure>{per}'
        f'<Classification domain="UNSPSC">{code}</Classification></ItemDetail></ItemIn>'
    )


def basket(cookie: str, *lines: str, total: str = "129.80", allowed: str = "edit", status: str = "") -> str:
    """A whole PunchOutOrderMessage."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><cXML payloadID="b1@shop.example" timestamp="2026-11-20T09:30:00+01:00">'
        '<Header><From><Credential domain="DUNS"><Identity>555</Identity></Credential></From><To><Credential '
        'domain="DUNS"><Identity>777</Identity></Credential></To><Sender><Credential domain="DUNS"><Identity>555'
        f"</Identity></Credential><UserAgent>Butik</UserAgent></Sender></Header><Message>{status}"
        f"<PunchOutOrderMessage><BuyerCookie>{cookie}</BuyerCookie><PunchOutOrderMessageHeader "
        f'operationAllowed="{allowed}"><Total><Money currency="SEK">{total}</Money></Total>'
        f"</PunchOutOrderMessageHeader>{''.join(lines)}</PunchOutOrderMessage></Message></cXML>"
    )


def with_shop(suppliers: Suppliers, address: str, **more: Any) -> Suppliers:
    """The suppliers, of whom the first that is sent orders has a cXML shop at `address`, the next an OCI shop."""
    everybody = list(suppliers)
    sent = (one for one in everybody if one.dialect == "peppol" and not one.by_hand and one.active)
    first, second = islice(sent, 2)
    cxml = CxmlShop(
        url=f"{address}/setup", ours="DUNS:777", theirs="DUNS:555", secret="env:AVROP_TEST_PUNCHOUT", **more
    )
    oci = OciShop(url=f"{address}/oci", fields={"CLIENT": "77"}, secrets={"USERNAME": "env:AVROP_TEST_PUNCHOUT"})
    wire = CxmlSettings(url=f"{address}/orders", ours="DUNS:777", theirs="DUNS:555", secret="env:AVROP_TEST_PUNCHOUT")
    first = replace(first, transport="cxml", dialect="cxml", settings=wire)
    changed = {first.id: with_punchout(first, "cxml", cxml), second.id: with_punchout(second, "oci", oci)}
    return Suppliers([changed.get(one.id, one) for one in everybody])


def with_punchout(supplier: Supplier, kind: str, shop: Any) -> Supplier:
    return replace(supplier, punchout=kind, shop=shop)


@contextmanager
def supplier_page(host: str = "127.0.0.1") -> Iterator[Page]:
    """The page, served. `host` is what its start pages are called: `localhost` is another site than 127.0.0.1."""
    page = Page()
    routes = [
        Route("/setup", page.setup, methods=["POST"]),
        Route("/shop/{number}", page.shop),
        Route("/oci", page.log_in, methods=["POST"]),
    ]
    with served(Starlette(routes=routes)) as address:
        page.address = address.replace("127.0.0.1", host)
        yield page
