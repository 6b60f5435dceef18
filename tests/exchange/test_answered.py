"""Ordered beside answered and sent, line by line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from gateway.exchange.answered import compare
from gateway.exchange.differences import changes, text_difference
from gateway.model.item import Item
from gateway.model.party import Period, Quantity
from gateway.model.response import SubstitutedItem
from tests.exchange.desk import advice, response
from tests.orders.samples import kronor, sample_order

ORDER = sample_order(lines=3)


def test_nothing_said_is_nothing_known() -> None:
    lines = compare(ORDER, [response(ORDER, "AB")])
    assert [line.confirmed for line in lines] == [None] * 3
    assert {line.differs for line in lines} == {()}


def test_yes_and_no_to_everything() -> None:
    assert [line.confirmed for line in compare(ORDER, [response(ORDER, "AP")])] == [1, 2, 3]
    rejected = compare(ORDER, [response(ORDER, "AP"), response(ORDER, "RE")])
    assert [line.differs for line in rejected] == [("rejected",)] * 3, "the last answer counts"


def test_each_way_of_differing_is_named() -> None:
    said = response(ORDER, "CA")
    one, two, three = said.lines
    price = ORDER.lines[0].price
    assert price is not None
    late = Period(end_date=date(2026, 3, 20))
    other = SubstitutedItem(line="9", item=Item(name="Papper 90 g", seller_id="PA-200"))
    part = Quantity(value=Decimal(1), unit="C62")
    wanted = replace(
        ORDER,
        delivery=replace(ORDER.delivery, requested=Period(end_date=date(2026, 3, 10))),  # type: ignore[type-var]
    )
    answer = replace(
        said,
        lines=(
            replace(one, price=replace(price, amount=kronor("25.00")), promised=late),
            replace(two, quantity=part, substitute=other, note="Slut"),
            replace(three, status="7"),
            replace(one, id="4", order_line="77"),
        ),
    )
    first, second, third, added = compare(wanted, [answer, advice(ORDER)])
    assert (first.differs, first.confirmed_price, first.promised) == (("price", "day"), 25, date(2026, 3, 20))
    assert (second.differs, second.confirmed, second.note) == (("quantity", "article"), 1, "Slut")
    assert second.substitute == "PA-200 Papper 90 g"
    assert (third.differs, third.confirmed) == (("rejected",), 0)
    assert (added.differs, added.line) == (("added",), "77")
    assert [line.despatched for line in (first, second, third)] == [1, 2, 3]


def test_split_deliveries_add_up_and_what_is_short_is_said() -> None:
    said = response(ORDER, "CA")
    half = Quantity(value=Decimal(1), unit="C62")
    split = replace(
        said,
        lines=(*said.lines[:1], replace(said.lines[1], quantity=half), replace(said.lines[1], id="2b", quantity=half)),
    )
    sent = advice(ORDER)
    short = replace(sent, lines=(sent.lines[0], replace(sent.lines[1], delivered=half, outstanding=half)))
    first, second, third = compare(ORDER, [split, short])
    assert first.differs == ()
    assert (second.confirmed, second.despatched, second.outstanding, second.differs) == (2, 1, 1, ("short",))
    assert (third.despatched, third.differs) == (0, ("short",))


def test_documents_differ_term_by_term_and_files_line_by_line() -> None:
    other = replace(ORDER, note="Ny", customer_reference=None, lines=ORDER.lines[1:])
    assert ("note", "", "Ny") in [(one.term, one.was, one.now) for one in changes(ORDER, other)]
    assert all(one.term.startswith(("note", "customer_reference", "lines[1]")) for one in changes(ORDER, other))
    assert changes(ORDER, ORDER) == ()
    shown = text_difference(b"<a><b>1</b><c/></a>", b"<a><b>2</b><c/></a>")
    assert shown[-5:] == [" <a>", "-<b>1</b>", "+<b>2</b>", " <c/>", " </a>"]
    assert text_difference("Antal;två\r\n".encode("cp1252"), "Antal;två\n".encode()) == []
