"""Our side and a supplier of the sandbox that takes cXML: orders go by the real transport, answers come to an inbox."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from fastapi import FastAPI, Request, Response
from lxml import etree

from gateway.formats.cxml.envelope import Credential, Head, Status, respond, seal
from gateway.model import Document
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.serve import Sandbox, start_sandbox
from gateway.sandbox.shopfront.quirks import Quirk
from gateway.suppliers.supplier import Supplier
from gateway.transports import Parcel, Receipt
from gateway.transports.cxml.settings import CxmlSettings
from gateway.transports.cxml.transport import Cxml
from gateway.transports.punchout import CxmlShop
from tests.sandbox.orders import dialects
from tests.sandbox.shop_stage import on_port

NOW = datetime(2026, 11, 20, 8, 40, tzinfo=UTC)
SECRET = "lekplats & <gunga>"
_TOKEN = "env:AVROP_TEST_TOKEN"


class Town:
    """What came to our inbox, and what it answers: 200 unless `codes` say otherwise first."""

    def __init__(self) -> None:
        self.inbox: list[bytes] = []
        self.codes: list[int] = []
        self.sandbox: Sandbox
        self.settings: CxmlSettings
        self.app = FastAPI()
        self.app.post("/inbox/cxml")(self._take)

    async def _take(self, request: Request) -> Response:
        raw, code = await request.body(), self.codes.pop(0) if self.codes else 200
        if code == 200:
            self.inbox.append(raw)
        return Response(respond(Status(code=code, text="x"), "r@x", NOW, "1.2.014"), media_type="text/xml")

    def send(self, document: Document, key: str = "k-1", secret: str = _TOKEN, resent: bool = False) -> Receipt:
        """By the real transport, in the real envelope."""
        return self.send_body(dialects()["cxml"].write(document).decode(), key, secret, resent)

    def send_body(self, body: str, key: str, secret: str = _TOKEN, resent: bool = False) -> Receipt:
        us, them = Credential.parse(self.settings.ours), Credential.parse(self.settings.theirs)
        head = Head(payload_id=f"{key}@x", timestamp=NOW, ours=us, theirs=them, sender=us, secret=secret)
        settings = msgspec.structs.replace(self.settings, secret=secret)
        return Cxml().send(settings, Parcel(key=key, name="o.xml", content=seal(body, head, "1.2.014"), resent=resent))

    def answers(self, count: int, seconds: float = 10) -> list[etree._Element]:
        """The requests inside the first `count` documents that came."""
        end = time.monotonic() + seconds
        while len(self.inbox) < count:
            assert time.monotonic() < end, f"{len(self.inbox)} of {count} came; {self.sandbox.complaints}"
            threading.Event().wait(0.05)
        return [etree.fromstring(raw).find("Request")[0] for raw in self.inbox[:count]]


@contextmanager
def town(
    folder: Path, behave: Behaviour = Behaviour.ACCEPT, quirks: Mapping[str, frozenset[Quirk]] | None = None
) -> Iterator[Town]:
    """One supplier, `prov`, with a desk and a shop."""
    found, door = Town(), FastAPI()
    with on_port(found.app) as home, on_port(door) as at:
        facts = {"ours": "OrgNr:2120009994", "theirs": "OrgNr:5500006597", "secret": "env:AVROP_TEST_TOKEN"}
        found.settings = CxmlSettings(url=f"{at}/cxml/prov", timeout_seconds=5, **facts)
        supplier = Supplier(
            id="prov",
            name="Provhandeln AB",
            org_number="5500006597",
            transport="cxml",
            dialect="cxml",
            settings=found.settings,
            punchout="cxml",
            shop=CxmlShop(url="http://127.0.0.1:9/prov/cxml", **facts),
        )
        found.sandbox = start_sandbox(
            folder,
            [supplier],
            dialects(),
            f"{home}/inbox/access-point",
            "lekplats",
            behaviours={"prov": behave},
            speed=20,
            quirks=quirks or {},
        )
        door.include_router(found.sandbox.router)
        try:
            yield found
        finally:
            found.sandbox.stop()
