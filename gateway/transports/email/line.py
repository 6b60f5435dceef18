"""A line to the mail server, encrypted and logged in, and what its troubles mean for a message."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gateway.transports.contract import NotSent, Refused
from gateway.transports.discreet import hidden
from gateway.transports.email.settings import EmailSettings
from gateway.transports.secrets import secret, stated

_MOST_WORDS = 300


@contextmanager
def line_to(settings: EmailSettings) -> Iterator[smtplib.SMTP]:
    """Ready for MAIL FROM. Everything that goes wrong inside is NotSent or Refused; closing never fails."""
    password = _password(settings)
    context = _context(settings) if settings.security != "none" else None
    smtp = None
    try:
        smtp = _connected(settings, context)
        smtp.ehlo_or_helo_if_needed()
        if settings.user:
            _log_in(smtp, settings.user, password)
        yield smtp
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise trouble(settings, error) from None
    finally:
        if smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.putcmd("quit")
            smtp.close()


def _connected(settings: EmailSettings, context: ssl.SSLContext | None) -> smtplib.SMTP:
    # Our name on the line is the sender's domain: asking for the machine's own may take a slow look-up.
    host, port, wait = settings.host, settings.server_port, settings.timeout_seconds
    ours = settings.sender.rpartition("@")[2]
    if settings.security == "tls":
        return smtplib.SMTP_SSL(host, port, local_hostname=ours, timeout=wait, context=context)
    smtp = smtplib.SMTP(host, port, local_hostname=ours, timeout=wait)
    if settings.security == "starttls":
        try:
            smtp.starttls(context=context)
        except BaseException:
            smtp.close()
            raise
    return smtp


def _log_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """Once, by one way: a wrong password tried in every way locks accounts."""
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    ways: dict[str, Any] = {"PLAIN": smtp.auth_plain, "LOGIN": smtp.auth_login, "CRAM-MD5": smtp.auth_cram_md5}
    way = next((name for name in ways if name in offered), None)
    if way is None:
        raise smtplib.SMTPNotSupportedError(f"it offers no log-in that we know ({' '.join(offered) or 'none at all'})")
    smtp.user, smtp.password = user, password
    smtp.auth(way, ways[way])


def _context(settings: EmailSettings) -> ssl.SSLContext:
    authorities = stated(settings.ca, "ca")
    try:
        return ssl.create_default_context(cadata=authorities or None)
    except (ssl.SSLError, ValueError) as error:
        raise Refused(f"setting ca: it holds no certificates in PEM ({error}); nothing was sent") from None


def _password(settings: EmailSettings) -> str:
    password = secret(settings.password, "password")
    if not (password + settings.user).isascii() or "\n" in password or "\r" in password:
        raise Refused("settings user and password: SMTP log-ins carry plain letters only; nothing was sent")
    return password


def trouble(settings: EmailSettings, error: Exception) -> NotSent | Refused:
    """What an error means as long as the message has not left whole."""
    where = f"smtp {settings.host}:{settings.server_port}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return answered(where, code, words)
    if isinstance(error, smtplib.SMTPResponseException):
        return answered(where, error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        cure = "state security tls, or ask for one that encrypts" if "STARTTLS" in str(error) else "check user"
        return Refused(f"{where}: {error}; {cure}; nothing was sent")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Refused(f"{where}: its certificate cannot be trusted ({error.verify_message}); nothing was sent")
    if isinstance(error, ValueError) and not isinstance(error, OSError):
        return Refused(f"{where} cannot be used ({type(error).__name__}); check the settings; nothing was sent")
    return NotSent(f"{where}: {named(error)}; nothing was sent")


def answered(where: str, code: int, words: bytes | str) -> NotSent | Refused:
    """An answer that is not yes: 5xx is for good, all others pass (RFC 5321, 4.2.1)."""
    said = f"{where}: {code} {told(words)}".rstrip()
    if 500 <= code < 600:
        return Refused(f"{said}; check address and log-in with whoever runs the server")
    return NotSent(f"{said}; not taken now, later is fine")


def told(words: bytes | str) -> str:
    """Their words on one line, cut short."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return hidden(" ".join(text.split()))[:_MOST_WORDS]


def named(error: Exception) -> str:
    words = str(error).strip()
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
