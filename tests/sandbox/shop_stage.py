"""A supplier's shop and a buyer's return address, both on real ports, and a visitor with a browser without scripts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlencode, urljoin

import httpx
import msgspec
import uvicorn
from fastapi import FastAPI, Request
from lxml import html
from starlette.responses import HTMLResponse

from gateway.sandbox.cxml_house import House
from gateway.sandbox.sftp_server import listen
from gateway.sandbox.shopfront.app import shop_app
from gateway.sandbox.shopfront.ledger import Ledger
from gateway.sandbox.shopfront.shop import Shop

SECRET = "lekplats"
HOUSE = House(ours="OrgNr:5500006597", theirs="OrgNr:2120009994", secret=SECRET)
SHOP = Shop(id="prov", name="Provhandeln AB", house=HOUSE, users={"kommunen": SECRET})
SETUP = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">
<cXML payloadID="s-1@kommunen.example" timestamp="2026-11-20T09:40:00+01:00"><Header>
<From><Credential domain="OrgNr"><Identity>2120009994</Identity></Credential></From>
<To><Credential domain="OrgNr"><Identity>5500006597</Identity></Credential></To>
<Sender><Credential domain="orgnr"><Identity>2120009994</Identity><SharedSecret>%(secret)s</SharedSecret></Credential>
<UserAgent>Prov</UserAgent></Sender></Header><Request><PunchOutSetupRequest operation="%(operation)s">
<BuyerCookie>%(cookie)s</BuyerCookie><Extrinsic name="UserFullName">Kim Exempel</Extrinsic>
<BrowserFormPost><URL>%(hook)s</URL></BrowserFormPost>%(more)s</PunchOutSetupRequest></Request></cXML>"""


class Posted(msgspec.Struct):
    """What reached the buyer: media type and body."""

    media_type: str
    body: bytes

    @property
    def fields(self) -> dict[str, str]:
        """The fields of a form in UTF-8."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class Buyer:
    """Our side, as far as the shop sees it: keeps what is posted to it."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.app = FastAPI()
        self.app.post("/return/{token}")(self._take)

    async def _take(self, request: Request) -> HTMLResponse:
        self.posted.append(Posted(request.headers.get("content-type", ""), await request.body()))
        return HTMLResponse("<!doctype html><title>Hemma</title><h1>Hemma igen</h1>")


@contextmanager
def on_port(app: FastAPI, host: str = "127.0.0.1") -> Iterator[str]:
    """The address of the app, on a free port, until the block ends."""
    socket = listen()
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    while not server.started:
        threading.Event().wait(0.02)
    yield f"http://{host}:{socket.getsockname()[1]}"
    server.should_exit = True
    thread.join(5)


class Stage(msgspec.Struct):
    """Both sides; `shop` and `home` are addresses."""

    shop: str
    home: str
    buyer: Buyer
    ledger: Ledger

    def setup(self, operation: str = "create", more: str = "", quirk: str = "", **changes: str) -> httpx.Response:
        """The answer to a setup request."""
        facts = {"secret": SECRET, "cookie": "kaka-1", "hook": f"{self.home}/return/t", **changes}
        raw = SETUP % {**facts, "operation": operation, "more": more}
        asked = f"{self.shop}/prov/cxml" + (f"?quirk={quirk}" if quirk else "")
        return httpx.post(asked, content=raw.encode(), headers={"Content-Type": "text/xml"})

    def start_page(self, *given: str, **more: str) -> str:
        """Where a cXML visit begins."""
        answer = self.setup(*given, **more)
        return html.fromstring(answer.content).xpath("string(//startpage/url)")

    def log_in(self, kind: str, fields: dict[str, str], quirk: str = "") -> str:
        """Where a visit by OCI or Peppol begins."""
        asked = f"{self.shop}/prov/{kind}" + (f"?quirk={quirk}" if quirk else "")
        answer = httpx.post(asked, data=fields)
        assert answer.status_code == 303, answer.text
        return urljoin(asked, answer.headers["location"])

    def put(self, visit: str, part: str, quantity: str = "1", **choices: str) -> None:
        """Into the cart, as the shop's form does."""
        httpx.post(
            f"{visit}/korg", data={"part": part, "quantity": quantity, **choices}, follow_redirects=True
        ).raise_for_status()

    def leave(self, visit: str, by: str = "home") -> Posted:
        """Press the button of the page that leads home; what then reached the buyer."""
        page = httpx.get(f"{visit}/{by}")
        (form,) = html.fromstring(page.text).xpath("//form[@id='home']")
        charset = form.get("accept-charset")
        fields = [(one.get("name"), one.get("value")) for one in form.xpath(".//input")]
        if form.get("enctype") == "text/plain":
            body = "".join(f"{name}={value}\r\n" for name, value in fields).encode(charset)
        else:
            body = urlencode(fields, encoding=charset, errors="xmlcharrefreplace").encode()
        httpx.post(form.get("action"), content=body, headers={"Content-Type": form.get("enctype")}).raise_for_status()
        return self.buyer.posted[-1]


@contextmanager
def open_stage(shop: Shop = SHOP, shop_host: str = "127.0.0.1") -> Iterator[Stage]:
    """A shop and a buyer."""
    buyer, ledger = Buyer(), Ledger()
    with on_port(shop_app({shop.id: shop}, ledger), shop_host) as at, on_port(buyer.app) as home:
        yield Stage(shop=at, home=home, buyer=buyer, ledger=ledger)
