"""A supplier takes orders by cXML and answers them in its own words; the official DTD judges these."""

from __future__ import annotations

from decimal import Decimal

import httpx
import pytest
from lxml import etree

from gateway.identifiers import Sscc
from gateway.model import Order, OrderCancellation, OrderChange
from gateway.model.item import Item, Price
from gateway.model.order import OrderLine
from gateway.model.party import Amount, Party, Quantity
from gateway.sandbox.behaviour import Behaviour
from gateway.sandbox.shopfront.quirks import Quirk
from gateway.transports import Refused, Unsure
from gateway.transports.cxml.profile import checks
from tests.data import shared
from tests.sandbox.cxml_town import NOW, SECRET, town
from tests.sandbox.orders import dialects
from tests.sandbox.shop_stage import Stage, on_port, open_stage

SHARED_DTD = {"StatusUpdateRequest": "cXML", "ConfirmationRequest": "Fulfill", "ShipNoticeRequest": "Fulfill"}
US, THEM = Party(), Party()


@pytest.fixture(autouse=True)
def _token(monkeypatch):
    monkeypatch.setenv("AVROP_TEST_TOKEN", SECRET)


def line(number: str, quantity: str, part: str, price: str, unit: str = "C62", **facts) -> OrderLine:
    item = Item(name=f"Artikel {part}", seller_id=part, seller_id_extension=facts.pop("auxiliary", None))
    amount = Amount(value=Decimal(price), currency="SEK")
    quantity = Quantity(value=Decimal(quantity), unit=unit)
    return OrderLine(id=number, quantity=quantity, item=item, price=Price(amount=amount), **facts)


LINES = (line("1", "5", "PH-2001", "64.90", "XBX"), line("2", "4", "PH-2002", "312.50"), line("3", "1", "A-3", "9"))


def order(number: str = "26-000123", lines: tuple[OrderLine, ...] = LINES) -> Order:
    return Order(number=number, issued=NOW.date(), currency="SEK", buyer=US, seller=THEM, lines=lines)


def valid(found, request: etree._Element) -> None:
    dtd = etree.DTD(str(shared(f"cxml-1.2.071/{SHARED_DTD[request.tag]}.dtd")))
    raw = next(raw for raw in found.inbox if etree.fromstring(raw).find("Request")[0].tag == request.tag)
    assert dtd.validate(etree.fromstring(raw)), dtd.error_log


def statuses(request: etree._Element) -> list[tuple[str, str, str]]:
    items = request.iterfind("ConfirmationItem")
    return [
        (i.get("lineNumber"), s.get("type"), s.get("quantity")) for i in items for s in i.iterfind("ConfirmationStatus")
    ]


# How a confirmation begins, what its lines say, and how many ship notices follow.
CASES = {
    Behaviour.ACCEPT: ({"accept", "allDetail"}, {"allDetail"}, 1),
    Behaviour.ACCEPT_WITH_CHANGES: ({"detail"}, {"accept", "detail"}, 1),
    Behaviour.REJECT: ({"reject"}, set(), 0),
    Behaviour.SPLIT: ({"detail"}, {"detail", "accept"}, 2),
    Behaviour.BACKORDER: ({"detail"}, {"detail", "accept", "backordered"}, 1),
}


@pytest.mark.parametrize("behave", CASES)
def test_each_behaviour_is_said_in_cxml_that_the_dtd_takes(tmp_path, behave):
    headers, kinds, ships = CASES[behave]
    with town(tmp_path, behave) as found:
        found.send(order())
        first, *others = found.answers(1 + ships)
        head = first.find("ConfirmationHeader")
        assert (first.tag, head.get("type") in headers) == ("ConfirmationRequest", True)
        assert {kind for _, kind, _ in statuses(first)} <= kinds
        assert [one.tag for one in others] == ["ShipNoticeRequest"] * ships
        for one in (first, *others):
            valid(found, one)
            reference = one.find(".//OrderReference")
            assert reference.get("orderID") == "26-000123"
            assert reference.find("DocumentReference").get("payloadID") == "k-1@x"
        if behave is Behaviour.BACKORDER:
            short = [status for status in statuses(first) if status[1] == "backordered"]
            (place,) = {number for number, _, _ in short}
            told = [Decimal(quantity) for number, _, quantity in statuses(first) if number == place]
            assert sum(told) == LINES[int(place) - 1].quantity.value
        assert found.sandbox.complaints == []


@pytest.mark.parametrize("behave", CASES)
def test_our_tables_understand_what_the_supplier_says_in_its_own_words(tmp_path, behave):
    ships = CASES[behave][2]
    with town(tmp_path, behave) as found:
        found.send(order())
        found.answers(1 + ships)
        response, *advices = [dialects()["cxml"].read(raw, "answer").document for raw in found.inbox]
        assert response.order == "26-000123"
        kind = etree.fromstring(found.inbox[0]).find(".//ConfirmationHeader").get("type")
        assert response.code == {"accept": "AP", "reject": "RE"}.get(kind, "CA")
        assert all(advice.orders == ("26-000123",) for advice in advices)
        units = {line.order_line: line.delivered.unit for advice in advices for line in advice.lines}
        assert not ships or units == {"1": "XBX", "2": "C62", "3": "C62"}
        labels = [Sscc(parcel.id.value) for advice in advices for parcel in advice.packing]
        assert len(labels) == len(set(labels)) >= ships


def test_every_parcel_bears_its_label_and_a_part_of_an_order_says_that_it_is_one(tmp_path):
    with town(tmp_path, Behaviour.SPLIT) as found:
        found.send(order())
        _, first, second = found.answers(3)
        codes = [one.text for notice in (first, second) for one in notice.iter("ShippingContainerSerialCode")]
        assert codes
        assert all(Sscc(code) for code in codes)
        assert {one.find("ShipNoticeHeader").get("fulfillmentType") for one in (first, second)} == {"partial"}
        sent: dict[str, Decimal] = {}
        for item in (one for notice in (first, second) for one in notice.iter("ShipNoticeItem")):
            sent[item.get("lineNumber")] = sent.get(item.get("lineNumber"), Decimal(0)) + Decimal(item.get("quantity"))
        assert sent == {"1": 5, "2": 4, "3": 1}


def test_who_acknowledges_first_answers_201_and_says_later_that_it_was_received(tmp_path):
    with town(tmp_path, Behaviour.ACKNOWLEDGE_FIRST) as found:
        assert "201" in found.send(order()).evidence
        first, second, _ = found.answers(3)
        assert (first.tag, second.tag) == ("StatusUpdateRequest", "ConfirmationRequest")
        assert first.find("DocumentReference").get("payloadID") == "k-1@x"
        assert first.find("Status").get("code") == "200"
        valid(found, first)


def test_a_change_and_a_cancellation_are_answered_under_what_they_travelled_as(tmp_path):
    with town(tmp_path) as found:
        found.sandbox._clerk._speed = 1  # the goods are still there when the change comes
        found.send(order())
        facts = {name: getattr(order(), name) for name in ("issued", "currency", "buyer", "seller")}
        changed = OrderChange(
            number="26-000123-A1", order="26-000123", sequence="1", order_key="k-1@x", lines=LINES[:2], **facts
        )
        found.send(changed, "k-2")
        del facts["currency"]
        cancelled = OrderCancellation(
            number="26-000123-M",
            order="26-000123",
            reason="Behövs inte",
            order_key="k-1@x",
            cancels=order(),
            **facts,
        )
        found.send(cancelled, "k-3")
        answers = found.answers(3)
        told = {one.find(".//DocumentReference").get("payloadID"): one for one in answers}
        assert {one.tag for one in answers} == {"ConfirmationRequest"}
        assert set(told) == {"k-1@x", "k-2@x", "k-3@x"}
        assert [one.get("lineNumber") for one in told["k-2@x"].iterfind("ConfirmationItem")] in ([], ["1", "2"])
        assert told["k-3@x"].find("ConfirmationHeader").get("type") == "accept"
        assert found.sandbox.open_answers == 0, "goods of a cancelled order do not leave"


def test_the_same_payload_id_is_one_order_however_often_it_comes(tmp_path):
    with town(tmp_path) as found:
        assert "200" in found.send(order()).evidence
        assert "already processed" in found.send(order()).evidence
        found.answers(2)
        assert len(found.sandbox.received) == 1


def test_an_order_that_was_taken_while_nobody_was_told_is_500_already_processed_the_second_time(tmp_path):
    with town(tmp_path, quirks={"prov": frozenset({Quirk.ALREADY_PROCESSED})}) as found:
        with pytest.raises(Unsure, match="504"):
            found.send(order())
        assert "500 Error already processed" in found.send(order(), resent=True).evidence
        found.answers(2)
        assert len(found.sandbox.received) == 1


def test_a_page_in_html_comes_once_and_then_the_order_is_taken(tmp_path):
    with town(tmp_path, quirks={"prov": frozenset({Quirk.HTML_ERROR})}) as found:
        with pytest.raises(Unsure, match="502 Bad Gateway"):
            found.send(order())
        assert found.sandbox.received == []
        assert "200" in found.send(order()).evidence


def test_one_box_is_ordered_and_thirty_pieces_are_shipped(tmp_path):
    with town(tmp_path, quirks={"prov": frozenset({Quirk.BOX_OPENED})}) as found:
        found.send(order(lines=(line("1", "1", "PH-2001", "64.90", "XBX"),)))
        _, notice = found.answers(2)
        item = notice.find(".//ShipNoticeItem")
        assert (item.get("quantity"), item.findtext("UnitOfMeasure")) == ("30", "EA")
        valid(found, notice)


def test_a_wrong_secret_a_foreign_document_and_a_profile_request(tmp_path, monkeypatch):
    monkeypatch.setenv("AVROP_WRONG", "gissat")
    with town(tmp_path) as found:
        with pytest.raises(Refused, match="401"):
            found.send(order(), secret="env:AVROP_WRONG")
        with pytest.raises(Refused, match="450"):
            found.send_body("<StatusUpdateRequest/>", "k-9")
        assert "200" in found.send_body("<ReceiptRequest/>", "k-10").evidence
        assert [check.good for check in checks(found.settings)] == [True] * len(list(checks(found.settings)))
        assert b'code="406"' in httpx.post(found.settings.url, content=b"<html>").content
        assert httpx.post(f"{found.settings.url}-annan", content=b"<cXML/>").status_code == 404
        assert found.sandbox.received == []


def test_answers_that_our_inbox_cannot_take_now_come_again_and_refused_ones_become_complaints(tmp_path):
    with town(tmp_path) as found:
        found.codes = [500, 200, 400]
        found.send(order())
        found.answers(1)
        for _ in range(100):
            if found.sandbox.complaints:
                break
            found.sandbox._stopped.wait(0.05)
        ((supplier, _, words),) = found.sandbox.complaints
        assert (supplier, "refused: 400" in words) == ("prov", True)


def test_what_the_shop_sold_must_come_back_to_the_byte(tmp_path):
    with town(tmp_path) as found, on_port(found.sandbox.shop) as shop, open_stage() as beside:
        stage = Stage(shop=shop, home=beside.home, buyer=beside.buyer, ledger=beside.ledger)
        visit = stage.start_page(secret="lekplats &amp; &lt;gunga&gt;")
        stage.put(visit, "PH-1100", "2", choice0="gra", choice1="arm")
        stage.put(visit, "PH-1002", "100")
        cart = etree.fromstring(stage.leave(visit).fields["cxml-urlencoded"].encode())
        text = stage.buyer.posted[-1].fields["cxml-urlencoded"]
        begin, end = text.index("<ItemDetail>"), text.index("</ItemDetail>") + len("</ItemDetail>")
        detail = text[begin:end]
        assert cart.findtext(".//SupplierPartAuxiliaryID") == "CFG:gra;arm"
        good = line("1", "2", "PH-1100", "2840.00", auxiliary="CFG:gra;arm", detail=detail)
        found.send(order("26-000201", (good,)), "k-1")
        assert found.sandbox.complaints == []
        worse = detail.replace(">EA<", "> EA<")
        right = {"number": "1", "quantity": "2", "part": "PH-1100", "price": "2840.00", "auxiliary": "CFG:gra;arm"}
        for key, changed, words in (
            ("k-2", {"detail": worse}, "not the one that was sold"),
            ("k-3", {"auxiliary": "CFG:gra"}, "never with the auxiliary id"),
            ("k-4", {"price": "1.00"}, "ordered at 1.00 per 1, sold at 2840.00"),
        ):
            wrong = line(**right | changed)
            found.send(order(f"26-{key}", (wrong,)), key)
            assert any(words in one for _, name, one in found.sandbox.complaints if name.startswith(key)), key


def test_a_stopped_desk_knows_its_orders_when_it_comes_back(tmp_path):
    with town(tmp_path, Behaviour.SILENT) as found:
        found.send(order())
    with town(tmp_path, Behaviour.SILENT) as found:
        assert "already processed" in found.send(order()).evidence
        assert found.sandbox._desks.book.order("prov", "26-000123").lines[0].quantity.value == Decimal(5)
