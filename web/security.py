"""What keeps a browser honest: response headers, the Origin check, the form token and the session cookie's name."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.exceptions import HTTPException
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
# same-origin rather than no-referrer: with the latter browsers send "Origin: null" on our own forms.
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=()",
}
SESSION_COOKIE, FORM_COOKIE, LANGUAGE_COOKIE = "avrop_session", "avrop_form", "avrop_language"
TOKEN_FIELD, TOKEN_HEADER = "csrf", "x-csrf-token"


class SecurityHeaders:
    """ASGI middleware: every response carries `HEADERS`; pages are not stored by caches unless they say otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if scope.get("scheme") == "https":
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        await self.app(scope, receive, with_headers)


class FormExpired(HTTPException):
    """The form's token is missing or old: the page says how to go on."""

    def __init__(self) -> None:
        super().__init__(403, "form-expired")


class ForeignOrigin(HTTPException):
    """The request came from another site."""

    def __init__(self) -> None:
        super().__init__(403, "foreign-origin")


def check_origin(request: Request) -> None:
    """An unsafe request must come from a page of ours; raises ForeignOrigin."""
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    origin = request.headers.get("origin")
    if origin is None:
        referer = urlsplit(request.headers.get("referer", ""))
        origin = f"{referer.scheme}://{referer.netloc}" if referer.netloc else None
    if origin != own:
        raise ForeignOrigin


def check_size(request: Request, most: int) -> None:
    """A request larger than `most` bytes, or one that does not say how large it is, is not read at all: 413."""
    told = request.headers.get("content-length", "")
    if not told.isdecimal() or int(told) > most:
        raise HTTPException(413)


def new_secret() -> str:
    """256 random bits, for a cookie."""
    return secrets.token_urlsafe(32)


def form_token(secret: str) -> str:
    """The token that forms carry; derived from the cookie's secret, so that it needs no storage and dies with it."""
    return hmac.new(secret.encode(), b"avrop form", hashlib.sha256).hexdigest()


def form_secret(request: Request) -> str:
    """The secret forms are bound to: the session's, or before log-in the form cookie's (made here where missing)."""
    if getattr(request.state, "viewer", None) is not None:
        return request.cookies[SESSION_COOKIE]
    known = getattr(request.state, "form_secret", None) or request.cookies.get(FORM_COOKIE)
    if not known:
        known = new_secret()
    request.state.form_secret = known
    return known


async def check_signs(request: Request) -> None:
    """The null sign, which no database text can hold, is in nobody's honest request: 400."""
    texts = [request.url.path, request.url.query.replace("%00", "\0"), *request.path_params.values()]
    if request.method not in {"GET", "HEAD"}:
        texts += (value for value in (await request.form()).values() if isinstance(value, str))
    if any("\0" in text for text in texts if isinstance(text, str)):
        raise HTTPException(400)


async def check_form_token(request: Request) -> None:
    """The token of the form field or the htmx header must belong to the cookie; raises FormExpired."""
    given = request.headers.get(TOKEN_HEADER)
    if given is None:
        form = await request.form()
        field = form.get(TOKEN_FIELD)
        given = field if isinstance(field, str) else ""
    if not hmac.compare_digest(given.encode(), form_token(form_secret(request)).encode()):
        raise FormExpired
