"""What neither a DTD nor a table judges: each fault is named with its place and what to do about it."""

from __future__ import annotations

import pytest

from gateway.formats import load_dialects
from gateway.formats.cxml.envelope import opened
from gateway.formats.cxml.facts import MOST, facts_of
from gateway.wording import explain
from tests.data import mapping_texts
from tests.formats.dtds import broken
from tests.formats.hostile_cxml import LINE

CXML = load_dialects(mapping_texts())["cxml"]
HEAD = (
    '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.071/%s.dtd">\n'
    '<cXML payloadID="b-1" timestamp="2026-11-20T09:40:00+01:00"><Header><From><Credential domain="DUNS"><Identity>1'
    '</Identity></Credential></From><To><Credential domain="DUNS"><Identity>2</Identity></Credential></To><Sender>'
    '<Credential domain="DUNS"><Identity>1</Identity></Credential><UserAgent>x</UserAgent></Sender></Header>\n'
)
CART = (
    HEAD % "cXML" + "<Message><PunchOutOrderMessage><BuyerCookie>k</BuyerCookie><PunchOutOrderMessageHeader "
    'operationAllowed="edit"><Total><Money currency="SEK">2</Money></Total></PunchOutOrderMessageHeader>\n'
    + LINE.decode()
    + "</PunchOutOrderMessage></Message></cXML>"
)
REFERENCE = '<OrderReference orderID="26-1"><DocumentReference payloadID="p-1"/></OrderReference>'
CONFIRMED = (
    HEAD % "Fulfill" + '<Request><ConfirmationRequest><ConfirmationHeader type="accept" '
    f'noticeDate="2026-11-20T09:40:00+01:00"/>{REFERENCE}</ConfirmationRequest></Request></cXML>'
)
SHIPPED = (
    HEAD % "Fulfill" + '<Request><ShipNoticeRequest><ShipNoticeHeader shipmentID="1" '
    f'noticeDate="2026-11-20T09:40:00+01:00"/><ShipControl><CarrierIdentifier domain="x">x</CarrierIdentifier>'
    f"<ShipmentIdentifier>1</ShipmentIdentifier></ShipControl><ShipNoticePortion>{REFERENCE}<ShipNoticeItem "
    'quantity="1" lineNumber="1"><UnitOfMeasure>EA</UnitOfMeasure></ShipNoticeItem></ShipNoticePortion>'
    "</ShipNoticeRequest></Request></cXML>"
)
CHANGED = (
    HEAD % "cXML" + '<Request><OrderRequest><OrderRequestHeader orderID="26-1" orderDate="2026-11-20T09:40:00+01:00" '
    'type="update"><Total><Money currency="SEK">2</Money></Total>'
    '<BillTo><Address><Name xml:lang="sv">Vi</Name></Address></BillTo>'
    '<DocumentReference payloadID="p-1"/></OrderRequestHeader>'
    + LINE.decode().replace("ItemIn", "ItemOut").replace('quantity="1"', 'quantity="1" lineNumber="1"')
    + "</OrderRequest></Request></cXML>"
)
GOOD = {"PunchOutOrderMessage": CART, "ConfirmationRequest": CONFIRMED, "ShipNoticeRequest": SHIPPED,
        "OrderRequest": CHANGED}  # fmt: skip

FAULTS = [
    (CART, 'payloadID="b-1"', 'payloadID=" "', "cxml-payload-id", "has no payloadID", True),
    (CART, "2026-11-20T09:40:00+01:00", "yesterday", "cxml-timestamp", "'yesterday' is no moment", True),
    (CART, "09:40:00+01:00", "09:40:00", "cxml-timestamp", "write it like 2026-11-20T09:40:00+01:00", False),
    (CART, 'quantity="1"', 'quantity="0"', "cxml-quantity", "ItemIn has the quantity 0, and it must be above 0", True),
    (CART, 'quantity="1"', 'quantity="-1.5"', "cxml-quantity", "has the quantity -1.5", True),
    (SHIPPED, 'quantity="1"', 'quantity="-1"', "cxml-quantity", "ShipNoticeItem has the quantity -1", True),
    (CART, 'currency="SEK">2</Money></UnitPrice>', 'currency="EUR">2</Money></UnitPrice>', "cxml-currencies",
     "the amount is in EUR, and the document began in SEK", True),
    (CART, ">44122003<", ">44.12.20.03<", "cxml-unspsc", "write 44122003", True),
    (CART, ">44122003<", ">Pärmar<", "cxml-unspsc", "it is a name, or a code of another list", True),
    (CART, ">44122003<", ">441220<", "cxml-unspsc", "has 6 digits; write 44122000 for the whole group", True),
    (CART, ">44122003<", ">4412200312<", "cxml-unspsc", "has ten digits; write 44122003", True),
    (CART, ">44122003<", ">441220030<", "cxml-unspsc", "which has eight digits; look it up", True),
    (CART, '"SEK">2</Money></Total>', '"SEK">3</Money></Total>', "cxml-total",
     "the lines add up to 2, and the total says 3", False),
    (CHANGED, '<DocumentReference payloadID="p-1"/></OrderRequestHeader>', "</OrderRequestHeader>", "cxml-earlier",
     "it is of type update, and names no earlier request", True),
    (CHANGED.replace('type="update"', 'type="delete"'), '"p-1"', '" "', "cxml-earlier", "it is of type delete", True),
    (CONFIRMED, REFERENCE, "<OrderReference><DocumentReference payloadID=''/></OrderReference>",
     "cxml-order-reference", "ConfirmationRequest names no order that it answers", True),
    (SHIPPED, REFERENCE, "<OrderReference><DocumentReference payloadID=''/></OrderReference>",
     "cxml-order-reference", "ShipNoticeRequest names no order", True),
]  # fmt: skip


@pytest.mark.parametrize("request_name", GOOD)
def test_what_is_good_says_nothing(request_name):
    raw = GOOD[request_name].encode()
    assert facts_of(opened(raw, "in/x")) == ()
    assert broken(raw, request_name, "1.2.071") == []


@pytest.mark.parametrize(("document", "good", "bad", "rule", "words", "fatal"), FAULTS)
def test_a_fault_that_the_dtd_lets_through_is_named(document, good, bad, rule, words, fatal):
    assert good in document
    raw = document.replace(good, bad, 1).encode()
    around = opened(raw, "in/x")
    assert broken(raw, str(around.body.tag), "1.2.071") == [], "the DTD sees it: no rule of ours is needed"
    (found,) = [one for one in facts_of(around) if one.rule == rule]
    assert words in found.message
    assert found.fatal is fatal
    assert (found.place.source, found.place.path.startswith("/cXML")) == ("in/x", True)
    assert found.place.line
    said = explain(found, "sv")
    assert found.message not in said.what
    assert said.what != ""


def test_they_are_part_of_the_structure_and_notes_of_what_is_read():
    raw = CART.replace(">44122003<", ">44.12.20.03<").replace('payloadID="b-1"', 'payloadID=""').encode()
    codec = CXML.identify(raw)
    assert {one.rule for one in codec.check(raw, "in/x") if one.fatal} == {"cxml-unspsc", "cxml-payload-id"}
    noted = CXML.read(raw, "in/x").findings
    assert {one.rule: one.fatal for one in noted} == {"cxml-unspsc": False, "cxml-payload-id": False}


def test_a_price_for_many_counts_for_many():
    basis = '<PriceBasisQuantity quantity="100" conversionFactor="1"><UnitOfMeasure>EA</UnitOfMeasure>'
    raw = CART.replace("<Classification", f"{basis}</PriceBasisQuantity><Classification")
    raw = raw.replace('"SEK">2</Money></Total>', '"SEK">0.2</Money></Total>')
    assert broken(raw.encode(), "PunchOutOrderMessage", "1.2.071") == []
    (found,) = facts_of(opened(raw.encode(), "x"))
    assert "the lines add up to 0.02, and the total says 0.2" in found.message
    right = raw.replace('"SEK">0.2</Money></Total>', '"SEK">0.02</Money></Total>')
    assert facts_of(opened(right.encode(), "x")) == ()


def test_amounts_in_the_money_of_the_country_may_differ():
    total = (
        '<TotalAmountWithoutTaxInLocalCurrency><Money currency="EUR">1</Money></TotalAmountWithoutTaxInLocalCurrency>'
    )
    assert (
        facts_of(opened(CART.replace("</PunchOutOrderMessage>", f"{total}</PunchOutOrderMessage>").encode(), "x")) == ()
    )


def test_no_more_is_told_than_a_person_reads():
    raw = CART.replace(LINE.decode(), LINE.decode().replace('quantity="1"', 'quantity="0"') * 500).encode()
    assert len(facts_of(opened(raw, "x"))) == MOST
