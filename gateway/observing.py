"""What those who look after the program are told, and where: alarms, figures, log lines. See docs/operations.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

import msgspec

from gateway.findings import Place, Rejected, reject

_PORTS: Final = {"smtp": 25, "smtps": 465}


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where alarms are handed in. `secure`: TLS from the first byte; else STARTTLS wherever the server offers it."""

    host: str
    port: int
    secure: bool = False
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"


class Observing(msgspec.Struct, frozen=True, kw_only=True):
    """`alarm_every` is seconds between looks at deadlines and lanes. Empty texts switch their part off.

    `alarm_to` gets the alarms of owners without an address. `metrics_token` opens GET /metrics; `worker_metrics` is
    the port on this machine where a worker shows its own figures, 0 for none.
    """

    mail: MailServer | None = None
    alarm_from: str = ""
    alarm_to: str = ""
    webhook: str = ""
    alarm_every: float = 5.0
    metrics_token: str = ""
    worker_metrics: int = 0
    worker_metrics_host: str = "127.0.0.1"
    log: Literal["text", "json"] = "text"

    def __repr__(self) -> str:
        """Without the token, and without the webhook, whose address is often a secret itself."""
        return f"Observing(mail={self.mail!r}, alarm_to={self.alarm_to!r}, log={self.log!r})"


def read_observing(environ: Mapping[str, str]) -> Observing:
    """From the environment; raises `Rejected` naming the variable that cannot be understood and what it wants."""
    mail = _server(environ.get("AVROP_ALARM_SMTP", ""))
    sender = environ.get("AVROP_ALARM_FROM", "")
    if mail is not None and "@" not in sender:
        raise _wrong(
            "AVROP_ALARM_FROM", sender, "the e-mail address that alarms come from, because AVROP_ALARM_SMTP is set"
        )
    return Observing(
        mail=mail,
        alarm_from=sender,
        alarm_to=environ.get("AVROP_ALARM_TO", ""),
        webhook=_webhook(environ.get("AVROP_ALARM_WEBHOOK", "")),
        alarm_every=_seconds(environ, "AVROP_ALARM_EVERY", 5.0),
        metrics_token=environ.get("AVROP_METRICS_TOKEN", ""),
        worker_metrics=_port(environ, "AVROP_WORKER_METRICS_PORT"),
        worker_metrics_host=environ.get("AVROP_WORKER_METRICS_HOST") or "127.0.0.1",
        log=_log(environ.get("AVROP_LOG") or "text"),
    )


def _server(text: str) -> MailServer | None:
    if not text:
        return None
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        url, port = urlsplit(""), None
    if url.scheme not in _PORTS or not url.hostname:
        # The text may hold a password: it is not repeated.
        raise _wrong("AVROP_ALARM_SMTP", "not such an address", "smtp://host:port or smtps://user:password@host:port")
    return MailServer(
        host=url.hostname,
        port=port or _PORTS[url.scheme],
        secure=url.scheme == "smtps",
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
    )


def _webhook(text: str) -> str:
    if text and not text.startswith(("http://", "https://")):
        raise _wrong("AVROP_ALARM_WEBHOOK", "not such an address", "an address that begins with https:// or http://")
    return text


def _seconds(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name) or str(default)
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise _wrong(name, text, "a number above 0")
    return seconds


def _port(environ: Mapping[str, str], name: str) -> int:
    text = environ.get(name) or "0"
    if not text.isdigit() or int(text) > 65535:
        raise _wrong(name, text, "a port between 1 and 65535")
    return int(text)


def _log(text: str) -> Literal["text", "json"]:
    if text == "json":
        return "json"
    if text == "text":
        return "text"
    raise _wrong("AVROP_LOG", text, "text or json")


def _wrong(name: str, found: str, wanted: str) -> Rejected:
    place = Place(source="environment", path=name)
    return reject("settings-observing", f"{name} is {found!r}: expected {wanted}", place)
