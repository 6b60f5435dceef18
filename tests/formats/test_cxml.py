"""What the cXML family knows beyond UBL: attributes anywhere, text beside children, trees, envelopes, kept markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from decimal import Decimal

import msgspec
import pytest

from gateway.findings import Rejected
from gateway.formats import example, load_dialects
from gateway.formats.cxml.envelope import Credential, Head, Status, opened, respond, seal, status_of
from gateway.formats.cxml.verbatim import kept
from gateway.mapping.load import load_table
from gateway.model import DOCUMENTS, Order, OrderCancellation, OrderChange
from gateway.model.party import Quantity
from tests.data import mapping_texts

TEXTS = mapping_texts()
CXML = load_dialects(TEXTS)["cxml"]
NOW = datetime(2026, 11, 20, 8, 40, tzinfo=UTC)
US, THEM = Credential(domain="DUNS", identity="1"), Credential(domain="NetworkID", identity="AN-2")
HEAD = Head(payload_id="p-1@a.example", timestamp=NOW, ours=US, theirs=THEM, sender=US, secret="env:S", language="sv")


def paper(name, kind):
    return example(TEXTS[f"examples/{name}.yaml"], name, DOCUMENTS[kind])


def order() -> Order:
    return paper("cxml_order", "Order")


BASKET = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">
<cXML payloadID="b-1" timestamp="2026-11-20T09:40:00+01:00"><Header/><Message><PunchOutOrderMessage>
<BuyerCookie>k</BuyerCookie><PunchOutOrderMessageHeader operationAllowed="edit"><Total><Money currency="SEK">5</Money>
</Total></PunchOutOrderMessageHeader><ItemIn quantity="2"><ItemID><SupplierPartID>A</SupplierPartID>
<SupplierPartAuxiliaryID>a=1&amp;b=2</SupplierPartAuxiliaryID></ItemID>%s</ItemIn></PunchOutOrderMessage></Message></cXML>
"""
DETAIL = """<ItemDetail ><UnitPrice><Money
  currency='SEK'>2.50</Money></UnitPrice><Description xml:lang="sv">Blå &#229;pärm<ShortName>Pärm</ShortName
></Description>
<UnitOfMeasure>EA</UnitOfMeasure><Classification domain="UNSPSC">44122003</Classification><!-- tag --></ItemDetail >"""


def test_a_basket_is_read_out_of_its_envelope_with_what_stands_beside_children():
    basket = CXML.read((BASKET % DETAIL).encode(), "in/b").document
    assert (basket.number, basket.issued.isoformat(), basket.cookie, basket.allowed) == (
        "b-1",
        "2026-11-20",
        "k",
        "edit",
    )
    (line,) = basket.lines
    assert (line.id, line.quantity, line.price.value) == ("1", Quantity(value=Decimal(2), unit="C62"), Decimal("2.50"))
    assert (line.item.seller_id, line.item.seller_id_extension) == ("A", "a=1&b=2")
    assert (line.item.name, line.item.descriptions) == ("Pärm", ("Blå åpärm",))


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "UTF-16"])
def test_the_shops_own_words_are_kept_to_the_byte_and_written_into_the_order(encoding):
    raw = (BASKET.replace("UTF-8", encoding) % DETAIL).encode(encoding)
    basket = kept(CXML.read(raw, "in/b").document, raw)
    assert basket.lines[0].detail == DETAIL
    line = msgspec.structs.replace(order().lines[0], detail=basket.lines[0].detail)
    written = CXML.write(msgspec.structs.replace(order(), lines=(line,))).decode()
    assert DETAIL in written
    assert written.count("<ItemDetail") == 1


def test_the_shops_own_words_go_back_to_it_when_lines_are_edited():
    setup = paper("cxml_punch_out_setup", "PunchOutSetup")
    line = msgspec.structs.replace(setup.lines[0], detail=DETAIL)
    assert DETAIL in CXML.write(msgspec.structs.replace(setup, lines=(line,))).decode()


def test_a_line_that_cannot_be_read_is_left_out_and_told_and_the_others_keep_their_own_words():
    item = re.search(r"<ItemIn.*</ItemIn>", BASKET % DETAIL, re.DOTALL)[0]
    bad = item.replace(">EA<", ">EACH<")
    raw = (BASKET % DETAIL).replace(item, bad + item.replace("2.50", "7.25") + bad).encode()
    reading = CXML.read(raw, "in/b")
    (line,) = kept(reading.document, raw, reading.findings).lines
    assert line.price.value == Decimal("7.25")
    assert line.detail == DETAIL.replace("2.50", "7.25")
    told = [finding for finding in reading.findings if finding.rule == "cxml-dropped"]
    assert [finding.place.path.rpartition("/")[2] for finding in told] == ["ItemIn[1]", "ItemIn[3]"]
    assert all("EACH" in finding.message and not finding.fatal for finding in told)
    assert [finding.rule for finding in CXML.identify(raw).check(raw, "in/b") if finding.fatal] == ["cxml-value"] * 2


def test_words_that_lean_on_a_prefix_from_above_are_not_kept():
    leaning = DETAIL.replace("<!-- tag -->", "<Extrinsic name='x'><s:a/></Extrinsic>")
    raw = (BASKET.replace("<cXML ", "<cXML xmlns:s='urn:s' ") % leaning).encode()
    assert kept(CXML.read(raw, "in/b").document, raw).lines[0].detail is None


@pytest.mark.parametrize(
    ("good", "bad", "rule", "words"),
    [
        ('quantity="2"', 'quantity="två"', "cxml-value", "'två' is not a number"),
        ('quantity="2"', "", "cxml-attribute", "has no quantity"),
        ('quantity="2"', 'quantity=" "', "cxml-attribute", "has no quantity"),
        ('"edit"', '"sell"', "cxml-value", "'sell' is not in the code list"),
        (">EA<", ">EACH<", "cxml-value", "'EACH' is not in the code list"),
        ("currency='SEK'", "currency='kr'", "cxml-value", "'kr' is not in the code list"),
        ("<BuyerCookie>k</BuyerCookie>", "", "cxml-missing", "has no BuyerCookie"),
        (">44122003<", "><", "cxml-missing", "holds no text"),
        (' encoding="UTF-8"', ' encoding="UTF-7"', "xml-encoding", "UTF-7"),
        ("Blå", "&blue;", "xml-entity", "&blue;"),
        ('cXML.dtd">', 'cXML.dtd" [<!ENTITY x "y">]>', "xml-doctype", "declares something"),
        ("<Message>", "<Massage>", "xml-syntax", "Massage"),
    ],
)
def test_each_fault_is_named_with_its_place(good, bad, rule, words):
    text = BASKET % DETAIL
    assert good in text
    with pytest.raises(Rejected) as refused:
        CXML.read(text.replace(good, bad, 1).encode(), "in/b")
    found = [finding for finding in refused.value.findings if finding.rule == rule]
    assert any(words in finding.message for finding in found), refused.value.findings
    assert found[0].place.source == "in/b"
    assert found[0].place.line is not None


def test_an_order_says_all_in_the_words_of_cxml():
    written = CXML.write(order()).decode()
    assert 'orderID="26-000123" orderDate="2026-11-20T09:40:00+01:00" type="new" agreementID="2024-118"' in written
    assert '<ItemOut quantity="2.5" lineNumber="2" requestedDeliveryDate="2026-11-26">' in written
    assert "<SupplierPartAuxiliaryID>MAL=GROV;PAS=500</SupplierPartAuxiliaryID>" in written
    assert '<UnitPrice><Money currency="SEK">39.9</Money></UnitPrice>' in written
    assert '<Extrinsic name="priceBasis">10 KGM</Extrinsic>' in written
    assert "<DeliverTo>Förskolan Björken</DeliverTo>" in written


def test_a_price_that_has_no_exact_share_is_refused_and_named():
    line = order().lines[1]
    third = msgspec.structs.replace(line.price, base_quantity=Quantity(value=Decimal(3), unit="KGM"))
    price = msgspec.structs.replace(third, amount=msgspec.structs.replace(third.amount, value=Decimal(10)))
    with pytest.raises(Rejected, match="base_quantity"):
        CXML.write(msgspec.structs.replace(order(), lines=(msgspec.structs.replace(line, price=price),)))


def test_what_cxml_has_no_place_for_is_refused_by_name():
    delivery = msgspec.structs.replace(order().delivery, marks="BJÖRKEN")
    with pytest.raises(Rejected, match=r"delivery\.marks cannot be said"):
        CXML.write(msgspec.structs.replace(order(), delivery=delivery))


def test_a_change_names_the_request_it_changes_and_leaves_out_what_goes():
    change: OrderChange = paper("cxml_order_change", "OrderChange")
    gone = msgspec.structs.replace(change.lines[1], status="2")
    written = CXML.write(msgspec.structs.replace(change, lines=(change.lines[0], gone))).decode()
    assert 'type="update"' in written
    assert f'<DocumentReference payloadID="{change.order_key}">' in written
    assert 'lineNumber="2"' not in written


def test_a_cancellation_repeats_the_order_and_cannot_do_without():
    cancellation: OrderCancellation = paper("cxml_order_cancellation", "OrderCancellation")
    written = CXML.write(cancellation).decode()
    assert 'type="delete"' in written
    assert written.count("<ItemOut") == 2
    with pytest.raises(Rejected, match="cancels"):
        CXML.write(msgspec.structs.replace(cancellation, cancels=None))


def test_midnight_is_a_day_without_a_time_and_offsets_follow_the_season():
    summer = msgspec.structs.replace(order(), issued=datetime(2026, 7, 1).date(), issued_time=time(0))
    written = CXML.write(summer)
    assert b'orderDate="2026-07-01T00:00:00+02:00"' in written
    assert CXML.read(written, "x").document.issued_time is None


def test_an_envelope_is_sealed_and_opened_again():
    raw = seal(CXML.write(order()).decode(), HEAD, "1.2.014")
    around = opened(raw, "out/1")
    assert (around.payload_id, around.kind, around.mode, around.timestamp) == (
        "p-1@a.example",
        "Request",
        "production",
        NOW,
    )
    assert around.senders == (US,)
    assert around.receivers[0].same(Credential(domain="networkid", identity="AN-2"))
    assert around.secrets == ("env:S",)
    assert raw.count(b"Z") == raw.count(b'Z"')  # a time in UTC is said with its offset
    assert CXML.read(raw, "out/1").document.number == "26-000123"


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"<html><body>Fel</body></html>", "cxml-root"),
        (b"<cXML/>", "cxml-nothing"),
        (b"<cXML><Response><Status/></Response></cXML>", "cxml-status"),
        (b"<cXML><Request><ProfileRequest/></Request></cXML>", "cxml-status"),
        (b"", "xml-syntax"),
    ],
)
def test_what_is_no_answer_is_refused(raw, rule):
    with pytest.raises(Rejected) as refused:
        status_of(raw, "answer")
    assert refused.value.findings[0].rule == rule


def test_an_answer_has_its_status_and_words():
    raw = respond(Status(code=475, text="Signature Required", words="Först <signera>"), "r-1", NOW, "1.2.014")
    assert status_of(raw, "a") == Status(code=475, text="Signature Required", words="Först <signera>")


@pytest.mark.parametrize("text", ["", "DUNS", ":1", "DUNS:", "  : "])
def test_a_credential_has_a_domain_and_an_identity(text):
    with pytest.raises(ValueError, match="DOMAIN:identity"):
        Credential.parse(text)


def test_a_table_names_a_tree_and_a_text_to_keep_that_exist():
    broken = {**TEXTS, "cxml/order.yaml": TEXTS["cxml/order.yaml"].replace("cxml-order", "cxml-ordre", 1)}
    with pytest.raises(Rejected, match="there is no tree cxml-ordre; did you mean cxml-order"):
        load_table("cxml/order", broken)
    part = TEXTS["cxml/parts/order_request.yaml"].replace("kept: detail", "kept: detial")
    with pytest.raises(Rejected, match="CxmlLine has no text detial; did you mean detail"):
        load_table("cxml/order", {**TEXTS, "cxml/parts/order_request.yaml": part})
