"""Handing a Standard Business Document to an access point: what all of them have in common."""

from __future__ import annotations

from typing import Final

import httpx

from gateway.transports.access_point.standing import facts_of, words_of
from gateway.transports.contract import NotSent, Parcel, Refused, Unsure
from gateway.transports.http import BEFORE_BODY, OUR_FAULT, Answer, ask, mistake, named
from gateway.transports.secrets import secret

_BUSY: Final = frozenset({408, 429, 503})
_NOT_THEIRS: Final = frozenset({401, 403, 404, 405, 411, 413, 415})
_MOST_WORDS = 300


def submit(http: httpx.Client, url: str, token: str, seconds: float, parcel: Parcel) -> Answer:
    """Their answer to the document, whatever it says. Unsure where none came after the document had left."""
    headers = {**token_header(token), "Content-Type": "application/xml"}
    try:
        return ask(http, "POST", url, seconds=seconds, content=parcel.content, headers=headers)
    except OUR_FAULT as error:
        raise Refused(mistake(url, error)) from error
    except BEFORE_BODY as error:
        raise _unreachable(url, error) from error
    except httpx.HTTPError as error:
        raise Unsure(f"{url}: no whole answer ({named(error)})") from error


def turned_away(answer: Answer, what: str) -> None:
    """NotSent or Refused where the answer says that they did not even look at the document."""
    if answer.status in _BUSY:
        raise NotSent(f"{what}; they are busy or down, later is fine")
    if answer.is_redirect:
        raise Refused(f"{what}; they moved to {answer.headers.get('location')}, correct the setting url")
    if answer.status in _NOT_THEIRS:
        raise Refused(f"{what}; check the settings url and token with the access point")


def token_header(reference: str) -> dict[str, str]:
    """The header by which an access point knows us. Refused where the token cannot be read or carried."""
    token = secret(reference, "token")
    if not (token.isascii() and token.isprintable()) or token != token.strip():
        raise Refused("setting token: the token holds signs that no HTTP header can carry; check what it refers to")
    return {"X-Token": token}


def said(answer: Answer) -> str:
    """The status with what they say about it."""
    words = words_of(facts_of(answer.content)) or answer.content[:_MOST_WORDS].decode("utf-8", "replace").strip()
    return f"{answer.status} {words or answer.reason}"


def _unreachable(url: str, error: httpx.HTTPError) -> NotSent | Refused:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return Refused(f"{url}: their certificate cannot be trusted ({error}); nothing was sent")
    return NotSent(f"{url} cannot be reached ({named(error)}); nothing was sent")
