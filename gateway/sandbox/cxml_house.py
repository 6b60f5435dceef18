"""cXML as another house's system reads and writes it: with lxml alone, never by our mapping tables.

That is what makes the sandbox a test: what our tables write must be understood by somebody who has not seen them, and
the other way round.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec
from lxml import etree

from gateway.sandbox.elements import E

HERE = ZoneInfo("Europe/Stockholm")
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
VERSION = "1.2.071"
"""The DTD that the sandbox's suppliers write by."""
MOST_BYTES = 20_000_000
_TEXTS = {200: "OK", 201: "Accepted", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 500: "Error"}
_TEXTS |= {404: "Not Found", 406: "Not Acceptable", 450: "Not Implemented"}
_FILES = {"ConfirmationRequest": "Fulfill", "ShipNoticeRequest": "Fulfill", "InvoiceDetailRequest": "InvoiceDetail"}


class House(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier as cXML knows it: its own credential and its customer's (`DOMAIN:identity`), and the secret that the
    customer shows. `shown` is what it shows itself; the same where it is empty."""

    ours: str
    theirs: str
    secret: str
    shown: str = ""
    mode: str = "production"


class Unreadable(Exception):
    """What came is no cXML that anybody here could read; the words say why."""


def read(raw: bytes) -> etree._Element:
    """The root `cXML` of a document. Raises `Unreadable`."""
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"more than {MOST_BYTES} bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(str(error)) from None
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and list(declared.iterentities()):  # type: ignore[union-attr]
        raise Unreadable("it declares entities")
    if root.tag != "cXML":
        raise Unreadable(f"its root is {root.tag}")
    return root


def request_of(root: etree._Element) -> etree._Element:
    """What is asked for: the first child of Request. Raises `Unreadable` where nothing is."""
    found = next((one for one in root.iterfind("Request/*") if one.tag != "Status"), None)
    if found is None:
        raise Unreadable("it holds no Request")
    return found


def shows_secret(root: etree._Element, house: House) -> bool:
    """Whether Sender shows the secret that was agreed, and From or Sender is the customer."""
    shown = [said(one) for one in root.iterfind("Header/Sender/Credential/SharedSecret")]
    knows = any(hmac.compare_digest(one.encode(), house.secret.encode()) for one in shown)
    return knows and any(_same(one, house.theirs) for one in _named(root))


def said(element: etree._Element | None) -> str:
    """The text of an element, trimmed; empty where there is none."""
    return "".join(str(part) for part in element.itertext()).strip() if element is not None else ""


def answer(code: int, words: str, now: datetime, *inside: etree._Element, text: str = "") -> bytes:
    """A Response with a Status."""
    status = E.Status(words, code=str(code), text=text or _TEXTS.get(code, "Error"))
    return written(_whole(E.Response(status, *inside), new_id(), now), inside[0].tag if inside else "")


def letter(house: House, body: etree._Element, payload_id: str, now: datetime, kind: str = "Request") -> etree._Element:
    """A document to the customer. `body` is the request or message itself. The secret goes along where servers speak:
    a Message travels by a person's browser."""
    shown = (house.shown or house.secret) if kind == "Request" else ""
    head = E.Header(
        E.From(credential(house.ours)),
        E.To(credential(house.theirs)),
        E.Sender(credential(house.ours, shown), E.UserAgent("Provhandelns affärssystem 7")),
    )
    return _whole(E(kind, body, deploymentMode=house.mode), payload_id, now, head)


def written(root: etree._Element, name: str = "", encoding: str = "UTF-8") -> bytes:
    """The bytes of a document, with the DOCTYPE that belongs to the request `name`."""
    file = _FILES.get(name, "cXML")
    doctype = f'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/{VERSION}/{file}.dtd">'
    return bytes(etree.tostring(root, encoding=encoding, xml_declaration=True, doctype=doctype))  # type: ignore[arg-type]


def credential(named: str, secret: str = "") -> etree._Element:
    """A Credential from `DOMAIN:identity`."""
    domain, _, identity = named.partition(":")
    shown = (E.SharedSecret(secret),) if secret else ()
    return E.Credential(E.Identity(identity.strip()), *shown, domain=domain.strip())


def new_id() -> str:
    """A payloadID that nobody has used."""
    return f"{uuid4().hex}@provhandeln.example"


def moment(at: datetime) -> str:
    """A moment with its offset, to the second."""
    return at.astimezone(HERE).isoformat(timespec="seconds")


def _whole(part: etree._Element, payload_id: str, now: datetime, head: etree._Element | None = None) -> etree._Element:
    inside = (head, part) if head is not None else (part,)
    return E.cXML(*inside, {LANGUAGE: "sv"}, payloadID=payload_id, timestamp=moment(now))


def _named(root: etree._Element) -> Iterator[str]:
    for role in ("From", "Sender"):
        for one in root.iterfind(f"Header/{role}/Credential"):
            yield f"{one.get('domain', '')}:{said(one.find('Identity'))}"


def _same(one: str, other: str) -> bool:
    """Domains by any case, identities as they are."""
    (domain, _, identity), (other_domain, _, other_identity) = one.partition(":"), other.partition(":")
    alike = domain.strip().casefold() == other_domain.strip().casefold()
    return alike and identity.strip() == other_identity.strip()
