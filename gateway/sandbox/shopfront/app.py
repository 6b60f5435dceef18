"""The shop as a web application of its own, to be served at an address of its own: a foreign site to our pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.exception_handlers import http_exception_handler
from fastapi.staticfiles import StaticFiles
from starlette.responses import HTMLResponse, Response

from gateway.sandbox.shopfront.doors import doors
from gateway.sandbox.shopfront.ledger import Ledger
from gateway.sandbox.shopfront.pages import pages
from gateway.sandbox.shopfront.quirks import ABOUT
from gateway.sandbox.shopfront.shop import Shop
from gateway.sandbox.shopfront.visits import Visits

_STATIC = Path(__file__).parent / "static"
_DOOR = """<!doctype html><html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/static/shop.css"><title>{title}</title>
<main class="door"><h1>{title}</h1><p>{words}</p>{more}</main></html>"""


def shop_app(
    shops: Mapping[str, Shop], ledger: Ledger | None = None, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> FastAPI:
    """`shops` by their id, each below its own path. What leaves is noted in `ledger`."""
    app = FastAPI(title="Provhandeln", docs_url=None, redoc_url=None, openapi_url=None)
    visits, kept = Visits(), ledger or Ledger()

    def shop_of(id: str) -> Shop:
        if id not in shops:
            raise HTTPException(404, "Här finns ingen butik.")
        return shops[id]

    app.mount("/static", StaticFiles(directory=_STATIC))
    app.include_router(doors(shop_of, visits, clock))
    app.include_router(pages(shop_of, visits, kept, clock))

    @app.get("/")
    def front() -> Response:
        """Nobody comes in here: a visit begins in the customer's own shop."""
        faults = "".join(f"<dt><code>{quirk}</code><dd>{words}" for quirk, words in ABOUT.items())
        words = "Hit kommer du från kommunens beställningsportal. Gå dit och välj leverantören där."
        more = f"<details><summary>Fel som kan slås på (?quirk=)</summary><dl>{faults}</dl></details>"
        return HTMLResponse(_DOOR.format(title="Provhandeln", words=words, more=more))

    @app.exception_handler(HTTPException)
    async def wrong(request: Request, error: HTTPException) -> Response:
        if error.status_code != 404:
            return await http_exception_handler(request, error)
        return HTMLResponse(_DOOR.format(title="Stängt", words=error.detail, more=""), 404)

    return app
