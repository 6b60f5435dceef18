"""Which steps an order takes, and who may take which. Pure.

Laws, proven in tests/shop/test_approving_chain.py: the buyer, and for whom the buyer acted, take no step, not as a
deputy either; nobody's word counts twice on one order; and no step is given to somebody without whom another one
could never be taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from shop.approving.policy import AT_UNIT, Need, Policy, Rule
from web.languages import N_

WAITING, APPROVED, DECLINED = "waiting", "approved", "declined"
AT_THE_UNIT = N_("Approver of the unit")


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """A line as rules see it; `net` is money without VAT."""

    category: str
    unspsc: str | None
    net: Decimal


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of an order, none where nobody need approve it, and the names of the rules that ask for them."""

    steps: tuple[Need, ...] = ()
    rules: tuple[str, ...] = ()


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step of an order. `people` are the log-ins that may take it in their own right."""

    number: int
    place: int
    name: str
    people: frozenset[str]
    state: str = WAITING
    decided_by: str | None = None
    acted_for: str | None = None


class Chance(msgspec.Struct, frozen=True):
    """Somebody may take a step, in their own right or for somebody. `kept`: not, because only they can take another."""

    step: int
    acts_for: str | None = None
    kept: bool = False


def plan(
    policy: Policy,
    unit_id: str,
    departments: Sequence[str],
    basket: Sequence[Bought],
    order: Sequence[Bought],
    limit: Decimal | None,
) -> Plan:
    """What an order of these lines, bought together with `basket`, must pass. Where no rule fits, the unit's limit."""
    fitting = [rule for rule in policy.rules if applies(rule, unit_id, departments, basket, order)]
    if not fitting:
        above = limit is not None and _sum(basket) > limit
        return Plan(steps=(Need(name=AT_THE_UNIT, role=AT_UNIT),)) if above else Plan()
    return Plan(steps=merged(fitting), rules=tuple(rule.name for rule in fitting))


def applies(
    rule: Rule, unit_id: str, departments: Sequence[str], basket: Sequence[Bought], order: Sequence[Bought]
) -> bool:
    """Whether the rule holds for the order."""
    if rule.unit_id and rule.unit_id != unit_id:
        return False
    if rule.department_id and rule.department_id not in departments:
        return False
    of_kind = [line for line in order if covers(rule.category, line)]
    return bool(of_kind) and _sum(line for line in basket if covers(rule.category, line)) > rule.above


def covers(category: str, line: Bought) -> bool:
    """Whether a line is of a category of ours, or its UNSPSC code begins with these digits."""
    if category.isdigit():
        return (line.unspsc or "").startswith(category)
    return category in ("", line.category)


def merged(rules: Iterable[Rule]) -> tuple[Need, ...]:
    """The steps of all rules by place; one that several ask for is taken once, where it comes first."""
    known: dict[tuple[str, frozenset[str]], Need] = {}
    for need in sorted((need for rule in rules for need in rule.steps), key=lambda need: need.place):
        known.setdefault((need.role, frozenset(need.logins)), need)
    places = {place: number for number, place in enumerate(sorted({need.place for need in known.values()}), start=1)}
    return tuple(msgspec.structs.replace(need, place=places[need.place]) for need in known.values())


def open_steps(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Those that can be decided now: all of the first place where something is undecided."""
    waiting = [step for step in steps if step.state == WAITING]
    first = min((step.place for step in waiting), default=0)
    return tuple(step for step in waiting if step.place == first)


def chances(
    person: str, principals: Collection[str], steps: Sequence[Step], barred: Collection[str]
) -> tuple[Chance, ...]:
    """What a person may decide now, who is deputy of `principals`; `barred` are the buyer and for whom they acted."""
    gone = {*barred, *_spoken(steps)}
    if person in gone:
        return ()
    found = []
    for step in open_steps(steps):
        rights = [None] if person in step.people else []
        rights += [name for name in sorted(principals) if name in step.people and name not in gone]
        if rights:
            free = [right for right in rights if _leaves_enough(step, {person, right or person}, steps, gone)]
            found.append(Chance(step.number, free[0]) if free else Chance(step.number, rights[0], kept=True))
    return tuple(found)


def next_in_line(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps after those that are open."""
    now = open_steps(steps)
    later = [step for step in steps if step.state == WAITING and now and step.place > now[0].place]
    return open_steps(later)


def fillable(needs: Mapping[int, Collection[str]]) -> bool:
    """Whether every need can get a person of its own (a matching by augmenting paths)."""
    taken: dict[str, int] = {}

    def place(need: int, seen: set[str]) -> bool:
        for person in sorted(needs[need]):
            if person in seen:
                continue
            seen.add(person)
            if person not in taken or place(taken[person], seen):
                taken[person] = need
                return True
        return False

    return all(place(need, set()) for need in needs)


def _leaves_enough(step: Step, used: set[str], steps: Sequence[Step], gone: set[str]) -> bool:
    """Whether the other steps can still be taken; where they could not anyway, nothing is lost."""
    waiting = {one.number: one.people - gone for one in steps if one.state == WAITING}
    rest = {number: people - used for number, people in waiting.items() if number != step.number}
    return fillable(rest) or not fillable(waiting)


def _spoken(steps: Iterable[Step]) -> set[str]:
    decided = [step for step in steps if step.state != WAITING]
    return {name for step in decided for name in (step.decided_by, step.acted_for) if name}


def _sum(lines: Iterable[Bought]) -> Decimal:
    return sum((line.net for line in lines), Decimal(0))
