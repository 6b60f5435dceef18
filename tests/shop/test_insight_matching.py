"""What would have served: texts as people and cash registers write them, and orders that rows pay. Pure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.insight.matching import HIGH, LIKELY, LOW, Offer, Orders, Paid, Range, Sellers, company, stems, tolerance

NAMES = (
    ("Undersökningshandske nitril, puderfri, M", "hygiene", 60),
    ("Undersökningshandske vinyl, puderfri, M", "hygiene", 40),
    ("Toalettpapper 2-lager, 64 rullar", "hygiene", 250),
    ("Kopieringspapper A4 80 g, vitt, ohålat", "office", 240),
    ("Kulspetspenna 0,7 mm, blå", "office", 90),
    ("Bryggkaffe mellanrost, 12 x 450 g", "food", 600),
    ("Blöja barn, strl 4, 7-18 kg", "care", 250),
    ("Plåster elastiskt, blandade storlekar", "care", 60),
    ("Surfplatta 10 tum, 64 GB", "it", 3_900),
    ("Handdesinfektion 75 %, 600 ml", "hygiene", 55),
)
OFFERS = [
    Offer(
        id=place,
        supplier_id=f"s{place % 3}",
        contract=f"2026-{place % 3}",
        category=kind,
        name=name,
        price=Decimal(price),
    )
    for place, (name, kind, price) in enumerate(NAMES)
]
RANGE = Range(OFFERS)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Undersökningshandskar nitril M", "Undersökningshandske nitril"),
        ("nitrilhandske puderfri", "Undersökningshandske nitril"),
        ("TOALETTPAPPER 64 RULLAR", "Toalettpapper"),
        ("Kopieringspapper A4", "Kopieringspapper"),
        ("Kulspetspennor blå", "Kulspetspenna"),
        ("Kaffe brygg 450 g", "Bryggkaffe"),
        ("Blöjor strl 4", "Blöja"),
        ("plåster", "Plåster"),
        ("Surfplattor 64 GB faktura", "Surfplatta"),
        ("handdesinfektion", "Handdesinfektion"),
    ],
)
def test_everyday_texts_find_their_article(text: str, name: str) -> None:
    found = RANGE.best(text)
    assert found is not None, text
    assert found.offer.name.startswith(name)


@pytest.mark.parametrize("text", ["Lokalhyra kvartal 3", "Elförbrukning", "Utbildning arbetsrätt", "", "12 34", "!!!"])
def test_what_no_contract_has_finds_nothing(text: str) -> None:
    assert RANGE.best(text) is None


def test_the_more_is_shared_the_surer() -> None:
    whole, head = RANGE.best(NAMES[0][0]), RANGE.best("Undersökningshandske")
    assert whole is not None
    assert head is not None
    assert (whole.sure, whole.score) == (HIGH, 1.0)
    assert head.sure in {LIKELY, LOW}
    assert head.score < whole.score


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_text_is_borne(text: str) -> None:
    found = RANGE.best(text)
    assert found is None or 0 < found.score <= 1


def test_the_sellers_own_article_comes_before_the_cheapest() -> None:
    twice = [
        *OFFERS,
        Offer(id=99, supplier_id="dear", contract="x", category="food", name=NAMES[5][0], price=Decimal(900)),
    ]
    found = Range(twice).best(NAMES[5][0], "dear")
    assert found is not None
    assert found.offer.id == 99
    cheapest = Range(twice).best(NAMES[5][0])
    assert cheapest is not None
    assert cheapest.offer.id == 5


def test_stems_and_companies() -> None:
    assert stems("Handskarna och handske") == stems("handske")
    assert company("Hörnets Järn & Färg AB (publ)") == "hörnets järn färg"
    sellers = Sellers(
        [("handsk", "Handskdepån AB", "5500900054"), ("papper", "Pappersmagasinet Tänkeby HB", "5500900039")]
    )
    assert sellers.find("whatever", "5500900054") == "handsk"
    assert sellers.find("HANDSKDEPÅN", None) == "handsk"
    assert sellers.find("Pappersmagasinet Tänkeby Handelsbolag, fakturaavd.", None) == "papper"
    assert sellers.find("Handskdepån i Sagoköping AB", None) is None, "another company"
    assert sellers.find("", None) is None


def orders() -> Orders:
    whole = [
        Paid(number="26-1", day=100, amount=Decimal("1000.00")),
        Paid(number="26-2", day=100, amount=Decimal("1000.00")),
    ]
    lines = [Paid(number="26-1", day=100, amount=Decimal(400)), Paid(number="26-1", day=100, amount=Decimal(600))]
    return Orders(whole, lines)


def test_a_row_pays_an_order_once() -> None:
    pool = orders()
    assert pool.pay([(110, Decimal("1004.00"))] * 3) == ["26-1", "26-2", None]


def test_rows_pay_the_lines_of_an_order_and_then_the_next_one_whole() -> None:
    pool = orders()
    assert pool.pay([(110, Decimal(400)), (110, Decimal(600)), (110, Decimal(600))]) == ["26-1", "26-1", None]
    assert pool.pay([(110, Decimal(1000))] * 2) == ["26-2", None]


def test_a_sum_that_is_a_lines_by_chance_keeps_nobody_from_paying_the_order() -> None:
    rows = [(110, Decimal(400)), (111, Decimal(1000)), (112, Decimal(1000))]
    assert orders().pay(rows) == [None, "26-1", "26-2"]


@pytest.mark.parametrize(("day", "amount"), [(96, "1000"), (191, "1000"), (110, "1011"), (110, "985")])
def test_out_of_the_window_or_the_tolerance_is_not_paid(day: int, amount: str) -> None:
    assert orders().pay([(day, Decimal(amount))]) == [None]
    assert tolerance(Decimal(1000)) == 10
    assert tolerance(Decimal(10)) == 5
