"""From a supplier's own shop to the order: a T77 through its door, and what no order table may change of a basket."""

from __future__ import annotations

import base64
from datetime import date, time
from decimal import Decimal
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.findings import Rejected
from gateway.formats import example, load_dialects
from gateway.formats.form.posted import posted
from gateway.model import DOCUMENTS, Order, PunchOutBasket
from gateway.model.article import Article
from gateway.model.basket import BasketLine
from gateway.model.item import Item, Price
from gateway.model.order import OrderLine
from gateway.model.party import Amount, Quantity
from tests.data import mapping_texts, shared

TEXTS = mapping_texts()
DIALECTS = load_dialects(TEXTS)
FORM = "application/x-www-form-urlencoded"
REAL = "peppol-2026.5/examples/T77/PunchOut_Example.xml"
quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def paper(name: str, document: str):
    return example(TEXTS[f"examples/{name}.yaml"], name, DOCUMENTS[document])


def returned(raw: bytes):
    """What the return address makes of a T77 in a form."""
    body = urlencode({"punchout": base64.encodebytes(raw)}).encode()
    reading = DIALECTS["peppol"].read(posted("peppol", FORM, body), "visit", "PunchOutBasket")
    assert isinstance(reading.document, PunchOutBasket)
    return reading


def test_the_official_basket_comes_through_the_door_whole():
    reading = returned(shared(REAL).read_bytes())
    basket = reading.document
    assert reading.findings == ()
    assert (basket.number, basket.complete_only, basket.contract) == ("1387", False, "CRT1387")
    assert basket.validity is not None
    assert (basket.validity.end_date, basket.validity.end_time) == (date(2016, 8, 31), time(18, 0))
    assert basket.receiver is not None
    assert basket.receiver.contact is not None
    assert basket.receiver.contact.id == "buyers ref no"
    line = basket.lines[0]
    assert (line.item.seller_id, line.quantity) == ("MNTR011", Quantity(value=Decimal(1), unit="C62"))
    assert (line.price, line.base_quantity) == (
        Amount(value=Decimal("10.00"), currency="EUR"),
        Quantity(value=Decimal(1), unit="C62"),
    )


def test_a_basket_that_holds_only_as_a_whole_says_so():
    basket = msgspec.structs.replace(paper("punch_out", "PunchOutBasket"), complete_only=True)
    again = returned(DIALECTS["peppol"].write(basket)).document
    assert again == basket
    assert again.complete_only is True


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        (b'unitCode="C62">1</cbc:BatchQuantity>', b'unitCode="EACH">1</cbc:BatchQuantity>', "'EACH'"),
        (b'currencyID="EUR"', b'currencyID="kr"', "'kr'"),
        (b">10.00</cbc:PriceAmount>", b">10,00</cbc:PriceAmount>", "'10,00' is not a number"),
        (b"<cbc:EndTime>18:00:00", b"<cbc:EndTime>klockan 18", "'klockan 18' is not a time"),
        (b"<cbc:ActionCode>false", b"<cbc:ActionCode>kanske", "'kanske' is neither true nor false"),
        (b"<cbc:ID>1387</cbc:ID>", b"", "has no cbc:ID, which must be there"),
    ],
)
def test_what_is_wrong_in_a_basket_is_said_with_its_place(good, bad, says):
    raw = shared(REAL).read_bytes()
    assert good in raw
    with pytest.raises(Rejected) as refused:
        returned(raw.replace(good, bad, 1))
    found = [finding for finding in refused.value.findings if says in finding.message]
    assert found
    assert found[0].place.path.startswith("/Catalogue")


_numbers = st.decimals(min_value="0.001", max_value="99999", places=3, allow_nan=False)
_words = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9 /.-]{0,20}[A-Za-z0-9])?", fullmatch=True)
_units = st.sampled_from(["C62", "XBX", "KGM", "MTR", "PR", "XPK", "HUR", "DAY"])


@st.composite
def lines(draw, number: int) -> BasketLine:
    unit = draw(_units)
    base = draw(st.none() | _numbers)
    price = draw(_numbers)
    return BasketLine(
        id=str(number),
        item=Article(name=draw(_words), seller_id=draw(_words)),
        quantity=Quantity(value=draw(_numbers), unit=unit),
        price=Amount(value=price, currency="SEK"),
        base_quantity=None if base is None else Quantity(value=base, unit=unit),
    )


def ordered(line: BasketLine) -> OrderLine:
    """A line as the person's order says it: nothing is worked out anew."""
    price = Price(amount=line.price, base_quantity=line.base_quantity)
    item = Item(name=line.item.name, seller_id=line.item.seller_id)
    return OrderLine(id=line.id, quantity=line.quantity, item=item, price=price)


def through(dialect: str, order: Order) -> Order:
    """What the supplier reads."""
    codec = DIALECTS[dialect].codec("Order")
    document = codec.read(codec.write(order), "supplier").document
    assert isinstance(document, Order)
    return document


def told(line: OrderLine) -> tuple[object, ...]:
    assert line.price is not None
    return line.item.seller_id, line.quantity, line.price.amount, line.price.base_quantity


@pytest.mark.parametrize("way", ["oci", "peppol"])
@pytest.mark.parametrize("dialect", ["peppol", "csv"])
@quick
@given(st.integers(1, 4).flatmap(lambda size: st.tuples(*[lines(number) for number in range(1, size + 1)])))
def test_a_basket_is_ordered_as_it_came(way, dialect, chosen):
    basket = PunchOutBasket(lines=chosen)
    if way == "peppol":
        whole = paper("punch_out", "PunchOutBasket")
        tax = whole.lines[0].item.tax
        taxed = tuple(
            msgspec.structs.replace(line, item=msgspec.structs.replace(line.item, tax=tax)) for line in chosen
        )
        came = returned(DIALECTS["peppol"].write(msgspec.structs.replace(whole, lines=taxed))).document
    else:
        came = DIALECTS["oci"].read(posted("oci", FORM, DIALECTS["oci"].write(basket), "utf-8"), "visit").document
    order = msgspec.structs.replace(
        paper("order", "Order"), lines=tuple(map(ordered, came.lines)), totals=None, tax_amount=None, currency="SEK"
    )
    if dialect == "csv":
        order = msgspec.structs.replace(through("csv", paper("order", "Order")), lines=order.lines)
    assert [told(line) for line in through(dialect, order).lines] == [
        (line.item.seller_id, line.quantity, line.price, line.base_quantity) for line in chosen
    ]
