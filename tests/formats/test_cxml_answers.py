"""What suppliers answer by cXML, in real documents: confirmations, ship notices, status updates."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from lxml import etree

from gateway.findings import Rejected
from gateway.formats.cxml.envelope import seal
from gateway.model.item import Price
from gateway.model.party import Identifier
from tests.formats.cxml_papers import BOX, CXML, EACH, HEAD, count, invalid, money, paper, sample


def test_a_confirmation_of_what_comes_later_says_that_none_comes_now():
    answer = sample("sandbox-confirmationrequest-backordered")
    (line,) = answer.lines
    assert (answer.code, line.quantity, line.backorder) == ("CA", count(0, BOX), count(3, BOX))
    assert (line.promised.end_date, line.note) == (date(2027, 1, 21), "Out of stock; expected in 8 weeks")


CONFIRMATION = """<ConfirmationRequest><ConfirmationHeader type="%s" noticeDate="2026-11-20T10:05:00+01:00"/>
<OrderReference orderID="26-1"><DocumentReference payloadID="p"/></OrderReference>%s</ConfirmationRequest>"""
ITEM = """<ConfirmationItem lineNumber="%s" quantity="5"><UnitOfMeasure>BX</UnitOfMeasure>%s</ConfirmationItem>"""
STATUS = """<ConfirmationStatus quantity="%s" type="%s"%s><UnitOfMeasure>BX</UnitOfMeasure>%s</ConfirmationStatus>"""


def answered(kind, *items):
    body = CONFIRMATION % (kind, "".join(items))
    return CXML.read(seal(body, HEAD, "1.2.071"), "in/c").document


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("accept", "AP"),
        ("reject", "RE"),
        ("except", "CA"),
        ("detail", "CA"),
        ("allDetail", "CA"),
        ("backordered", "CA"),
    ],
)
def test_the_header_speaks_for_the_whole_order(kind, code):
    answer = answered(kind)
    assert (answer.code, answer.number, answer.lines) == (code, "p-1@a.example", ())


@pytest.mark.parametrize("kind", ["requestToPay", "replace"])
def test_what_is_no_answer_to_an_order_is_refused_by_its_type(kind):
    with pytest.raises(Rejected, match=f"type {kind} is not taken"):
        answered(kind)


@pytest.mark.parametrize(
    ("kind", "status"), [("accept", "5"), ("allDetail", "3"), ("detail", "3"), ("reject", "7"), ("unknown", "3")]
)
def test_each_status_of_a_line_has_its_code(kind, status):
    (line,) = answered("except", ITEM % ("2", STATUS % ("5", kind, "", ""))).lines
    assert (line.order_line, line.status, line.quantity) == ("2", status, count(5, BOX))


def test_an_item_in_parts_is_as_many_lines_and_a_later_part_is_a_backorder():
    first = STATUS % ("2", "accept", ' deliveryDate="2026-11-24T00:00:00+01:00"', "")
    second = STATUS % ("2", "accept", ' deliveryDate="2026-11-27T00:00:00+01:00"', "")
    later = STATUS % ("1", "backordered", ' deliveryDate="2026-12-03T00:00:00+01:00"', "")
    lines = answered("except", ITEM % ("7", first + second), ITEM % ("8", first + later)).lines
    assert [(line.order_line, line.quantity.value) for line in lines[:2]] == [("7", 2), ("7", 2)]
    assert [line.promised.end_date for line in lines[:2]] == [date(2026, 11, 24), date(2026, 11, 27)]
    assert [line.order_line for line in lines[2:] if line.backorder] == ["8"]
    assert sum(line.quantity.value + (line.backorder.value if line.backorder else 0) for line in lines[2:]) == 3


def test_another_article_that_comes_instead_is_named_with_its_price():
    other = """<ItemIn quantity="5"><ItemID><SupplierPartID>B-2</SupplierPartID></ItemID><ItemDetail><UnitPrice>
    <Money currency="SEK">7.50</Money></UnitPrice><Description xml:lang="sv">Annan handske</Description>
    <UnitOfMeasure>BX</UnitOfMeasure><Classification domain="UNSPSC">42132203</Classification></ItemDetail></ItemIn>"""
    (line,) = answered("detail", ITEM % ("1", STATUS % ("5", "detail", "", other))).lines
    assert (line.substitute.item.seller_id, line.substitute.item.name) == ("B-2", "Annan handske")
    assert line.price == Price(amount=money("7.50"))


@pytest.mark.parametrize(
    ("name", "number", "quantity", "tracking"),
    [
        ("sandbox-shipnoticerequest", "SHIP-PO-1001", count(3, BOX), "1Z999AA10123456784"),
        ("sandbox-shipnoticerequest-partial", "SHIP-PO-1001-A", count(1, BOX), "1Z999AA10123456786"),
        ("sandbox-shipnoticerequest-unit-change", "SHIP-PO-1002-A", count(30, EACH), "1Z999AA10123456785"),
    ],
)
def test_a_ship_notice_says_how_much_of_what_comes_in_the_unit_that_it_comes_in(name, number, quantity, tracking):
    advice = sample(name)
    (line,) = advice.lines
    assert (advice.number, advice.status, advice.orders) == (number, "9", (line.order,))
    assert (line.delivered, line.order_line, line.item.seller_id) == (quantity, "1", "MSC-1001")
    assert (advice.shipment.tracking_id, advice.shipment.departure.date) == (tracking, date(2026, 11, 22))
    assert advice.shipment.estimated.end_date == date(2026, 11, 24)
    assert advice.shipment.consignment.carrier.ids == (Identifier(value="UPSN", scheme="SCAC"),)


def test_a_ship_notice_without_lines_speaks_of_the_whole_order():
    advice = sample("focxml-ShipNoticeRequest")
    assert (advice.number, advice.orders, advice.lines) == ("S2-123", ("DO1234",), ())
    assert advice.note == "Got it all into one shipment."
    assert advice.shipment.consignment.carrier.name == "Federal Express"
    assert advice.shipment.tracking_id == "8202 8261 1194"


@pytest.mark.parametrize(("status", "operation"), [("9", "new"), ("5", "update"), ("1", "delete")])
def test_a_ship_notice_replaces_or_takes_back_another(status, operation):
    advice = msgspec.structs.replace(paper("cxml_despatch_advice", "DespatchAdvice"), status=status)
    written = CXML.write(advice)
    assert f'operation="{operation}"'.encode() in written
    assert CXML.read(written, "again").document.status == status


def test_a_pallet_is_known_by_what_stands_on_it_and_every_package_by_a_code_before_its_sscc():
    written = CXML.write(paper("cxml_despatch_advice", "DespatchAdvice"))
    assert invalid(written) == []
    packages = etree.fromstring(written).findall(".//Packaging")
    assert [one[0].tag for one in packages] == ["PackagingCode"] * 3
    (pallet,) = CXML.read(written, "again").document.packing
    assert pallet.id == Identifier(value="373500010000000030", scheme="SSCC")
    assert [(unit.id.value[-3:], unit.lines) for unit in pallet.units] == [("016", ("1", "2")), ("023", ("2",))]


@pytest.mark.parametrize(
    ("name", "request_name"),
    [("focxml-QuoteMessage", "QuoteMessage"), ("focxml-ProductActivityMessage", "ProductActivityMessage")],
)
def test_a_request_that_is_not_taken_is_named(name, request_name):
    with pytest.raises(Rejected, match=f"this is a {request_name}"):
        sample(name)


def test_a_status_update_says_what_became_of_a_request():
    answer = sample("focxml-StatusUpdateRequest")
    assert (answer.code, answer.message, answer.description) == (
        *("AP", "0c300508b7863dcclb_14999"),
        "Forwarded to supplier",
    )
