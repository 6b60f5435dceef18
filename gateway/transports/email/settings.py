"""What a supplier reached by e-mail must state: a mail server of ours, and the two addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal

import msgspec

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_LONGEST = 254
_HERE = {"localhost", "127.0.0.1", "::1"}
PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}


class EmailSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`to` is the supplier's own `email` where it is not said. `port` 0 is the usual one of `security`.

    `starttls` and `tls` both insist on an encrypted line to a server we trust; `none` is for this machine only.
    Raises ValueError where settings cannot go together.
    """

    host: str
    sender: str
    to: Annotated[str, msgspec.Meta(extra={"fact": "email"})]
    port: int = 0
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    reply_to: str = ""
    ca: Annotated[str, msgspec.Meta(extra={"secret": True})] = ""
    timeout_seconds: float = 30.0

    def __post_init__(self) -> None:
        if reason := next(_conflicts(self), ""):
            raise ValueError(reason)

    @property
    def server_port(self) -> int:
        return self.port or PORTS[self.security]


def _conflicts(settings: EmailSettings) -> Iterator[str]:
    for name in ("sender", "to", "reply_to"):
        address = getattr(settings, name)
        if (address or name != "reply_to") and not (_ADDRESS.fullmatch(address) and len(address) <= _LONGEST):
            yield f"{name} {address!r} is not an e-mail address of plain letters (a domain with å, ä, ö begins xn--)"
    if not settings.host or not settings.host.isascii() or not settings.host.isprintable() or " " in settings.host:
        yield f"host {settings.host!r} is not a machine's name"
    if not 0 <= settings.port < 65536:
        yield f"port {settings.port} does not exist"
    if settings.security == "none" and settings.host not in _HERE:
        yield "security none shows orders and log-in to everybody on the way; it is for this machine only"
    if bool(settings.user) != bool(settings.password):
        yield "user and password go together; state both or none"
    if not 0 < settings.timeout_seconds <= 600:
        yield "timeout_seconds is a number of seconds above 0, at most 600"
