"""From a packing tree to the parcels that the dock waits for."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hub.announce import announced
from tests.hub.advices import advice, line, sscc, unit

ORDER, SUPPLIER = "26-000123", "vard-nord"


def test_one_parcel_per_sscc_with_what_is_in_it():
    sent = advice(unit(1, "1"), unit(2, "2"), lines=(line("1", "3"), line("2", "12")))
    first, second = announced(sent, ORDER, SUPPLIER)
    assert (first.sscc, second.sscc) == (sscc(1), sscc(2))
    assert [content.name for content in first.contents] == ["Vara 1"]
    assert second.contents[0].quantity == Decimal("12")


def test_a_pallet_comes_before_its_boxes_and_they_say_where_they_stand():
    pallet = unit(9, units=(unit(1, "1"), unit(2, "2")))
    found = announced(advice(pallet, lines=(line("1"), line("2"))), ORDER, SUPPLIER)
    assert [(parcel.sscc, parcel.within) for parcel in found] == [
        (sscc(9), None),
        (sscc(1), sscc(9)),
        (sscc(2), sscc(9)),
    ]


def test_without_sscc_the_advice_itself_is_the_parcel():
    (only,) = announced(advice(lines=(line("1"), line("2"))), ORDER, SUPPLIER)
    assert only.sscc is None
    assert only.key == "advice:vard-nord:DA-1"
    assert len(only.contents) == 2


def test_a_unit_with_another_name_than_an_sscc_can_still_be_told_apart():
    found = announced(advice(unit("KOLLI-A", "1"), unit(None, "2"), lines=(line("1"), line("2"))), ORDER, SUPPLIER)
    assert [parcel.key for parcel in found] == ["advice:vard-nord:DA-1:KOLLI-A", "advice:vard-nord:DA-1:/2"]


def test_lines_outside_every_box_are_not_lost():
    found = announced(advice(unit(1, "1"), lines=(line("1"), line("2"))), ORDER, SUPPLIER)
    assert [parcel.sscc for parcel in found] == [sscc(1), None]
    assert found[1].contents[0].line == "2"


def test_a_line_in_two_boxes_says_that_it_is_shared():
    found = announced(advice(unit(1, "1"), unit(2, "1")), ORDER, SUPPLIER)
    assert [parcel.contents[0].parcels for parcel in found] == [2, 2]


def test_boxes_that_never_say_what_they_hold_may_hold_everything():
    found = announced(advice(unit(1), unit(2)), ORDER, SUPPLIER)
    assert [parcel.sscc for parcel in found] == [sscc(1), sscc(2)]
    assert all(parcel.contents[0].parcels == 2 for parcel in found)


def test_an_advice_for_two_orders_gives_each_its_own():
    lines = (line("1", order=ORDER), line("2", order="26-000124"))
    sent = advice(unit(1, "1"), unit(2, "2"), unit(3, "1", "2"), lines=lines, orders=(ORDER, "26-000124"))
    mine = announced(sent, ORDER, SUPPLIER)
    theirs = announced(sent, "26-000124", SUPPLIER)
    assert [parcel.sscc for parcel in mine] == [sscc(1), sscc(3)]
    assert [parcel.sscc for parcel in theirs] == [sscc(2), sscc(3)]
    assert [content.line for content in mine[1].contents] == ["1"]


def test_an_advice_that_sends_nothing_promises_no_parcel():
    assert announced(advice(lines=(line("1", "0"),)), ORDER, SUPPLIER) == ()


_trees = st.recursive(
    st.builds(lambda n, lines: unit(n, *lines), st.integers(0, 20) | st.none(), st.lists(st.sampled_from("1234"))),
    lambda inner: st.builds(
        lambda n, units: unit(n, units=tuple(units)), st.integers(21, 30), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(_trees, max_size=4))
def test_every_line_sent_is_in_some_parcel_and_every_key_is_there_once(trees):
    lines = tuple(line(name) for name in "1234")
    found = announced(advice(*trees, lines=lines), ORDER, SUPPLIER)
    assert {content.line for parcel in found for content in parcel.contents} == set("1234")
    keys = [parcel.key for parcel in found]
    assert len(keys) == len(set(keys))
    assert all(parcel.within in keys for parcel in found if parcel.within)
