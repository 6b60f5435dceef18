"""Laws of approval: no path lets the buyer, or one person alone, through; and every order ends."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.approving.chain import APPROVED, WAITING, Bought, Step, chances, fillable, merged, next_in_line, plan
from shop.approving.policy import AT_UNIT, Holder, Need, Policy, Rule

PEOPLE = ("anna", "bo", "cleo", "dan", "eva", "kim")
people = st.frozensets(st.sampled_from(PEOPLE), max_size=4)
deputies = st.dictionaries(st.sampled_from(PEOPLE), st.frozensets(st.sampled_from(PEOPLE), max_size=2), max_size=4)
DECIMAL = st.decimals(min_value=0, max_value=100_000, places=2)


@st.composite
def chains(draw: st.DrawFn) -> tuple[Step, ...]:
    drawn = draw(st.lists(st.tuples(st.integers(1, 3), people), min_size=1, max_size=4))
    drawn.sort(key=lambda pair: pair[0])
    return tuple(
        Step(number=number, place=place, name=f"step {number}", people=some)
        for number, (place, some) in enumerate(drawn, start=1)
    )


def walk(steps: tuple[Step, ...], acts_for: dict[str, frozenset[str]], barred: set[str], seed: int) -> tuple[Step, ...]:
    """Somebody who may takes a step, in any order, until nobody may."""
    chance = Random(seed)
    while True:
        moves = [
            (person, one)
            for person in PEOPLE
            for one in chances(person, acts_for.get(person, frozenset()) - {person}, steps, barred)
            if not one.kept
        ]
        if not moves:
            return steps
        person, one = chance.choice(moves)
        taken = {"state": APPROVED, "decided_by": person, "acted_for": one.acts_for}
        steps = tuple(msgspec.structs.replace(step, **taken) if step.number == one.step else step for step in steps)


@settings(max_examples=150, deadline=None)
@given(chains(), deputies, st.sets(st.sampled_from(PEOPLE), min_size=1, max_size=2), st.integers(0, 99))
def test_nobody_alone_and_never_the_buyer(
    steps: tuple[Step, ...], acts_for: dict[str, frozenset[str]], barred: set[str], seed: int
) -> None:
    done = [step for step in walk(steps, acts_for, barred, seed) if step.state == APPROVED]
    spoken = [name for step in done for name in (step.decided_by, step.acted_for) if name]
    assert not barred & set(spoken), "the buyer, and for whom they acted, has no word"
    assert len(spoken) == len(set(spoken)), "nobody's word counts twice"
    for step in done:
        right = step.acted_for or step.decided_by
        assert right in step.people
        if step.acted_for:
            assert step.acted_for in acts_for[step.decided_by or ""]


@settings(max_examples=150, deadline=None)
@given(chains(), st.sets(st.sampled_from(PEOPLE), min_size=1, max_size=1), st.integers(0, 99))
def test_every_order_that_can_end_does(steps: tuple[Step, ...], barred: set[str], seed: int) -> None:
    can = fillable({step.number: step.people - barred for step in steps})
    done = all(step.state == APPROVED for step in walk(steps, {}, barred, seed))
    assert done == can, "who presses first never makes it impossible for the rest"


@settings(max_examples=100, deadline=None)
@given(chains(), st.integers(0, 99))
def test_steps_are_taken_place_by_place(steps: tuple[Step, ...], seed: int) -> None:
    chance = Random(seed)
    for person in chance.sample(PEOPLE, len(PEOPLE)):
        found = chances(person, (), steps, {"kim"})
        first = min(step.place for step in steps)
        assert all(step.place == first for step in steps for one in found if one.step == step.number)
    later = next_in_line(steps)
    assert len({step.place for step in later}) <= 1
    assert all(step.place > min(one.place for one in steps) for step in later)


needs = st.builds(
    Need,
    name=st.sampled_from(["IT", "Chef", "Ekonomi"]),
    place=st.integers(1, 3),
    role=st.sampled_from([AT_UNIT, "it", "chef"]),
)
rules = st.builds(
    Rule,
    id=st.just("r"),
    name=st.sampled_from(["a", "b"]),
    above=DECIMAL,
    category=st.sampled_from(["", "it", "food", "43"]),
    unit_id=st.sampled_from(["", "unit-1", "unit-2"]),
    department_id=st.sampled_from(["", "stab"]),
    steps=st.lists(needs, min_size=1, max_size=3).map(tuple),
)
lines = st.lists(
    st.builds(
        Bought,
        category=st.sampled_from(["it", "food", "care"]),
        unspsc=st.sampled_from([None, "43211500", "50000000"]),
        net=DECIMAL,
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=100, deadline=None)
@given(st.lists(rules, max_size=4), lines, st.none() | DECIMAL)
def test_more_money_never_asks_for_less(asked: list[Rule], bought: list[Bought], limit: Decimal | None) -> None:
    policy = Policy(rules=tuple(asked))
    few = plan(policy, "unit-1", ("stab",), bought, bought, limit)
    dearer = [msgspec.structs.replace(line, net=line.net * 2) for line in bought]
    many = plan(policy, "unit-1", ("stab",), dearer, dearer, limit)
    assert bool(few.steps) <= bool(many.steps)
    assert set(few.rules) <= set(many.rules)
    if few.rules:
        assert {(need.role, need.logins) for need in few.steps} <= {(need.role, need.logins) for need in many.steps}


@settings(max_examples=100, deadline=None)
@given(st.lists(rules, min_size=1, max_size=4))
def test_merged_steps_are_each_taken_once_and_without_gaps(asked: list[Rule]) -> None:
    steps = merged(asked)
    keys = [(need.role, need.logins) for need in steps]
    assert len(keys) == len(set(keys))
    assert {key for rule in asked for need in rule.steps for key in [(need.role, need.logins)]} == set(keys)
    assert sorted({need.place for need in steps}) == list(range(1, len({need.place for need in steps}) + 1))


def test_it_above_ten_thousand_needs_it_then_the_head() -> None:
    steps = (Need(name="IT", place=1, role="it"), Need(name="Chef", place=2, role="chef"))
    policy = Policy(rules=(Rule(id="1", name="IT", above=Decimal(10_000), category="it", steps=steps),))
    screens = Bought(category="it", unspsc="43211902", net=Decimal(9_000))
    bread = Bought(category="food", unspsc=None, net=Decimal(9_000))

    def of(basket: list[Bought], order: list[Bought]) -> list[str]:
        return [need.name for need in plan(policy, "unit-1", (), basket, order, Decimal(5_000)).steps]

    assert of([screens, bread], [screens]) == ["Approver of the unit"], "only IT counts: 9,000"
    assert of([screens, screens], [screens]) == ["IT", "Chef"], "two suppliers split nothing"
    assert of([screens, screens, bread], [bread]) == ["Approver of the unit"], "the bread is no IT"
    assert of([bread], [bread]) == ["Approver of the unit"]
    assert plan(policy, "unit-1", (), [bread], [bread], None).steps == ()


def test_roles_reach_down_the_departments() -> None:
    head = Holder(role="chef", login="eva", department_id="utbildning")
    assert head.covers("unit-1", ("utbildning", "kommunen"))
    assert not head.covers("unit-2", ("stab", "kommunen"))
    assert Holder(role="it", login="bo").covers("unit-2", ())
    assert not Holder(role="it", login="bo", unit_id="unit-1").covers("unit-2", ("utbildning",))


def test_who_alone_can_take_a_later_step_leaves_this_one() -> None:
    steps = (
        Step(number=1, place=1, name="first", people=frozenset({"anna", "bo"})),
        Step(number=2, place=2, name="last", people=frozenset({"anna"})),
    )
    (mine,) = chances("anna", (), steps, {"kim"})
    assert mine.kept
    (theirs,) = chances("bo", (), steps, {"kim"})
    assert not theirs.kept
    assert chances("kim", ("anna",), steps, {"kim"}) == ()
    assert chances("dan", ("kim",), steps, {"kim"}) == (), "a deputy has no more right than who is acted for"
    assert {step.state for step in steps} == {WAITING}
