"""What somebody chose in a shop stays exactly that: in the order, its confirmation, the ship notice and the receipt."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.formats import load_dialects
from gateway.formats.cxml.verbatim import kept
from gateway.model import DespatchAdvice, Order, OrderResponse, PunchOutBasket, ReceiptAdvice
from gateway.model.basket import BasketLine
from gateway.model.despatch import DespatchLine
from gateway.model.item import Item, Price
from gateway.model.order import OrderLine
from gateway.model.party import Amount, Party, Quantity
from gateway.model.receipt import ReceiptLine
from gateway.model.response import ResponseLine
from tests.data import mapping_texts

CXML = load_dialects(mapping_texts())["cxml"]
TODAY, NOW = date(2026, 11, 20), time(9, 40)
WHO = {"seller": Party(legal_name="Vårdgrossisten Nord AB"), "buyer": Party(legal_name="Exempelstads kommun")}
# As a shop may spell them: UN/ECE codes, and packages without their X.
UNITS = {"EA": "C62", "BX": "XBX", "KGM": "KGM", "CT": "XCT", "HUR": "HUR"}
signs = st.characters(
    codec="utf-8", exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], exclude_characters="\ufffe\uffff"
)
texts = st.text(signs, min_size=1, max_size=20)
above_zero = {"allow_nan": False, "allow_infinity": False}
quantities = st.decimals(Decimal("0.001"), Decimal(99_999), places=3, **above_zero)
prices = st.decimals(Decimal(0), Decimal(10**7), places=4, **above_zero)
chosen = st.fixed_dictionaries(
    {
        "seller_id": texts,
        "auxiliary_id": st.none() | texts,
        "quantity": quantities,
        "unit": st.sampled_from(sorted(UNITS)),
        "price": prices,
        "basis": st.sampled_from([None, 1, 10, 100, 1000]),
    }
)


def cart(lines: list[dict]) -> bytes:
    """What a shop of its own makes would post."""
    items = "\n".join(_item(line) for line in lines)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<cXML payloadID="b" timestamp="2026-11-20T09:40:00+01:00"><Message><PunchOutOrderMessage><BuyerCookie>k</BuyerCookie>
<PunchOutOrderMessageHeader operationAllowed="edit"><Total><Money currency="SEK">1</Money></Total>
</PunchOutOrderMessageHeader>{items}</PunchOutOrderMessage></Message></cXML>""".encode()


def _item(line: dict) -> str:
    extra = line["auxiliary_id"]
    also = f"<SupplierPartAuxiliaryID>{escape(extra)}</SupplierPartAuxiliaryID>" if extra is not None else ""
    return f"""<ItemIn quantity={quoteattr(str(line["quantity"]))}><ItemID><SupplierPartID>{escape(line["seller_id"])}
</SupplierPartID>{also}</ItemID>{detail(line)}</ItemIn>"""


def detail(line: dict) -> str:
    unit = f"<UnitOfMeasure>{line['unit']}</UnitOfMeasure>"
    many = f"<PriceBasisQuantity quantity='{line['basis']}' conversionFactor='1'>{unit}</PriceBasisQuantity>"
    basis = many if line["basis"] else ""
    return f"""<ItemDetail><UnitPrice><Money  currency='SEK'>{line["price"]}</Money></UnitPrice>
<Description xml:lang="sv">{escape(line["seller_id"])} &#8211; vara</Description>{unit}
{basis}<Classification domain="UNSPSC">42132203</Classification></ItemDetail>"""


def ordered(line: BasketLine, number: str) -> OrderLine:
    """As the shop orders it."""
    item = line.item
    return OrderLine(
        id=number,
        quantity=line.quantity,
        item=Item(name=item.name, seller_id=item.seller_id, seller_id_extension=item.seller_id_extension),
        price=Price(amount=line.price, base_quantity=line.base_quantity),
        detail=line.detail,
    )


def through(document):
    """Written, and read by the other side."""
    return CXML.read(CXML.write(document), "there", type(document).__name__).document


def facts(line) -> tuple:
    return line.item.seller_id, line.item.seller_id_extension


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(chosen, min_size=1, max_size=6))
def test_from_basket_to_receipt_everything_stays_exact(lines):
    raw = cart(lines)
    reading = CXML.read(raw, "cart")
    basket = kept(reading.document, raw, reading.findings)
    assert isinstance(basket, PunchOutBasket)
    for line, wanted in zip(basket.lines, lines, strict=True):
        assert (line.item.seller_id.strip(), line.item.seller_id_extension) == (
            wanted["seller_id"],
            wanted["auxiliary_id"],
        )
        assert line.quantity == Quantity(value=wanted["quantity"], unit=UNITS[wanted["unit"]])
        assert line.price == Amount(value=wanted["price"], currency="SEK")
        assert (line.base_quantity.value if line.base_quantity else None) == wanted["basis"]
        assert line.detail == detail(wanted)

    wanted = [ordered(line, str(place)) for place, line in enumerate(basket.lines, 1)]
    order = Order(number="26-1", issued=TODAY, issued_time=NOW, currency="SEK", lines=tuple(wanted), **WHO)
    written = CXML.write(order).decode()
    got = CXML.read(written.encode(), "there", "Order").document
    for line, mine, choice in zip(got.lines, wanted, lines, strict=True):
        assert facts(line) == facts(mine)
        assert (line.quantity, line.price.amount) == (mine.quantity, mine.price.amount)
        assert (line.price.base_quantity or None) == mine.price.base_quantity
        assert detail(choice) in written

    answers = [
        ResponseLine(id=line.id, status="3", item=Item(), order_line=line.id, quantity=line.quantity, price=line.price)
        for line in (one for one in wanted if one.price.base_quantity is None)
    ]
    confirmed = through(
        OrderResponse(number="OS", issued=TODAY, issued_time=NOW, code="CA", order="26-1", lines=tuple(answers), **WHO)
    )
    assert [(one.order_line, one.quantity, one.price) for one in confirmed.lines] == [
        (one.order_line, one.quantity, one.price) for one in answers
    ]

    sent = [
        DespatchLine(id=one.id, delivered=one.quantity, order_line=one.id, order="26-1", item=one.item)
        for one in wanted
    ]
    supplier = {"supplier": WHO["seller"], "consignee": WHO["buyer"]}
    notice = through(DespatchAdvice(number="LA", issued=TODAY, issued_time=NOW, lines=tuple(sent), **supplier))
    assert [(one.order_line, one.delivered, facts(one)) for one in notice.lines] == [
        (one.order_line, one.delivered, facts(one)) for one in sent
    ]

    taken = [
        ReceiptLine(
            id=one.id, despatch_line=one.id, item=one.item, received=one.quantity, order_line=one.id, price=one.price
        )
        for one in wanted
    ]
    facts_of_receipt = {"number": "MB", "issued": TODAY, "issued_time": NOW, "order": "26-1", "despatch_advice": "LA"}
    receipt = through(ReceiptAdvice(**facts_of_receipt, lines=tuple(taken), **supplier))
    assert [(one.order_line, one.received, facts(one), one.price) for one in receipt.lines] == [
        (one.order_line, one.received, facts(one), one.price) for one in taken
    ]
