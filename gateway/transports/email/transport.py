"""The transport `email`: the parcel is a whole message already, handed to our mail server with its own addresses.

Between the final dot and the answer nobody knows: the message is then sent again under the same Message-ID, and says of
itself that twice is once.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator

import msgspec

from gateway.transports.contract import Check, Expiry, Failure, Parcel, Receipt, Standing, Unsure
from gateway.transports.email.line import answered, line_to, named, told, trouble
from gateway.transports.email.settings import EmailSettings

_BREAK = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"^\.", re.MULTILINE)


class Email:
    """Safe to use from many threads. Answers are typed in by a person, so it is not polled."""

    name = "email"
    envelope = "letter"
    polled = False
    follows = False
    Settings: type[msgspec.Struct] = EmailSettings

    def send(self, settings: EmailSettings, parcel: Parcel) -> Receipt:
        """Taken by our server, which goes on with it; a message that comes back lands at the address for answers."""
        where = f"smtp {settings.host}:{settings.server_port}"
        with line_to(settings) as smtp:
            _addressed(smtp, settings, len(parcel.content))
            _yes(where, 354, *smtp.docmd("data"))
            smtp.send(_travelling(parcel.content))
            try:
                code, words = smtp.getreply()
            except (smtplib.SMTPException, OSError) as error:
                why = "the message left and no answer came"
                raise Unsure(f"{where}: {why} ({named(error)}); it is sent again, with the same Message-ID") from None
            _yes(where, 250, code, words)
        return Receipt(evidence=f"smtp: {code} {told(words)} {parcel.key} to {settings.to}")

    def fetch(self, settings: EmailSettings) -> Iterator[Parcel]:
        """Nothing: people read the answers."""
        return iter(())

    def done(self, settings: EmailSettings, parcel: Parcel) -> None:
        """Nothing to move."""

    def status(self, settings: EmailSettings, key: str) -> Standing:
        """SMTP cannot be asked."""
        return Standing(state="unknown", said="a mail server cannot be asked what became of a message")

    def probe(self, settings: EmailSettings) -> Iterator[Check]:
        """Server and log-in; then both addresses are named, and taken back before any message."""
        where = f"smtp {settings.host}:{settings.server_port}"
        try:
            with line_to(settings) as smtp:
                yield Check(step="connect", good=True, evidence=f"{where}: {told(smtp.ehlo_resp or b'')}")
                yield _writable(smtp, settings, where)
        except Failure as failure:
            yield Check(step="connect", good=False, evidence=str(failure))

    def expiries(self, settings: EmailSettings) -> Iterator[Expiry]:
        """Nothing of ours ends on a day."""
        return iter(())


def _addressed(smtp: smtplib.SMTP, settings: EmailSettings, size: int) -> None:
    where = f"smtp {settings.host}:{settings.server_port}"
    options = [f"size={size}"] if smtp.has_extn("size") else []
    _yes(where, 250, *smtp.mail(settings.sender, options))
    code, words = smtp.rcpt(settings.to)
    _yes(where, 250, 250 if code == 251 else code, words)


def _writable(smtp: smtplib.SMTP, settings: EmailSettings, where: str) -> Check:
    try:
        _addressed(smtp, settings, 1000)
        smtp.docmd("rset")
    except Failure as failure:
        return Check(step="write", good=False, evidence=str(failure))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return Check(step="write", good=False, evidence=str(trouble(settings, error)))
    return Check(step="write", good=True, evidence=f"{where} takes mail from {settings.sender} to {settings.to}")


def _yes(where: str, wanted: int, code: int, words: bytes) -> None:
    if code != wanted:
        raise answered(where, code, words)


def _travelling(content: bytes) -> bytes:
    """The message as it goes over the line: every line ends in CRLF alone, and a dot in front is doubled (RFC 5321)."""
    lines = _BREAK.sub(b"\r\n", content)
    return _DOT.sub(b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n") + b".\r\n"
