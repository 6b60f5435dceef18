"""Each remark about a basket from a shop, alone: which line, whether it is kept out, and words in both languages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from gateway.exchange.punchout.checks import MOST, dropped, examine
from gateway.model.article import Article
from gateway.model.basket import BasketLine, PunchOutBasket
from gateway.model.item import Classification, Price
from gateway.model.party import Amount, Quantity
from gateway.transports.punchout import OciShop
from gateway.wording import explain
from shop.basket import MOST as OURS

SHOP = OciShop(url="https://butik.example/oci", blocked=("4210",), tolerance=2.0, most_lines=3)
CONTRACT = {
    "A": Price(amount=Amount(value=Decimal(100), currency="SEK"), base_quantity=Quantity(value=Decimal(10), unit="C62"))
}


def line(quantity: str = "1", price: str = "10", **more: Any) -> BasketLine:
    """A line of article A; `number`, `extension`, `code`, `unit`, `currency` and `base` are said where they matter."""
    code = more.get("code")
    item = Article(
        name="Vara",
        seller_id=more.get("number", "A"),
        seller_id_extension=more.get("extension"),
        classifications=(Classification(code=code, list=more.get("list", "TST")),) if code else (),
    )
    return BasketLine(
        id="1",
        item=item,
        quantity=Quantity(value=Decimal(quantity), unit=more.get("unit", "C62")),
        price=Amount(value=Decimal(price), currency=more.get("currency", "SEK")),
        base_quantity=more.get("base"),
    )


def rules(*lines: BasketLine, edited: tuple[BasketLine, ...] = (), total: str | None = None) -> list[str]:
    said = Amount(value=Decimal(total), currency="SEK") if total else None
    found = examine(PunchOutBasket(lines=lines, total=said), SHOP, CONTRACT, edited)
    for one in found:
        swedish, english = explain(one, "sv"), explain(one, "en")
        assert one.message not in swedish.what, "it has Swedish words of its own"
        assert swedish.todo != english.todo
    return [f"{one.rule.removeprefix('punchout-')}{'!' if one.fatal else ''}" for one in found]


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (line(), []),
        (line("0"), ["quantity!"]),
        (line("-1"), ["quantity!"]),
        (line("99999.001"), ["quantity!"]),
        (line("0.001"), []),
        (line("0.0001"), ["quantity!"]),
        (line(unit=None), ["unit!"]),
        (line(unit="styck"), ["unit!"]),
        (line(currency="EUR"), ["currency!"]),
        (line(price="-1"), ["price!"]),
        (line(price="0"), ["free"]),
        (line(price="10", base=Quantity(value=Decimal(0), unit="C62")), ["price!"]),
        (line(price="10", base=Quantity(value=Decimal(10), unit="KGM")), ["price!"]),
        (line(price="102", base=Quantity(value=Decimal(10), unit="C62")), []),
        (line(price="102.01", base=Quantity(value=Decimal(10), unit="C62")), ["contract-price"]),
        (line(price="10.21"), ["contract-price"]),
        (line(price="9000", unit="XBX"), []),
        (line(number=""), ["article!"]),
        (line(number=None), ["article!"]),
        (line(code="42101500"), ["blocked!"]),
        (line(code="42101500", list=None), ["blocked!"]),
        (line(code="42101500", list="STI"), []),
        (line(code="42201500"), []),
    ],
)
def test_a_line_alone(one: BasketLine, wanted: list[str]) -> None:
    assert rules(one) == wanted


def test_lines_beside_each_other() -> None:
    assert rules(line(), line()) == ["twice"]
    assert rules(line(extension="a"), line(extension="b")) == []
    assert rules(*[line(number=f"N{place}") for place in range(5)]) == ["many!", "many!"]
    assert rules(line(extension="b"), edited=(line(extension="a"),)) == ["renamed"]
    assert rules(line(extension="a"), edited=(line(extension="a"),)) == []


@pytest.mark.parametrize("total", ["30", "29.99", "30.01"])
def test_a_total_may_be_rounded(total: str) -> None:
    assert rules(line(), line("2", number="B"), total=total) == []


def test_a_total_may_hold_freight_and_tax() -> None:
    money = {name: Amount(value=Decimal(value), currency="SEK") for name, value in (("shipping", "5"), ("tax", "2.5"))}
    for total, wanted in (("10", 0), ("15", 0), ("12.5", 0), ("17.5", 0), ("20", 1)):
        basket = PunchOutBasket(lines=(line(),), total=Amount(value=Decimal(total), currency="SEK"), **money)
        assert len(examine(basket, SHOP, CONTRACT)) == wanted, total


def test_what_is_kept_out_is_told_by_place() -> None:
    found = examine(PunchOutBasket(lines=(line(), line("0"), line(number="B", price="0"))), SHOP, {})
    assert dropped(found) == {1}


def test_as_much_can_be_ordered_here_as_there() -> None:
    assert MOST == OURS
