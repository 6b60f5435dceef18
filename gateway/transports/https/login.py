"""How we show a supplier who we are: headers, and the secrets in them, which no message may repeat."""

from __future__ import annotations

import base64
from collections.abc import Iterable

import msgspec

from gateway.transports.contract import Refused
from gateway.transports.https.settings import HttpsSettings
from gateway.transports.secrets import secret

_SHORTEST = 4


class Login(msgspec.Struct, frozen=True):
    """`headers` for a request; `secrets` are all that stand in them."""

    headers: dict[str, str]
    secrets: tuple[str, ...]


def login_of(settings: HttpsSettings, access_token: str = "") -> Login:
    """The log-in of `settings`; `access_token` is what the token endpoint gave. Raises Refused naming the setting."""
    headers: dict[str, str] = {}
    secrets: list[str] = []
    if settings.api_key:
        headers[settings.api_key_header] = in_header(settings.api_key, "api_key")
    bearer = access_token or (in_header(settings.bearer_token, "bearer_token") if settings.bearer_token else "")
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
        secrets.append(bearer)
    if settings.user:
        password = secret(settings.password, "password")
        pair = base64.b64encode(f"{settings.user}:{password}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
        secrets += [password, pair]
    return Login(headers, (*headers.values(), *secrets))


def in_header(reference: str, setting: str) -> str:
    """The secret, where a header can carry it."""
    return carried(secret(reference, setting), f"setting {setting}: the secret")


def carried(value: str, what: str) -> str:
    """`value`, where it can stand in a header; Refused with `what` it is, never with the value."""
    if not value or not value.isascii() or not value.isprintable() or value != value.strip():
        raise Refused(
            f"{what} holds signs that no HTTP header can carry (å, ä, ö, spaces around it, line breaks), or is empty"
        )
    return value


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """Their words without ours: some servers repeat the request in their errors."""
    for known in sorted(secrets, key=len, reverse=True):
        if len(known) >= _SHORTEST:
            text = text.replace(known, "…")
    return text
