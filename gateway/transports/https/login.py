"""How we show a supplier who we are: headers whose secrets no message repeats."""

from __future__ import annotations

import base64

from gateway.transports.contract import Refused
from gateway.transports.discreet import keep
from gateway.transports.https.settings import HttpsSettings
from gateway.transports.secrets import secret


def login_of(settings: HttpsSettings, access_token: str = "") -> dict[str, str]:
    """The headers; `access_token` is what the token endpoint gave. Raises Refused naming the setting."""
    headers: dict[str, str] = {}
    if settings.api_key:
        headers[settings.api_key_header] = in_header(settings.api_key, "api_key")
    bearer = access_token or (in_header(settings.bearer_token, "bearer_token") if settings.bearer_token else "")
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    if settings.user:
        password = secret(settings.password, "password")
        pair = base64.b64encode(f"{settings.user}:{password}".encode()).decode()
        keep(pair)
        headers["Authorization"] = f"Basic {pair}"
    return headers


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
