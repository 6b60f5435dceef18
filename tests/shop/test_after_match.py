"""An invoice beside its order and its receipts: what agrees, what differs, and that nothing is invoiced twice."""

from __future__ import annotations

from decimal import Decimal
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.model.invoice import Billing
from gateway.model.item import Item
from gateway.model.party import Amount, Quantity
from shop.after.match import Differs, Match, match, taken_by
from shop.after.references import order_numbers
from shop.after.separation import Hands, why_not_attest, why_not_receive
from shop.after.tolerance import Tolerance
from tests.shop.after_desk import billed, invoice_of, wanted
from tests.shop.test_document import order_of

ORDER = order_of(*wanted())
ALL = {"1": Decimal(5), "2": Decimal(6)}
EXACT = Tolerance(line_amount=Decimal(0), line_percent=Decimal(0))


def kinds(found: Match) -> list[str]:
    return [one.kind.value for one in found.all_differences]


def beside(invoice: Billing, received: dict[str, Decimal] | None = None, *others: Billing, **rules: Any) -> Match:
    return match(ORDER, ALL if received is None else received, others, invoice, Tolerance(**rules))


def test_what_was_ordered_and_came_agrees() -> None:
    assert beside(invoice_of(ORDER)).agrees
    assert beside(invoice_of(ORDER, quantities={"1": "2"})).agrees
    assert beside(invoice_of(ORDER, rounding="0.25")).agrees


def test_what_has_not_come_waits_for_it() -> None:
    found = beside(invoice_of(ORDER), {"1": Decimal(5), "2": Decimal(4)})
    assert (found.waits, found.agrees) == (True, False)
    (one,) = found.all_differences
    assert (one.kind, one.was, one.said) == (Differs.NOT_RECEIVED, 4, 6)


def test_every_difference_has_its_name() -> None:
    line = invoice_of(ORDER).lines[0]
    dear = replace(line.price, amount=Amount(value=Decimal("70"), currency="SEK"))
    cases: dict[Differs, Billing] = {
        Differs.TOO_MANY: invoice_of(ORDER, quantities={"1": "6"}),
        Differs.PRICE: billed(ORDER, "F", [replace(line, price=dear, amount=_kr("350"))]),
        Differs.UNIT: billed(ORDER, "F", [replace(line, quantity=Quantity(value=Decimal(5), unit="KGM"))]),
        Differs.NOT_ORDERED: billed(
            ORDER, "F", [replace(line, order_line=None, item=Item(name="Kabel", seller_id="K-1"))]
        ),
        Differs.LINE_SUM: billed(ORDER, "F", [replace(line, amount=_kr("325.00"))]),
        Differs.FREIGHT: invoice_of(ORDER, freight="49.00"),
        Differs.ROUNDING: invoice_of(ORDER, rounding="0.75"),
        Differs.CURRENCY: replace(invoice_of(ORDER), currency="EUR"),
        Differs.OVER_CREDITED: invoice_of(ORDER, credit=True, quantities={"1": "1"}),
    }
    for kind, invoice in cases.items():
        assert kind.value in kinds(beside(invoice)), kind
    whole = invoice_of(ORDER)
    wrong_sum = replace(whole, totals=replace(whole.totals, payable=_kr("1.00")))
    assert kinds(beside(wrong_sum)) == ["sums"]
    (tax,) = whole.tax_totals
    more_tax = replace(whole, tax_totals=(replace(tax, amount=_kr("999.00")),))
    assert set(kinds(beside(more_tax))) == {"vat", "sums"}


def test_the_tolerance_is_kronor_or_per_cent() -> None:
    line = invoice_of(ORDER).lines[0]
    dearer = billed(ORDER, "F", [replace(line, price=None, amount=_kr("326.00"))])
    assert beside(dearer, line_amount=Decimal("1.50")).agrees
    assert beside(dearer, line_amount=Decimal(0), line_percent=Decimal("0.5")).agrees
    assert kinds(match(ORDER, ALL, (), dearer, EXACT)) == ["price"]
    assert beside(invoice_of(ORDER, freight="49.00"), freight=Decimal(49)).agrees
    twice = beside(
        invoice_of(ORDER, freight="49.00"), None, invoice_of(ORDER, "F-0", {}, freight="49.00"), freight=Decimal(49)
    )
    assert kinds(twice) == ["freight"], "freight is counted for the whole order"


def test_a_line_is_known_by_its_article_where_its_number_says_another() -> None:
    first, second = invoice_of(ORDER).lines
    swapped = billed(ORDER, "F", [replace(first, order_line="2"), replace(second, order_line=None)])
    found = beside(swapped)
    assert [one.ordered.id if one.ordered else None for one in found.lines] == ["1", "2"]
    assert found.agrees


def test_a_credit_note_gives_back_what_may_be_invoiced_again() -> None:
    wrong, back = invoice_of(ORDER, "F-1"), invoice_of(ORDER, "K-1", credit=True)
    assert kinds(beside(invoice_of(ORDER, "F-2"), None, wrong)) == ["too_many", "too_many"]
    assert beside(invoice_of(ORDER, "F-2"), None, wrong, back).agrees
    assert beside(back, None, wrong).agrees
    assert taken_by(ORDER, [wrong, back]) == {"1": 0, "2": 0}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_invoices_of_what_came_agree_in_any_order_of_arrival(data: st.DataObject) -> None:
    """However deliveries are cut up and invoices arrive: all agree in the end, and one more would be one too many."""
    parts = [_cut(data, int(amount)) for amount in ALL.values()]
    count = max(map(len, parts))
    invoices = []
    for place in range(count):
        quantities = {key: str(part[place]) for key, part in zip(ALL, parts, strict=True) if place < len(part)}
        invoices.append(invoice_of(ORDER, f"F-{place}", quantities))
    arrived = data.draw(st.permutations(invoices))
    came = {"1": Decimal(0), "2": Decimal(0)}
    for delivered in data.draw(st.permutations(invoices)):
        for line in delivered.lines:
            came[line.id] += line.quantity.value if line.quantity else 0
        billed_so_far = accumulate(arrived, lambda known, one: [*known, one], initial=[])
        for before, one in zip(billed_so_far, arrived, strict=False):
            found = match(ORDER, came, before, one, EXACT)
            assert found.agrees or found.waits
    assert all(match(ORDER, came, arrived[:place], one, EXACT).agrees for place, one in enumerate(arrived)), (
        "everything has come"
    )
    once_more = invoice_of(ORDER, "F-again", {"1": "1"})
    assert kinds(match(ORDER, came, arrived, once_more, EXACT)) == ["too_many"]


def _cut(data: st.DataObject, amount: int) -> list[int]:
    cuts = sorted(data.draw(st.sets(st.integers(1, amount - 1), max_size=3)))
    return [after - before for before, after in zip([0, *cuts], [*cuts, amount], strict=True)]


_PEOPLE = st.sampled_from(["kim", "anna", "dani", "pia"])


@settings(max_examples=150, deadline=None)
@given(st.frozensets(_PEOPLE), st.frozensets(_PEOPLE), _PEOPLE, st.frozensets(_PEOPLE))
def test_nobody_attests_what_they_or_whom_they_stand_in_for_had_a_hand_in(
    ordered: frozenset[str], received: frozenset[str], person: str, principals: frozenset[str]
) -> None:
    hands = Hands(ordered=ordered, received=received)
    free = why_not_attest(person, principals, hands) is None
    assert free == (not (ordered | received) & {person, *principals} and bool(received))
    after = Hands(ordered=ordered, received=received, attested=frozenset({person}))
    assert why_not_receive(person, (), after) is not None, "who has attested receives no more"
    assert why_not_receive("somebody else", {person}, after) is not None, "nor does a deputy of theirs"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"order": "26-000123"}, ["26-000123"]),
        ({"order": "Er order 26-000123, 26-000124"}, ["26-000123", "26-000124"]),
        ({"order": None, "buyer_references": ("4120 Kim / 26-000007",)}, ["26-000007"]),
        ({"order": "PO-9", "note": "avser 26-000008"}, ["26-000008"]),
        ({"order": "1926-0001234"}, []),
        ({"order": None}, []),
    ],
)
def test_order_numbers_are_found_where_suppliers_write_them(changes: dict[str, Any], found: list[str]) -> None:
    assert order_numbers(replace(invoice_of(ORDER), **changes)) == found


def _kr(value: str) -> Amount:
    return Amount(value=Decimal(value), currency="SEK")
