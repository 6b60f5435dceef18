"""How long it lasts, what to use first, and what a silent supplier leads to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hub.stock.cover import cover, rotations, use_of
from hub.stock.goods import HUB, Agreement, Need
from hub.stock.silence import Known, Silence, outcome
from tests.hub.stock.shelves import TODAY, article, lot

NORD, SYD = article(1, "nord"), article(2, "syd")


def day(number: int):
    return TODAY + timedelta(days=number)


def test_cover_is_whole_days_and_falls_when_a_lot_expires():
    need = Need(goods_id=1, place=HUB, days=30)
    lots = [lot(1, 10, days=9), lot(2, 30)]
    found = cover(need, Decimal(90), lots, TODAY)
    assert (found.there, found.days, found.below_on) == (4000, 44, None)
    found = cover(need, Decimal(110), lots, TODAY)
    assert (found.days, found.below_on, found.tone(TODAY)) == (36, day(10), "wait")
    found = cover(need, Decimal(200), lots, TODAY)
    assert (found.days, found.below_on, found.tone(TODAY), found.lacking) == (20, TODAY, "bad", 2000)


def test_without_use_nothing_is_said_of_days():
    found = cover(Need(goods_id=1, place=HUB, days=30), Decimal(0), [], TODAY)
    assert (found.days, found.below_on, found.tone(TODAY)) == (None, None, "plain")


def test_the_highest_use_counts_and_a_young_hub_is_not_taken_for_a_quiet_one():
    assert use_of(Decimal(840), Decimal(280), 400, None) == 10
    assert use_of(Decimal(840), Decimal(560), 400, None) == 20
    assert use_of(Decimal(140), Decimal(140), 14, None) == 10
    assert use_of(Decimal(70), Decimal(70), 1, None) == 10, "a week at least"
    assert use_of(Decimal(840), Decimal(280), 400, Decimal(12)) == 12


def test_what_expires_first_is_used_first_and_what_cannot_be_used_is_said():
    # 1,000 pieces within 5 days (this one and 4 more) of 100 a day: half of it is wasted; the next is used in time.
    found = rotations([lot(1, 10, days=4), lot(2, 5, days=40), lot(3, 50)], {"bjorken": Decimal(100)}, TODAY, 180)
    assert [(one.lot.id, one.start_by, one.wasted) for one in found] == [(1, TODAY, 500), (2, day(26), 0)]
    assert found[0].to == (("bjorken", Decimal(5)),)


def known(*lots, use=None, **more) -> Known:
    use = use or {"bjorken": {"nord": Decimal(100)}}
    return Known(goods_id=1, articles=(NORD, SYD), lots=tuple(lots), use=use, **more)


def test_what_runs_out_where_and_when():
    found = outcome(
        known(
            lot(1, 3),
            lot(2, 2, place="unit:bjorken"),
            use={"bjorken": {"nord": Decimal(100)}, "granen": {"nord": Decimal(50)}},
        ),
        Silence(supplier_id="nord"),
        TODAY,
    )
    assert found is not None
    assert found.ends == day(17), "fourteen days of silence, then three to the hub"
    # Granen takes 50 a day from the hub's 300; after two days Björken needs 100 a day of it too: 200/150 lasts a day.
    assert found.hub_until == day(3)
    assert [(one.unit_id, one.on, one.own_until) for one in found.short] == [
        ("bjorken", day(3), day(2)),
        ("granen", day(3), TODAY),
    ]
    assert found.missing == 150 * 17 - 500
    assert found.others == (SYD,)


def test_what_a_supplier_does_not_sell_is_not_concerned():
    assert outcome(known(), Silence(supplier_id="syd"), TODAY) is None


def test_what_another_holds_under_agreement_helps_after_its_days_and_the_silent_ones_own_does_not():
    agreed = tuple(Agreement(article=one, quantity=Decimal(50), delivers_in=2, valid_to=day(90)) for one in (NORD, SYD))
    lots = (lot(1, 50, place="supplier:nord", of=NORD), lot(2, 50, place="supplier:syd", of=SYD))
    found = outcome(known(*lots, agreements=agreed), Silence(supplier_id="nord"), TODAY)
    assert found is not None
    assert (found.called, found.missing, found.runs_out) == (1500, 200, TODAY)


def test_what_is_in_the_house_comes_to_the_unit_and_a_crisis_uses_more():
    coming = {"bjorken": {"nord": Decimal(600)}}
    found = outcome(known(coming=coming), Silence(supplier_id="nord", times=Decimal(3)), TODAY)
    assert found is not None
    assert (found.runs_out, found.per_day) == (day(2), 300)


amounts = st.integers(0, 40).map(Decimal)


@given(
    st.lists(
        st.tuples(amounts, st.one_of(st.none(), st.integers(-2, 20)), st.sampled_from([HUB, "unit:a"])), max_size=5
    ),
    st.dictionaries(st.sampled_from("abc"), st.integers(1, 900).map(Decimal), min_size=1),
    st.integers(1, 20),
)
def test_what_is_used_was_there_and_more_stock_never_runs_out_sooner(shelf, use, days):
    lots = [lot(number, quantity, ends, place) for number, (quantity, ends, place) in enumerate(shelf)]
    needs = {unit: {"nord": much} for unit, much in use.items()}
    silence = Silence(supplier_id="nord", days=days)
    found = outcome(known(*lots, use=needs), silence, TODAY)
    assert found is not None
    wanted = sum(use.values()) * (found.ends - TODAY).days
    there = sum(one.base for one in lots if one.usable(TODAY))
    assert found.missing >= wanted - there - 1
    assert found.missing <= wanted + 1
    more = outcome(known(*lots, lot(99, 5), use=needs), silence, TODAY)
    assert more is not None
    assert more.missing <= found.missing + 1
    assert (more.runs_out or TODAY.max) >= (found.runs_out or TODAY.max)
