"""What goes to a supplier by the house's own mail server (AVROP_ALARM_SMTP), whatever its orders go by.

It travels as every message: journaled, in the supplier's lane, tried again. That the server is away says nothing about
the supplier.
"""

from __future__ import annotations

import email
import smtplib
from collections.abc import Iterator
from email.policy import SMTP
from typing import Any, Final

import msgspec

from gateway.exchange import mailing
from gateway.exchange.office import Office
from gateway.findings import Place, reject
from gateway.observing import MailServer
from gateway.suppliers.supplier import Supplier
from gateway.transports.contract import Check, Expiry, NotSent, Parcel, Receipt, Refused, Standing

MAIL: Final = "mail"
"""The transport of such messages, as the journal names it."""
DIALECT: Final = "csv"
"""What is attached for their programs."""


class Letterbox(msgspec.Struct, frozen=True, kw_only=True):
    """Plain addresses, as the envelope of a letter wants them."""

    sender: str
    to: str
    reply_to: str = ""


class HouseMail:
    """Hands letters in at the house's mail server. A letter that is sent twice has the same Message-ID."""

    name = MAIL
    envelope = "letter"
    polled = False
    follows = False
    Settings: type[msgspec.Struct] = Letterbox

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def send(self, settings: Any, parcel: Parcel) -> Receipt:
        letter = email.message_from_bytes(parcel.content, policy=SMTP)
        try:
            mailing.send(self._server, letter)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise Refused(f"the mail server does not take {settings.to}: {code} {words!r}; correct email") from None
        except mailing.Undelivered as error:
            raise NotSent(str(error)) from None
        return Receipt(evidence=f"mail to {settings.to}, Message-ID {letter['Message-ID']}")

    def fetch(self, settings: Any) -> Iterator[Parcel]:
        """Nothing: people read the answers."""
        return iter(())

    def done(self, settings: Any, parcel: Parcel) -> None:
        """Nothing to move."""

    def status(self, settings: Any, key: str) -> Standing:
        """SMTP cannot be asked."""
        return Standing(state="unknown", said="a mail server cannot be asked what became of a message")

    def probe(self, settings: Any) -> Iterator[Check]:
        """Alarms go the same way, and tell when it is closed."""
        return iter(())

    def expiries(self, settings: Any) -> Iterator[Expiry]:
        return iter(())


def can_reach(office: Office, supplier: Supplier) -> bool:
    return office.settings.observing.mail is not None and supplier.email is not None


def reached(office: Office, supplier: Supplier) -> tuple[Supplier, HouseMail]:
    """The supplier as it is reached by letter, and what hands letters in. `Rejected` says what is missing."""
    observing, place = office.settings.observing, Place(source="suppliers.yaml", line=supplier.line or None)
    if observing.mail is None:
        raise reject("no-house-mail", "no mail server is known: set AVROP_ALARM_SMTP and AVROP_ALARM_FROM", place)
    if supplier.email is None:
        raise reject("no-email", f"{supplier.id} has no email, and this goes by letter", place)
    box = Letterbox(sender=observing.alarm_from, to=supplier.email)
    by_mail = {"transport": MAIL, "dialect": DIALECT, "settings": box, "by_hand": False}
    return msgspec.structs.replace(supplier, **by_mail), HouseMail(observing.mail)
