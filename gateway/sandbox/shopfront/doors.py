"""How a visit begins: cXML asks for it from server to server; OCI and Peppol send the browser with a log-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.sandbox import cxml_house
from gateway.sandbox.cxml_house import Unreadable
from gateway.sandbox.shopfront import cxml, oci
from gateway.sandbox.shopfront.cxml import Asked
from gateway.sandbox.shopfront.quirks import Quirk, quirks_of
from gateway.sandbox.shopfront.shop import Shop
from gateway.sandbox.shopfront.visits import Kind, Visit, Visits, new_id

BROKEN = "<!doctype html><title>502</title><h1>502 Bad Gateway</h1><p>nginx"
_MOST_FIELDS = 100

FindShop = Callable[[str], Shop]
Clock = Callable[[], datetime]


def doors(shop_of: FindShop, visits: Visits, clock: Clock) -> APIRouter:
    """`POST /{shop}/cxml`, `/{shop}/oci` and `/{shop}/peppol`; each takes `?quirk=` beside the shop's own faults."""
    router = APIRouter()

    @router.post("/{shop}/cxml")
    async def setup(shop: str, request: Request) -> Response:
        raw = await request.body()
        here = str(request.base_url).rstrip("/")
        return await run_in_threadpool(_asked, shop_of(shop), visits, raw, _quirks(request), here, clock())

    @router.api_route("/{shop}/oci", methods=["GET", "POST"])
    async def call(shop: str, request: Request) -> Response:
        return _called("oci", shop_of(shop), visits, await _fields(request), _quirks(request))

    @router.post("/{shop}/peppol")
    async def log_in(shop: str, request: Request) -> Response:
        return _called("peppol", shop_of(shop), visits, await _fields(request), _quirks(request))

    return router


def _asked(shop: Shop, visits: Visits, raw: bytes, quirks: frozenset[Quirk], here: str, now: datetime) -> Response:
    quirks |= shop.quirks
    if Quirk.HTML_ERROR in quirks:
        return HTMLResponse(BROKEN)
    if Quirk.ALREADY_PROCESSED in quirks:
        return _xml(cxml_house.answer(500, "already processed", now, text="Internal Server Error"))
    try:
        root = cxml_house.read(raw)
        if not cxml_house.shows_secret(root, shop.house):
            return _xml(cxml_house.answer(401, "we do not know you", now))
        asked = cxml.asked(root)
    except Unreadable as unreadable:
        return _xml(cxml_house.answer(400, str(unreadable), now))
    if Quirk.NO_ADDRESS in quirks:
        return _xml(cxml.setup_answer(None, now))
    visit = visits.open(_visit(shop, asked, quirks))
    return _xml(cxml.setup_answer(f"{here}/{shop.id}/v/{visit.id}", now))


def _visit(shop: Shop, asked: Asked, quirks: frozenset[Quirk]) -> Visit:
    ignored = Quirk.OPERATION_IGNORED in quirks
    visit = Visit(
        id=new_id(),
        shop=shop.id,
        kind="cxml",
        hook=asked.hook,
        cookie=asked.cookie,
        operation="create" if ignored else asked.operation,
        who=asked.who,
        start=asked.start,
        quirks=quirks,
        cart={},
    )
    for (part, auxiliary), quantity in () if ignored else asked.lines:
        if shop.article(part) is None:
            continue
        visit.put((part, auxiliary), quantity)
        if Quirk.NEW_AUXILIARY_ID in quirks and asked.operation == "edit":
            visit.put((part, f"{auxiliary or 'CFG:'}#{visit.id[:4]}"), quantity)
    return visit


def _called(kind: Kind, shop: Shop, visits: Visits, fields: dict[str, str], quirks: frozenset[Quirk]) -> Response:
    """A person's browser with the customer's log-in. With OCI's VALIDATE the article leaves at once."""
    given = oci.given
    hook = given(fields, "HOOK_URL", "returnUrl", "return_url")
    if not shop.knows(given(fields, "username", "user"), given(fields, "password", "pass")):
        return HTMLResponse("<!doctype html><title>Nej</title><h1>Fel användarnamn eller lösenord</h1>", 403)
    if not hook.startswith(("http://", "https://")):
        return HTMLResponse("<!doctype html><title>Nej</title><h1>Returadressen saknas</h1>", 400)
    visit = Visit(id=new_id(), shop=shop.id, kind=kind, hook=hook, quirks=quirks | shop.quirks, cart={})
    function, product = given(fields, "FUNCTION").upper(), given(fields, "PRODUCTID")
    visit.start = product if function in {"DETAIL", "VALIDATE"} else ""
    visits.open(visit)
    if function == "VALIDATE" and shop.article(product) is not None:
        wanted = given(fields, "QUANTITY").replace(".", "", 1)
        visit.put((product, ""), Decimal(given(fields, "QUANTITY")) if wanted.isdigit() else Decimal(1))
        return RedirectResponse(f"/{shop.id}/v/{visit.id}/home", 303)
    return RedirectResponse(f"/{shop.id}/v/{quote(visit.id)}", 303)


async def _fields(request: Request) -> dict[str, str]:
    if request.method == "GET":
        return dict(request.query_params)
    form = await request.form(max_fields=_MOST_FIELDS, max_files=0)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _quirks(request: Request) -> frozenset[Quirk]:
    try:
        return quirks_of(request.query_params.getlist("quirk"))
    except ValueError:
        return frozenset()


def _xml(content: bytes) -> Response:
    return Response(content, media_type="text/xml; charset=UTF-8")
