"""Receipts of cXML, and the chain from basket to receipt that loses nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.findings import Rejected
from gateway.formats.cxml import receipts
from gateway.model.item import Item, Price
from gateway.model.party import Amount, Party, Quantity
from gateway.model.receipt import ReceiptAdvice, ReceiptLine
from tests.formats.cxml_papers import BOX, CXML, EACH, again, count, invalid, money, paper


def test_goods_that_went_back_are_an_item_of_their_own_at_the_orders_price():
    written = CXML.write(paper("cxml_receipt_advice", "ReceiptAdvice"))
    assert invalid(written) == []
    root = etree.fromstring(written)
    items = [
        (one.get("type"), one.get("quantity"), one.findtext("ReceivedAmount/Money")) for one in root.iter("ReceiptItem")
    ]
    assert items == [("received", "3", "194.70"), ("returned", "1", "64.90"), ("received", "2", "79.8")]
    assert Decimal(root.findtext("Total/Money")) == Decimal("339.40")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"price": None}, "lines 1: price is missing"),
        ({"order_line": None}, "lines 1: order_line is missing"),
        ({"received": None, "rejected": None}, "lines 1: received is missing"),
        ({"price": Price(amount=money(1, "EUR"))}, "one currency, not EUR, SEK"),
    ],
)
def test_a_receipt_that_cxml_cannot_say_is_refused_by_what_is_missing(line, words):
    advice = paper("cxml_receipt_advice", "ReceiptAdvice")
    first = msgspec.structs.replace(advice.lines[0], reject_code=None, reject_reason=None, reject_action=None, **line)
    with pytest.raises(Rejected, match=words):
        CXML.write(msgspec.structs.replace(advice, lines=(first, *advice.lines[1:])))


_counts = st.decimals(min_value=0, max_value=10**6, places=3)
_maybe_counted = st.none() | st.builds(Quantity, value=_counts, unit=st.sampled_from([BOX, EACH, "KGM"]))
_words = st.none() | st.sampled_from(["Blöt <låda>", "1", "A & B"])
_lines = st.builds(
    ReceiptLine,
    id=st.just(""),
    despatch_line=st.sampled_from(["1", "2"]),
    order_line=st.sampled_from(["1", "2"]),
    order=st.sampled_from(["26-1", "26-2"]),
    received=_maybe_counted,
    short=_maybe_counted,
    rejected=_maybe_counted,
    oversupply=_maybe_counted,
    short_action=_words,
    note=_words,
    sales_order=_words,
    item=st.none() | st.just(Item(seller_id="A-1", seller_id_extension="x=1&y=2", name="Handske")),
    price=st.builds(Price, amount=st.builds(Amount, value=_counts, currency=st.just("SEK"))),
).filter(lambda line: line.received or line.rejected or line.short or line.oversupply)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_lines, min_size=1, max_size=5))
def test_every_receipt_comes_back_equal_and_is_valid(lines):
    advice = ReceiptAdvice(
        number="MB-1",
        issued=date(2026, 11, 24),
        despatch_advice="LA-1",
        consignee=Party(),
        supplier=Party(),
        lines=tuple(lines),
    )
    written = CXML.write(advice)
    assert CXML.read(written, "again").document == receipts.sayable(advice)
    assert invalid(written) == []


def test_an_article_is_the_same_from_basket_to_receipt():
    """Supplier part, auxiliary id, quantity, unit, price and currency: exact in every document of the chain."""
    part = {"seller_id": "A-1", "seller_id_extension": "MAL=GROV;PAS=500"}
    amount, quantity = money("1234.5678"), count("2.125", "KGM")
    basket = paper("cxml_punch_out", "PunchOutBasket")
    chosen = msgspec.structs.replace(
        basket.lines[0],
        item=msgspec.structs.replace(basket.lines[0].item, **part),
        **{"quantity": quantity, "price": amount, "base_quantity": None, "detail": None},
    )
    order = paper("cxml_order", "Order")
    ordered = msgspec.structs.replace(
        order.lines[0],
        item=Item(name="Kaffe", **part),
        **{"quantity": quantity, "price": Price(amount=amount), "detail": None},
    )
    answer = paper("cxml_order_response", "OrderResponse")
    promised = msgspec.structs.replace(answer.lines[1], quantity=quantity, price=Price(amount=amount))
    bare_advice = msgspec.structs.replace(paper("cxml_despatch_advice", "DespatchAdvice"), packing=())
    sent = msgspec.structs.replace(bare_advice.lines[0], delivered=quantity, item=Item(name="Kaffe", **part))
    receipt = paper("cxml_receipt_advice", "ReceiptAdvice")
    came = msgspec.structs.replace(
        receipt.lines[1], received=quantity, item=Item(name="Kaffe", **part), price=Price(amount=amount)
    )
    documents = [(basket, chosen), (order, ordered), (answer, promised), (receipt, came), (bare_advice, sent)]
    lines = [again(msgspec.structs.replace(document, lines=(line,))).lines[0] for document, line in documents]
    for line in (lines[0], lines[1], lines[3], lines[4]):
        assert (line.item.seller_id, line.item.seller_id_extension) == tuple(part.values())
    assert (lines[0].price, *(line.price.amount for line in lines[1:4])) == (amount,) * 4
    assert [line.quantity for line in lines[:3]] == [quantity] * 3
    assert (lines[3].received, lines[4].delivered) == (quantity, quantity)
