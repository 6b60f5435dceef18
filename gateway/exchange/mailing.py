"""Handing an e-mail in at the house's own mail server (AVROP_ALARM_SMTP): alarms, reminders."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from typing import Final

from gateway.observing import MailServer

SECONDS: Final = 15.0


class Undelivered(Exception):
    """The mail server or the webhook could not be reached: all that is left is told later."""


def send(server: MailServer, mail: EmailMessage) -> None:
    """Hands it in; raises SMTPRecipientsRefused where the address is not taken, `Undelivered` for all else."""
    try:
        with _connected(server) as smtp:
            if server.user:
                smtp.login(server.user, server.password)
            smtp.send_message(mail)
    except smtplib.SMTPRecipientsRefused:
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise Undelivered(f"mail server {server.host}:{server.port}: {type(error).__name__}: {error}") from None


def _connected(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.secure:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    smtp = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    smtp.ehlo()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=context)
    return smtp
