"""Log in, log out, and choose language."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from web import accounts, sessions
from web.access import ROLES, allow
from web.languages import LANGUAGES, N_
from web.pages import own_address, redirect, render
from web.security import FORM_COOKIE, LANGUAGE_COOKIE, SESSION_COOKIE

YEAR = 365 * 24 * 3600
router = APIRouter()


@router.get("/login")
def login_page(request: Request, next: str = "/") -> Response:
    """The form; who is logged in goes on."""
    if request.state.viewer is not None:
        return redirect(request, own_address(next))
    return render(request, "web/login.html", next=own_address(next), login="", problem=None)


@router.post("/login")
def login(
    request: Request,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """A new session under a new secret, or the form again with what went wrong."""
    state = request.app.state
    address = request.client.host if request.client else ""
    status, problem = 422, N_("The user name or the password is wrong. Check both and try again.")
    try:
        user_id = accounts.log_in(state.engine, login, password, address, state.now())
    except accounts.TooManyTries:
        user_id, status, problem = None, 429, N_("Too many tries. Wait 15 minutes, or ask your administrator.")
    if user_id is None:
        return render(request, "web/login.html", status=status, next=own_address(next), login=login, problem=problem)
    with state.engine.begin() as conn:
        secret = sessions.start(conn, user_id, state.now(), replaces=request.cookies.get(SESSION_COOKIE))
    response = redirect(request, own_address(next))
    sessions.set_cookie(request, response, SESSION_COOKIE, secret)
    response.delete_cookie(FORM_COOKIE)
    return response


@router.post("/logout")
@allow(*ROLES)
def logout(request: Request) -> Response:
    """The session is deleted here, not only its cookie there."""
    with request.app.state.engine.begin() as conn:
        sessions.end(conn, request.cookies[SESSION_COOKIE])
    response = redirect(request, "/login")
    response.delete_cookie(SESSION_COOKIE)
    return response


@router.post("/language")
def choose_language(
    request: Request,
    language: Annotated[str, Form()],
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Kept in a cookie for a year, so that the log-in page has it too."""
    response = redirect(request, own_address(next))
    if language in LANGUAGES:
        sessions.set_cookie(request, response, LANGUAGE_COOKIE, language, max_age=YEAR)
    return response
