"""The web application put together: rooms in, one guarded FastAPI app out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from sqlalchemy import Engine, text
from starlette.responses import PlainTextResponse, Response

from gateway.settings import Settings
from gateway.structs import know_structs
from gateway.suppliers.supplier import Suppliers
from web import accounts, errors, login, static_files
from web.access import include
from web.languages import Catalogues
from web.pages import environment
from web.room import Room
from web.security import SecurityHeaders
from web.static_files import StaticFiles
from web.tracing import Traced

health_router = APIRouter()
WEB = Room(name="web", folder=Path(__file__).parent, routers=(login.router, static_files.router, health_router))


def utc_now() -> datetime:
    """The clock of the web; tests pass their own."""
    return datetime.now(UTC)


@health_router.get("/health")
def health(request: Request) -> Response:
    """For watchers: the process answers and its database does."""
    with request.app.state.engine.connect() as conn:
        conn.execute(text("select 1"))
    return PlainTextResponse("ok")


def create_app(
    settings: Settings,
    engine: Engine,
    suppliers: Suppliers,
    rooms: Sequence[Room],
    routers: Sequence[APIRouter] = (),
    now: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """The app of the given rooms, and of `routers` of lower floors (the inbox, which `web.access.PUBLIC` names).

    Endpoints find `request.app.state.settings`, `.engine`, `.suppliers`, `.now()`, and `request.state.viewer`.
    Raises RuntimeError where a route does not declare who may use it.
    """
    everything = [WEB, *rooms]
    accounts.nobody()
    know_structs()
    app = FastAPI(title="Avrop", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.settings, app.state.engine, app.state.suppliers, app.state.now = settings, engine, suppliers, now
    app.state.menu = [item for room in everything for item in room.menu]
    app.state.static = StaticFiles(everything)
    app.state.templates = environment(everything)
    app.state.catalogues = Catalogues(room.folder for room in everything)
    app.state.routers = [*(router for room in everything for router in room.routers), *routers]
    for router in app.state.routers:
        include(app, router)
    errors.install(app)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Traced)
    return app
