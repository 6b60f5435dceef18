"""Pages from templates: one environment for all rooms, one set of words and figures for every page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.findings import Finding
from gateway.wording import Explained, Language, explain
from web.figures import LOCAL, Figures
from web.languages import LANGUAGES, language_of, words_of
from web.measures import unit_word
from web.room import Room
from web.security import FORM_COOKIE, form_secret, form_token
from web.sessions import set_cookie


def environment(rooms: Sequence[Room]) -> Environment:
    """Templates are found as `<room>/<page>.html`; everything is escaped, an unknown name is an error."""
    return _environment(tuple((room.name, room.folder / "templates") for room in rooms))


@lru_cache(maxsize=16)
def _environment(folders: tuple[tuple[str, Path], ...]) -> Environment:
    """Apps of the same rooms share what is compiled of their templates; nothing of an app is kept in it."""
    loaders = {name: FileSystemLoader(folder) for name, folder in folders}
    return Environment(
        loader=ChoiceLoader([PrefixLoader(loaders)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def figures_of(request: Request) -> Figures:
    """The figures of the reader's language."""
    return Figures(language_of(request), request.app.state.now())


def today_of(request: Request) -> date:
    """The date here."""
    now: date = request.app.state.now().astimezone(LOCAL).date()
    return now


def is_fragment(request: Request) -> bool:
    """Whether htmx asks, and a part of the page is enough."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-history-restore-request") != "true"


def shared_context(request: Request) -> dict[str, Any]:
    """What every template may use."""
    words, figures, viewer = words_of(request), figures_of(request), getattr(request.state, "viewer", None)
    roles = viewer.roles if viewer else frozenset()
    return {
        "_": words.text,
        "say": words.say,
        "plural": words.plural,
        "figures": figures,
        "money": figures.money,
        "price": figures.price,
        "number": figures.number,
        "day": figures.day,
        "moment": figures.moment,
        "measure": unit_word,
        "explained": _explainer(words.language),
        "language": words.language,
        "languages": LANGUAGES,
        "viewer": viewer,
        "menu": [item for item in request.app.state.menu if item.roles & roles],
        "path": request.url.path,
        "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "static": request.app.state.static.address,
        "form_token": form_token(form_secret(request)),
        "municipality": request.app.state.settings.municipality.name,
    }


def _explainer(language: Language) -> Callable[[Finding], Explained]:
    """Findings in the reader's language, for `web/findings.html`."""
    return lambda finding: explain(finding, language)


def render(
    request: Request, template: str, context: Mapping[str, Any] | None = None, status: int = 200, **more: Any
) -> HTMLResponse:
    """A page or a part of one. `more` and `context` are what only this page knows."""
    env: Environment = request.app.state.templates
    body = env.get_template(template).render({**shared_context(request), **(context or {}), **more})
    response = HTMLResponse(body, status, headers={"Vary": "HX-Request, Cookie"})
    fresh = getattr(request.state, "form_secret", None)
    if fresh and FORM_COOKIE not in request.cookies:
        set_cookie(request, response, FORM_COOKIE, fresh)
    return response


def redirect(request: Request, address: str) -> Response:
    """After a form: see other. htmx is told to go there as a whole page."""
    if is_fragment(request):
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def own_address(address: str, otherwise: str = "/") -> str:
    """`address` if it is a path within this site, else `otherwise`: forms cannot send people elsewhere."""
    parts = urlsplit(address)
    safe = address.startswith("/") and not address.startswith("//") and "\\" not in address
    clean = all(character.isprintable() for character in address)
    return address if safe and clean and not parts.scheme and not parts.netloc else otherwise
