"""What is peculiar to invoices: the dialects that still come, and one root for invoice and credit note."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.findings import Rejected
from gateway.formats import example, load_dialects, sbdh
from gateway.model import CreditNote, Invoice
from tests.data import mapping_texts, shared

TEXTS = mapping_texts()
DIALECTS = load_dialects(TEXTS)
PEPPOL, SVEHANDEL = DIALECTS["peppol"], DIALECTS["svehandel"]
OLD, OLD_CREDIT = SVEHANDEL.codecs["svehandel/svefaktura"], SVEHANDEL.codecs["svehandel/svefaktura_credit_note"]


def document(name: str, kind: type):
    return example(TEXTS[f"examples/{name}.yaml"], name, kind)


def test_an_old_invoice_is_read_in_the_encodings_that_real_systems_write():
    wanted = document("svefaktura", Invoice)
    plain = OLD.write(wanted)
    latin = plain.decode().replace('encoding="UTF-8"', 'encoding="ISO-8859-1"').encode("iso-8859-1")
    for raw in (plain, b"\xef\xbb\xbf" + plain, latin):
        assert SVEHANDEL.read(raw, "in").document == wanted


def test_one_root_is_an_invoice_or_a_credit_note_by_its_type_code():
    raw = OLD.write(document("svefaktura", Invoice))
    credit = OLD_CREDIT.write(document("svefaktura_credit_note", CreditNote))
    assert SVEHANDEL.identify(raw) is OLD
    assert SVEHANDEL.identify(credit) is OLD_CREDIT
    assert isinstance(SVEHANDEL.read(credit, "in").document, CreditNote)


def test_the_seller_of_an_old_invoice_is_one_company_though_the_wire_says_two_taxes():
    seller = OLD.read(shared("svehandel-samples/svefaktura-1.0-moms.xml").read_bytes(), "in").document.seller
    assert seller.legal_id.value == "5565624223"
    assert seller.legal_form == "F-skattebevis finns"
    assert [(tax.scheme, tax.company_id.value) for tax in seller.taxes] == [("VAT", "SE556562422301")]


def test_the_total_of_an_old_invoice_is_what_shall_be_paid_rounding_and_all():
    totals = OLD.read(shared("svehandel-samples/svefaktura-1.0-bas.xml").read_bytes(), "in").document.totals
    assert str(totals.payable.value) == "7781.50"
    assert str(totals.rounding.value) == "0.25"
    assert totals.tax_inclusive is None


def test_what_an_old_invoice_cannot_say_is_refused_and_not_left_out():
    with pytest.raises(Rejected, match="payee cannot be said"):
        OLD.write(document("invoice", Invoice))


def test_the_buyers_reference_travels_as_the_contact_in_bis_5a():
    raw = SVEHANDEL.codec("Invoice").write(document("invoice", Invoice))
    assert b"<cac:Contact><cbc:ID>KIM-4120</cbc:ID><cbc:Name>Kim Exempel</cbc:Name>" in raw
    assert SVEHANDEL.read(raw, "in").document.buyer_references == ("KIM-4120",)


def test_an_invoice_is_read_in_its_envelope_whatever_the_envelope_says():
    raw = shared("svehandel-samples/svefaktura-bis5a.xml").read_bytes()
    reading = SVEHANDEL.read(raw, "in")
    assert isinstance(reading.document, Invoice)
    assert len(reading.document.lines) == 11
    assert reading.document.seller.endpoint.scheme == "0007"


def test_a_project_is_an_element_of_an_invoice_and_a_typed_reference_of_a_credit_note():
    assert b"<cac:ProjectReference><cbc:ID>" in PEPPOL.write(document("invoice", Invoice))
    raw = PEPPOL.write(document("credit_note", CreditNote))
    assert b"</cbc:ID><cbc:DocumentTypeCode>50</cbc:DocumentTypeCode></cac:AdditionalDocumentReference>" in raw
    assert PEPPOL.read(raw, "in").document.project == "Nya Björken"


def test_tax_stands_once_by_category_and_once_in_the_currency_of_the_books():
    totals = PEPPOL.read(PEPPOL.write(document("credit_note", CreditNote)), "in").document.tax_totals
    assert [(total.amount.currency, len(total.subtotals)) for total in totals] == [("EUR", 2), ("SEK", 0)]


def test_an_invoice_without_a_process_travels_in_an_envelope_too():
    raw = OLD.write(example(TEXTS[f"{OLD.table.example}.yaml"], "old", Invoice))
    created = datetime(2026, 11, 20, 8, tzinfo=UTC)
    wrapped = sbdh.wrap(raw, sbdh.header_for(raw, "0007:5500006597", "0007:2120009994", "7f2c", created))
    assert b"PROCESSID" not in wrapped
    assert sbdh.unwrap(wrapped)[0].process_id == ""
    assert OLD.read(wrapped, "in").document == OLD.read(raw, "in").document
