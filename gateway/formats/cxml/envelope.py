"""The thin envelope of cXML: who writes to whom, under which payloadID, with which status.

cXML 1.2, chapter 3 (protocol). A document inside is a child of Request, Response or Message; its table knows only that
child. Timestamps have an offset and never a Z: some readers know no other form.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from lxml import etree

from gateway.findings import Place, Rejected, reject
from gateway.formats.xml import escape, escape_attribute
from gateway.model.party import Value
from gateway.xml import line_of, parse

Kind = Literal["Request", "Response", "Message"]
KINDS: tuple[Kind, ...] = ("Request", "Response", "Message")
_DTDS = {
    "ConfirmationRequest": "Fulfill",
    "ShipNoticeRequest": "Fulfill",
    "ReceiptRequest": "Fulfill",
    "InvoiceDetailRequest": "InvoiceDetail",
}
# The first version whose release has the request in a DTD of its own.
_SPLIT = (1, 2, 15)
_ROOT = re.compile(rb"<cXML[\s>]")
_INSIDE = re.compile(rb"<(?:Request|Message)(?:\s[^<>]*)?>\s*<(\w{1,80})")


class Credential(Value, frozen=True):
    """A house as one of its `domain`s names it: DUNS, NetworkID, an address of its own."""

    domain: str
    identity: str

    def __str__(self) -> str:
        return f"{self.domain}:{self.identity}"

    @classmethod
    def parse(cls, text: str) -> Credential:
        """From `DOMAIN:identity`. Raises ValueError."""
        domain, colon, identity = text.strip().partition(":")
        if not colon or not domain.strip() or not identity.strip():
            raise ValueError(f"{text!r} is not a credential; write DOMAIN:identity, such as DUNS:123456789")
        return cls(domain=domain.strip(), identity=identity.strip())

    def same(self, other: Credential) -> bool:
        """Whether both name one house: the letters of a domain may be large or small (NetworkId, NetworkID)."""
        return self.domain.casefold() == other.domain.casefold() and self.identity == other.identity


class Head(Value, frozen=True):
    """What stands around a document. `secret` is the SharedSecret, or in what we keep the reference to it."""

    payload_id: str
    timestamp: datetime
    ours: Credential
    theirs: Credential
    sender: Credential
    secret: str | None = None
    user_agent: str = "Avrop"
    mode: Literal["production", "test"] = "production"
    language: str | None = None


class Status(Value, frozen=True):
    """cXML status: `code` as in the table of the protocol, `text` its name, `words` what else was said."""

    code: int
    text: str = ""
    words: str = ""


class Opened:
    """A document out of its envelope. `senders`: From and Sender as they stand, with every credential of theirs.

    `body` is the element inside, None for a bare status; `secrets` are what Sender showed for itself.
    """

    def __init__(self, root: etree._Element, source: str) -> None:
        self.root = root
        self.source = source
        self.payload_id = root.get("payloadID", "")
        self.timestamp = _moment(root.get("timestamp", ""))
        self.senders = _credentials(root, "From")
        self.receivers = _credentials(root, "To")
        self.relays = _credentials(root, "Sender")
        self.secrets = tuple(_text(one) for one in root.iterfind("Header/Sender/Credential/SharedSecret"))
        self.kind, part = _part(root, source)
        self.mode = part.get("deploymentMode", "production")
        self.status = _status(part.find("Status"))
        self.reply_to = part.get("inReplyTo")
        self.body = next((one for one in part if one.tag != "Status" and isinstance(one.tag, str)), None)


def is_cxml(head: bytes) -> bool:
    """Whether bytes that begin like `head` are a cXML document."""
    return _ROOT.search(head) is not None


def name_in(head: bytes) -> str:
    """What a cXML document that begins like `head` is (OrderRequest); empty where that is not to be seen."""
    found = _INSIDE.search(head) if is_cxml(head) else None
    return found[1].decode("ascii", "replace") if found else ""


def opened(raw: bytes, source: str) -> Opened:
    """The document in `raw`. Raises `Rejected` for what is no cXML; a DOCTYPE is let through and never fetched."""
    root = parse(raw, source, doctype=True)
    if root.tag != "cXML":
        raise reject("cxml-root", f"the root element is {root.tag}, and cXML is expected", _place(root, source))
    return Opened(root, source)


def status_of(raw: bytes, source: str) -> Status:
    """The status of a Response. Raises `Rejected` where there is none: an HTML page, a document, half an answer."""
    found = opened(raw, source)
    if found.kind != "Response" or found.status is None:
        raise reject("cxml-status", "this is no cXML Response with a Status", _place(found.root, source))
    return found.status


def seal(body: str, head: Head, version: str, kind: Kind = "Request") -> bytes:
    """A whole document around `body`, whose first element names the request; `version` is the DTD's (1.2.014)."""
    mode = ' deploymentMode="test"' if head.mode == "test" else ""
    secret = f"<SharedSecret>{escape(head.secret)}</SharedSecret>" if head.secret else ""
    header = (
        f"<Header><From>{_credential(head.ours)}</From><To>{_credential(head.theirs)}</To>"
        f"<Sender>{_credential(head.sender, secret)}<UserAgent>{escape(head.user_agent)}</UserAgent></Sender></Header>"
    )
    return _whole(
        f"{header}<{kind}{mode}>{body}</{kind}>", head.payload_id, head.timestamp, version, body, head.language
    )


def respond(status: Status, payload_id: str, now: datetime, version: str, body: str = "") -> bytes:
    """The answer to a request: its status, and what was asked for."""
    words = escape(status.words) if status.words.strip() else ""
    said = f'<Status code="{status.code}" text="{escape_attribute(status.text or "OK")}">{words}</Status>'
    return _whole(f"<Response>{said}{body}</Response>", payload_id, now, version, body, None)


def moment(at: datetime) -> str:
    """A moment as cXML writes it, to the second. `at` is aware."""
    return at.isoformat(timespec="seconds")


def _whole(inside: str, payload_id: str, at: datetime, version: str, body: str, language: str | None) -> bytes:
    name = body[1:].partition(">")[0].partition(" ")[0] if body else ""
    spoken = f' xml:lang="{escape_attribute(language)}"' if language else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE cXML SYSTEM "{dtd(name, version)}">\n'
        f'<cXML payloadID="{escape_attribute(payload_id)}" timestamp="{moment(at)}"{spoken}>{inside}</cXML>\n'
    ).encode()


def dtd(request: str, version: str) -> str:
    """The system identifier of the DTD that has `request`, in the form that cXML publishes them."""
    numbers = tuple(int(part) for part in version.split("."))
    file = _DTDS.get(request, "cXML") if numbers >= _SPLIT else "cXML"
    return f"http://xml.cxml.org/schemas/cXML/{version}/{file}.dtd"


def _credential(one: Credential, secret: str = "") -> str:
    domain, identity = escape_attribute(one.domain), escape(one.identity)
    return f'<Credential domain="{domain}"><Identity>{identity}</Identity>{secret}</Credential>'


def _credentials(root: etree._Element, role: str) -> tuple[Credential, ...]:
    found = [(one.get("domain", ""), _text(one.find("Identity"))) for one in root.iterfind(f"Header/{role}/Credential")]
    return tuple(Credential(domain=domain.strip(), identity=identity) for domain, identity in found)


def _part(root: etree._Element, source: str) -> tuple[Kind, etree._Element]:
    for kind in KINDS:
        part = root.find(kind)
        if part is not None:
            return kind, part
    raise reject("cxml-nothing", "holds no Request, Response or Message", _place(root, source))


def _status(element: etree._Element | None) -> Status | None:
    if element is None or not re.fullmatch(r"[1-9]\d\d", element.get("code", ""), re.ASCII):
        return None
    return Status(code=int(element.get("code", "")), text=element.get("text", ""), words=_text(element))


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def _text(element: etree._Element | None) -> str:
    return "".join(str(text) for text in element.itertext()).strip() if element is not None else ""


def _place(element: etree._Element, source: str) -> Place:
    return Place(source=source, line=line_of(element), path=f"/{element.tag}")


def try_open(raw: bytes, source: str = "") -> Opened | None:
    """The same, None for what cannot be opened."""
    try:
        return opened(raw, source)
    except Rejected:
        return None
