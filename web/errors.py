"""The one error page: what happened, what to do, and a number to tell support when it was our fault."""

from __future__ import annotations

import logging
from urllib.parse import urlencode
from uuid import uuid4

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import HTTPException, RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response

from web.access import SAFE_METHODS, LogInNeeded
from web.languages import N_
from web.pages import redirect, render
from web.security import HEADERS
from web.sessions import viewer_of

log = logging.getLogger("avrop.web")


class Wrong(msgspec.Struct, frozen=True):
    """What an error page says: heading and what to do, both message ids."""

    heading: str
    cure: str


_WRONGS: dict[str, Wrong] = {
    "400": Wrong(
        N_("We could not read that"),
        N_("Something in the form or the address was not as expected. Go back and try again."),
    ),
    "403": Wrong(
        N_("You may not open this page"),
        N_("Your account does not have the role that is needed. Ask your administrator if you think it should."),
    ),
    "404": Wrong(
        N_("The page does not exist"), N_("Check the address, or go to the start page and find your way from there.")
    ),
    "405": Wrong(N_("That cannot be done here"), N_("Go back and use the buttons on the page.")),
    "410": Wrong(N_("The link is no longer good"), N_("Its time is over. Ask whoever sent it to you for a new one.")),
    "413": Wrong(
        N_("That was too much at once"),
        N_("The files are too large together. Go back and attach fewer or smaller ones, at most 10 MB each."),
    ),
    "500": Wrong(
        N_("Something went wrong on our side"),
        N_("What you did before is kept. Try again in a moment; if it comes back, tell support the number below."),
    ),
    "form-expired": Wrong(
        N_("The form was too old"),
        N_("You were logged out, or the page was open for long. Nothing was saved: open it again and redo the step."),
    ),
    "foreign-origin": Wrong(
        N_("The request came from another site"),
        N_("To protect your account nothing was done. Open Avrop directly and try again from there."),
    ),
}


def error_page(request: Request, kind: str, status: int, number: str | None = None) -> Response:
    """The page for one kind of error; htmx puts it in place of the whole page."""
    wrong = _WRONGS.get(kind, _WRONGS["500" if status >= 500 else "400"])
    page = render(request, "web/error.html", status=status, wrong=wrong, number=number)
    page.headers["HX-Retarget"], page.headers["HX-Reswap"] = "body", "innerHTML"
    return page


async def on_http(request: Request, error: Exception) -> Response:
    """An HTTP error raised by us or by the framework."""
    assert isinstance(error, StarletteHTTPException)
    if request.url.path.startswith("/inbox/"):
        return Response(status_code=error.status_code)
    await run_in_threadpool(viewer_of, request)
    kind = str(error.detail) if str(error.detail) in _WRONGS else str(error.status_code)
    return error_page(request, kind, error.status_code)


async def on_invalid(request: Request, error: Exception) -> Response:
    """An address or a form whose parts have the wrong shape."""
    return await on_http(request, HTTPException(404 if request.method in SAFE_METHODS else 400))


async def on_log_in_needed(request: Request, error: Exception) -> Response:
    """Log in first, then come back to where one was going."""
    going = request.url.path if request.method in SAFE_METHODS else "/"
    if request.url.query and going != "/":
        going += f"?{request.url.query}"
    return redirect(request, "/login" if going == "/" else f"/login?{urlencode({'next': going})}")


async def on_failure(request: Request, error: Exception) -> Response:
    """A fault of ours: the log has the trace under the number that the page shows."""
    number = uuid4().hex[:8]
    log.error("failure %s at %s %s", number, request.method, request.url.path, exc_info=error)
    if not hasattr(request.state, "viewer"):
        request.state.viewer = None
    page = error_page(request, "500", 500, number)
    page.headers.update({**HEADERS, "Cache-Control": "no-store"})  # this page is made outside of the middleware
    return page


def install(app: FastAPI) -> None:
    """Puts the error page in place for everything that can go wrong."""
    app.add_exception_handler(StarletteHTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(LogInNeeded, on_log_in_needed)
    app.add_exception_handler(Exception, on_failure)
