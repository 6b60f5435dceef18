"""Pasted lines are read back as they were written; recurring dates obey their rhythm; prices are compared fairly."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.identifiers import gs1_check_digit
from gateway.workdays import is_run, run_of
from shop.delivery import at_unit
from shop.lists.buyable import dearer
from shop.lists.dates import EVERY, dates, order_on, period_of, reachable
from shop.lists.pasted import Asked, quantity_of, read

QUICK = settings(max_examples=150, deadline=None)
NUMBERS = st.from_regex(r"\A[A-Z]{2,4}[-./]?[0-9]{2,6}\Z")
QUANTITIES = st.integers(1, 99_999).map(Decimal) | st.decimals("0.5", "999.5", places=1).filter(bool)
DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31))
RHYTHM = {"week": 7, "fortnight": 14}
WEEKDAYS = st.sets(st.integers(1, 5), min_size=1).map(lambda found: tuple(sorted(found)))


def swedish(quantity: Decimal) -> str:
    return str(quantity.normalize() if quantity != quantity.to_integral() else int(quantity)).replace(".", ",")


@QUICK
@given(
    number=NUMBERS | st.integers(10**11, 10**12 - 1).map(lambda n: f"{n}{gs1_check_digit(str(n))}"),
    quantity=QUANTITIES,
    between=st.sampled_from(["\t", ";", ",", " ", " ; ", "\t\t", "  ", ", "]),
    unit=st.sampled_from(["", " st", "st", " förp"]),
)
def test_a_number_and_a_quantity_are_read_back(number: str, quantity: Decimal, between: str, unit: str) -> None:
    (line,) = read(f"{number}{between}{swedish(quantity)}{unit}")
    assert line.problem is None
    assert line.readings[0] == Asked(number, quantity)


@QUICK
@given(
    words=st.lists(st.sampled_from(["toalettpapper", "kaffe", "mellanrost", "handske", "M"]), min_size=1, max_size=3),
    quantity=st.integers(1, 9999),
    shape=st.sampled_from(["{q} st {w}", "{w} {q} st", "{q} {w}", "{w} {q}", "{w} x{q}", "{q} x {w}"]),
)
def test_words_and_a_quantity_are_read_back(words: list[str], quantity: int, shape: str) -> None:
    text = " ".join(words)
    (line,) = read(shape.format(q=quantity, w=text))
    assert line.readings[0] == Asked(text, Decimal(quantity))


@QUICK
@given(number=NUMBERS, quantity=QUANTITIES, name=st.sampled_from(["Nitrilhandske M", "Kaffe, mellanrost"]))
def test_rows_of_a_table_with_more_columns(number: str, quantity: Decimal, name: str) -> None:
    (line,) = read(f"{number}\t{name}\t{swedish(quantity)}\t45,50")
    assert line.readings[0] == Asked(number, quantity)
    (swapped,) = read(f"{swedish(quantity)};{number}")
    assert Asked(number, quantity) in swapped.readings


@QUICK
@given(st.text(max_size=300))
def test_hostile_text_is_read_without_harm(text: str) -> None:
    for line in read(text):
        assert len(line.text) <= 202
        assert line.text.isprintable()
        assert line.problem or line.readings


@pytest.mark.parametrize("text", ["AB-1 0", "AB-1;-1", "AB-1\t100000", "AB-1\t1,2345", "AB-1 st 0"])
def test_impossible_quantities_are_told(text: str) -> None:
    (line,) = read(text)
    assert line.problem is not None, line


def test_headings_and_empty_lines_are_no_lines() -> None:
    found = read("Art.nr;Antal\n\n  \t \nAB-1;3\nBenämning\tAntal\n")
    assert [(line.number, line.text) for line in found] == [(4, "AB-1;3")]


def test_a_gtin_is_never_a_quantity() -> None:
    (line,) = read("12;7350001000017")
    assert line.problem is None
    assert line.readings[0] == Asked("7350001000017", Decimal(12))


@pytest.mark.parametrize(("text", "value"), [("1 000", "1000"), ("3 st", "3"), ("2,5", "2.5"), ("x4", "4")])
def test_quantities_as_people_write_them(text: str, value: str) -> None:
    assert quantity_of(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "två", "1e9", "3 4", "1.2.3", "inf", "٣x٣"])
def test_what_is_no_quantity(text: str) -> None:
    assert quantity_of(text) is None


@QUICK
@given(every=st.sampled_from(EVERY), weekdays=WEEKDAYS, begins=DAYS, span=st.integers(0, 200), later=st.integers(0, 90))
def test_recurring_days_keep_their_rhythm(
    every: str, weekdays: tuple[int, ...], begins: date, span: int, later: int
) -> None:
    ends, start = begins + timedelta(days=span), begins + timedelta(days=later)
    found = list(dates(every, weekdays, begins, ends, start))
    assert found == sorted(set(found))
    assert all(is_run(day, weekdays) and start <= day <= ends for day in found)
    assert len({period_of(every, day) for day in found}) == len(found), "a period is served once"
    whole = list(dates(every, weekdays, begins, ends))
    assert found == [day for day in whole if day >= start], "beginning later changes nothing but the beginning"
    if every == "day":
        every_day = (begins + timedelta(days=ahead) for ahead in range(span + 1))
        assert whole == [day for day in every_day if is_run(day, weekdays)]
    if every in RHYTHM and begins.isoweekday() in weekdays:
        due = (begins + timedelta(days=RHYTHM[every] * turn) for turn in range(span // RHYTHM[every] + 2))
        assert whole == [day for day in map(run_of, due) if begins <= day <= ends]
    if every == "month":
        assert all(not any(_on(day, back, weekdays) for back in range(1, day.day)) for day in whole)


def _on(day: date, back: int, weekdays: tuple[int, ...]) -> bool:
    return is_run(day - timedelta(days=back), weekdays)


@QUICK
@given(weekdays=WEEKDAYS, before=DAYS, moved=WEEKDAYS)
def test_moved_delivery_days_are_followed(weekdays: tuple[int, ...], before: date, moved: tuple[int, ...]) -> None:
    """A week is served on its new day, and a week that has been served is left out by its period."""
    first = next(dates("week", weekdays, before))
    after = list(islice(dates("week", moved, before, None, first), 6))
    assert all(is_run(day, moved) for day in after)
    left = [day for day in after if period_of("week", day) != period_of("week", first)]
    assert all(later - earlier >= timedelta(days=1) for earlier, later in pairwise(left))


@QUICK
@given(weekdays=WEEKDAYS, today=DAYS, lead=st.integers(0, 30))
def test_ordering_on_its_day_arrives_in_time(weekdays: tuple[int, ...], today: date, lead: int) -> None:
    day = reachable(today, lead, weekdays)
    ordered = order_on(day, lead, weekdays)
    there = at_unit(ordered, lead, weekdays)
    assert there is not None
    assert there <= day
    later = at_unit(ordered + timedelta(days=2), lead, weekdays)
    assert later is not None
    assert later > day, "no earlier than it must, but for the approver's day"


def test_dearer_in_per_cent() -> None:
    assert dearer(Decimal(100), Decimal("110.04")) == Decimal("10.0")
    assert dearer(Decimal(100), Decimal("110.06")) == Decimal("10.1")
    assert dearer(Decimal(100), Decimal("100.001")) == Decimal("0.1"), "a rise never shows as none"
    assert dearer(Decimal(100), Decimal(99)) == 0
    assert dearer(Decimal(0), Decimal(5)) == 0
