"""Documents of cXML for tests: real ones, our examples, and what libxml2 says of what was written."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from lxml import etree

from gateway.formats import example, load_dialects
from gateway.formats.cxml.envelope import Credential, Head, dtd, seal
from gateway.model import DOCUMENTS
from gateway.model.party import Amount, Quantity
from tests.data import mapping_texts, shared

TEXTS = mapping_texts()
CXML = load_dialects(TEXTS)["cxml"]
NOW = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)
US, THEM = Credential(domain="DUNS", identity="1"), Credential(domain="NetworkID", identity="AN-2")
HEAD = Head(payload_id="p-1@a.example", timestamp=NOW, ours=US, theirs=THEM, sender=US, language="sv")
BOX, EACH = "XBX", "C62"


def sample(name):
    return CXML.read(shared(f"cxml-samples/{name}.xml").read_bytes(), name).document


def paper(name, kind):
    return example(TEXTS[f"examples/{name}.yaml"], name, DOCUMENTS[kind])


def money(value, currency="SEK"):
    return Amount(value=Decimal(value), currency=currency)


def count(value, unit):
    return Quantity(value=Decimal(value), unit=unit)


def invalid(body: bytes) -> list[str]:
    """What libxml2 says of it by the newest DTD, in an envelope where it has one."""
    name = etree.fromstring(body).tag
    whole = body if name == "Index" else seal(body.decode(), HEAD, "1.2.071")
    judge = etree.DTD(str(shared(f"cxml-1.2.071/{dtd(name, '1.2.071').rpartition('/')[2]}")))
    return [] if judge.validate(etree.fromstring(whole)) else [one.message for one in judge.error_log]


def again(document):
    """The document as it is read after it was written."""
    return CXML.read(CXML.write(document), "again").document
