"""An order as an e-mail: readable, with the document itself attached. Pure: the same facts give the same bytes.

RFC 5322 with MIME, seven-bit throughout, so that no server on the way has to change it. `Message-ID` is made of the
message's key, by which the receiver's program removes a second copy.
"""

from __future__ import annotations

import email
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import msgspec

from gateway.formats.letter import letter, subject
from gateway.model import Document, ReceiptAdvice

_TWICE = "Kommer detta meddelande två gånger är det samma sak: det gäller en gång."
_HEAD = 4000


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """From whom, to whom, and where answers go: plain addresses. `house` is the sender's name as people know it.

    A `reply_to` whose local part ends in `+` gets the order number there: inkop+@… → inkop+26-000123@….
    """

    sender: str
    to: str
    house: str = ""
    reply_to: str = ""


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """The document as the supplier's programs read it."""

    name: str
    content: bytes
    media_type: str


def mail_for(document: Document, attached: Attachment, envelope: Envelope, key: str, now: datetime) -> bytes:
    """The whole message. `key` is the same on every attempt; `now` is aware. ValueError where an address is none."""
    about, number = subject(document), getattr(document, "order", None) or document.number
    house = _line(envelope.house)
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(house, addr_spec=envelope.sender)
    message["To"] = Address(addr_spec=envelope.to)
    message["Reply-To"] = Address(_line(f"{house} {number}"), addr_spec=_numbered(envelope, number))
    message["Subject"] = _line(f"{about} från {house}" if house else about)
    message["Date"] = now
    message["Message-ID"] = f"<{_line(key)}@{envelope.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "sv"
    body = "\n".join([*map(_line, letter(document)), "", _TWICE, ""])
    message.set_content(body, cte="quoted-printable")
    for one in (attached, *_files(document)):  # the document first: it is what is read back
        main, _, sub = one.media_type.partition(";")[0].partition("/")
        message.add_attachment(one.content, maintype=main, subtype=sub, filename=_line(one.name))
    message.set_boundary(f"=_{_line(key)}")
    return message.as_bytes()


def _files(document: Document) -> list[Attachment]:
    """Photos of a delivery, which a row file cannot hold. Orders carry their files in their own way."""
    inside = document.attachments if isinstance(document, ReceiptAdvice) else ()
    return [
        Attachment(name=one.filename or one.id, content=one.content, media_type=one.media_type or "image/jpeg")
        for one in inside
        if one.content is not None
    ]


def is_mail(raw: bytes) -> bool:
    """Whether these bytes are a message as `mail_for` writes it."""
    return raw.startswith(b"From: ") and b"\r\nMessage-ID: " in raw[:_HEAD]


def attached_to(raw: bytes) -> bytes:
    """The document in a message of `mail_for`; other bytes as they are."""
    if not is_mail(raw):
        return raw
    try:
        message = email.message_from_bytes(raw, policy=SMTP)
        content = next(iter(message.iter_attachments())).get_payload(decode=True)
    except (MessageError, StopIteration, LookupError, ValueError):
        return raw
    return content if isinstance(content, bytes) else raw


def message_id(raw: bytes) -> str:
    """What stands before the @ in the Message-ID: the key, in a message of `mail_for`. "" where there is none."""
    head = email.message_from_bytes(raw.partition(b"\r\n\r\n")[0], policy=SMTP)
    return str(head["Message-ID"] or "").strip("<> ").partition("@")[0]


def _numbered(envelope: Envelope, number: str) -> str:
    local, _, domain = (envelope.reply_to or envelope.sender).rpartition("@")
    safe = "".join(sign for sign in number if sign.isascii() and (sign.isalnum() or sign in "-._"))
    return f"{local}{safe}@{domain}" if local.endswith("+") else f"{local}@{domain}"


def _line(text: str) -> str:
    """One line of signs that can be seen: a line break would begin another header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split(" ")).rstrip()
