"""The suppliers' sandbox as an app of its own: no log-in, no database, nothing kept; small bodies only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Final

from fastapi import FastAPI, Form, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.formats import Dialect
from gateway.rules.judge import Rules
from gateway.sandbox.practice.pages import MOST_BYTES, PATH
from gateway.sandbox.practice.room import ROOM
from gateway.settings import Settings
from web import errors, static_files
from web.app import WEB, utc_now
from web.languages import LANGUAGES, Catalogues
from web.pages import environment, own_address
from web.security import LANGUAGE_COOKIE, SecurityHeaders
from web.sessions import set_cookie
from web.static_files import StaticFiles

LARGEST: Final = 2 * MOST_BYTES
"""Bytes of a whole upload."""


def practice_app(
    settings: Settings,
    dialects: Mapping[str, Dialect],
    rules: Rules | None = None,
    now: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """The pages of `pages`, open to whoever reaches the port: serve it on loopback or behind a proxy."""
    app = FastAPI(title="Avrop", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    rooms = (WEB, ROOM)
    app.state.settings, app.state.dialects, app.state.rules, app.state.now = settings, dialects, rules, now
    app.state.menu, app.state.static, app.state.templates = [], StaticFiles(rooms), environment(rooms)
    app.state.catalogues = Catalogues(room.folder for room in rooms)
    app.include_router(static_files.router)
    for router in ROOM.routers:
        app.include_router(router)
    app.add_api_route("/", lambda: RedirectResponse(PATH), methods=["GET"])
    app.add_api_route("/language", choose_language, methods=["POST"])
    errors.install(app)
    app.add_middleware(Bounded)
    app.add_middleware(SecurityHeaders)
    return app


def choose_language(
    request: Request, language: Annotated[str, Form()], next: Annotated[str, Form()] = PATH
) -> Response:
    """Kept in a cookie; nothing else is."""
    response = RedirectResponse(own_address(next, PATH), 303)
    if language in LANGUAGES:
        set_cookie(request, response, LANGUAGE_COOKIE, language)
    return response


class Bounded:
    """ASGI middleware: nobody is logged in here, and a body says its length and keeps below `LARGEST`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})["viewer"] = None
            if (refusal := _refusal(scope)) is not None:
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _refusal(scope: Scope) -> Response | None:
    if scope["method"] in {"GET", "HEAD"}:
        return None
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"").decode("latin-1")
    if not length.isdigit():
        return PlainTextResponse("the length of the upload must be said", 411)
    if int(length) > LARGEST:
        return PlainTextResponse(f"at most {LARGEST} bytes are taken", 413)
    return None
