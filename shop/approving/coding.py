"""Coding (kontering): its dimensions, what each may hold, what must fit together, what stands there by itself. Pure.

Dimensions, lengths, lists and rules differ by municipality, so they are configuration (`coding_file`).
A value pattern is a value, a beginning with a star (`41*`), or `*` for any value at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import msgspec

from web.languages import N_

LONGEST = 100
"""Of what leaves the house: the form has always said so."""
IMPORTED = "imported"


class Entry(msgspec.Struct, frozen=True):
    """One value of a list, and from when to when it may be used."""

    value: str
    name: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def holds(self, day: date) -> bool:
        return (self.valid_from or day) <= day <= (self.valid_to or day)


class Dimension(msgspec.Struct, frozen=True, kw_only=True):
    """`shortest` and `longest` are numbers of characters; `values` is where its list is: "", imported, or a file."""

    id: str
    name: str
    english: str = ""
    help: str = ""
    pattern: str = ""
    shortest: int = 0
    longest: int = LONGEST
    required: bool = False
    values: str = ""
    listed: Mapping[str, Entry] = {}


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """Where all of `when` fits, all of `needs` must; `say` is what the buyer reads."""

    when: Mapping[str, str]
    needs: Mapping[str, str]
    say: str = ""


class Default(msgspec.Struct, frozen=True, kw_only=True):
    """`give` holds wherever all that is named here fits."""

    give: Mapping[str, str]
    unit: str = ""
    department: str = ""
    category: str = ""
    unspsc: str = ""

    @property
    def of_goods(self) -> bool:
        return bool(self.category or self.unspsc)


class Coding(msgspec.Struct, frozen=True, kw_only=True):
    """How a municipality codes. Without dimensions the coding is one free text."""

    separator: str = "-"
    dimensions: tuple[Dimension, ...] = ()
    rules: tuple[Rule, ...] = ()
    defaults: tuple[Default, ...] = ()

    def dimension(self, id: str) -> Dimension | None:
        return next((one for one in self.dimensions if one.id == id), None)


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """The unit, the departments above it from the nearest on, and the unit's own coding."""

    unit: str
    departments: tuple[str, ...] = ()
    cost: str = ""


class Wrong(msgspec.Struct, frozen=True):
    """What is wrong with a dimension: a message id and what it is filled in with."""

    dimension: str
    message: str
    values: Mapping[str, str] = {}


Given = Mapping[str, str]
Lists = Mapping[str, Mapping[str, Entry]]
"""By dimension the entries among which a value must be; a dimension that is not there has no list."""


def joined(coding: Coding, given: Given) -> str:
    """What leaves the house: `4120-407-6460`, without separators where nothing follows."""
    values = [given.get(one.id, "") for one in coding.dimensions]
    while values and not values[-1]:
        values.pop()
    return coding.separator.join(values)


def split(coding: Coding, text: str) -> dict[str, str]:
    """The values of a coding written as one text; what is more than there are dimensions stays in the last."""
    if not text or not coding.dimensions:
        return {}
    pieces = text.split(coding.separator, len(coding.dimensions) - 1)
    return {one.id: piece.strip() for one, piece in zip(coding.dimensions, pieces, strict=False) if piece.strip()}


def of_unit(coding: Coding, where: Where) -> dict[str, str]:
    """What stands in the form by itself: the unit's coding, over it what is configured, the nearest last."""
    found = split(coding, where.cost)
    for name in reversed(where.departments):
        for one in coding.defaults:
            if one.department == name and not one.of_goods and not one.unit:
                found |= one.give
    for one in coding.defaults:
        if one.unit == where.unit and not one.of_goods:
            found |= one.give
    return found


def of_goods(coding: Coding, where: Where, category: str, unspsc: str | None) -> dict[str, str]:
    """What goods of this kind are coded as at this unit; who names more, or a longer code, has the last word."""

    def fits(one: Default) -> bool:
        return (
            one.of_goods
            and one.category in ("", category)
            and (unspsc or "").startswith(one.unspsc)
            and one.unit in ("", where.unit)
            and (not one.department or one.department in where.departments)
        )

    found: dict[str, str] = {}
    chosen = [one for one in coding.defaults if fits(one)]
    for one in sorted(chosen, key=lambda one: (bool(one.department), bool(one.unit), len(one.unspsc))):
        found |= one.give
    return found


def of_line(coding: Coding, basket: Given, unit: Given, goods: Given, own: Given) -> dict[str, str]:
    """A line's coding: what was written for the line; what was written for the basket; what the goods or the unit say.

    What the basket's form says is the buyer's own word only where it differs from what stood there by itself.
    """
    found: dict[str, str] = {}
    for one in coding.dimensions:
        name = one.id
        written = basket.get(name, "")
        usual = goods.get(name, "") if written in ("", unit.get(name, "")) else ""
        value = own.get(name) or usual or written
        if value:
            found[name] = value
    return found


def wrongs(coding: Coding, given: Given, lists: Lists, day: date) -> Iterator[Wrong]:
    """Everything wrong with a coding, one thing for each dimension, then what does not fit together."""
    bad = set()
    for one in coding.dimensions:
        wrong = _wrong(one, given.get(one.id, ""), lists.get(one.id), day)
        if wrong is not None:
            bad.add(one.id)
            yield wrong
    for rule in coding.rules:
        for wrong in _unfit(coding, rule, given):
            if wrong.dimension not in bad:
                bad.add(wrong.dimension)
                yield wrong
    if len(joined(coding, given)) > LONGEST:
        yield Wrong(coding.dimensions[-1].id, N_("Write at most 100 characters."))


def fits(pattern: str, value: str) -> bool:
    """Whether a value is what a pattern of a rule says."""
    return value.startswith(pattern[:-1]) and value != "" if pattern.endswith("*") else value == pattern


def _wrong(one: Dimension, value: str, listed: Mapping[str, Entry] | None, day: date) -> Wrong | None:
    facts = {"name": one.name, "value": value}
    if not value:
        return Wrong(one.id, N_("Write %(name)s."), facts) if one.required else None
    if not one.shortest <= len(value) <= one.longest:
        length = str(one.longest) if one.shortest == one.longest else f"{one.shortest}–{one.longest}"
        return Wrong(
            one.id, N_("%(name)s has %(length)s characters, so “%(value)s” is none."), facts | {"length": length}
        )
    if one.pattern and not re.fullmatch(one.pattern, value):
        return Wrong(
            one.id,
            N_("“%(value)s” is no %(name)s. It is written like this: %(help)s."),
            facts | {"help": one.help or one.pattern},
        )
    if listed is None:
        return None
    entry = listed.get(value)
    if entry is None:
        return Wrong(
            one.id,
            N_("“%(value)s” is not in the list of %(name)s. Close to it: %(near)s."),
            facts | {"near": ", ".join(near(value, listed, day)) or "–"},
        )
    if not entry.holds(day):
        return Wrong(one.id, N_("“%(value)s” may not be used as %(name)s today."), facts)
    return None


def near(value: str, listed: Mapping[str, Entry], day: date, most: int = 3) -> list[str]:
    """Values of the list that begin most like this one."""

    def alike(other: str) -> int:
        return next((place for place, (a, b) in enumerate(zip(value, other, strict=False)) if a != b), len(value))

    usable = [one.value for one in listed.values() if one.holds(day)]
    return sorted(usable, key=lambda other: (-alike(other), other))[:most]


def _unfit(coding: Coding, rule: Rule, given: Given) -> Iterable[Wrong]:
    if not all(fits(pattern, given.get(name, "")) for name, pattern in rule.when.items()):
        return
    for name, pattern in rule.needs.items():
        value = given.get(name, "")
        if fits(pattern, value):
            continue
        one = coding.dimension(name)
        facts = {"name": one.name if one else name, "value": value, "pattern": pattern, "when": _said(coding, rule)}
        if rule.say:
            yield Wrong(name, "%(say)s", {"say": rule.say})
        elif pattern == "*":
            yield Wrong(name, N_("%(when)s: write %(name)s too."), facts)
        else:
            yield Wrong(name, N_("%(when)s: %(name)s must be %(pattern)s."), facts)


def _said(coding: Coding, rule: Rule) -> str:
    names = {one.id: one.name for one in coding.dimensions}
    return ", ".join(
        names.get(name, name) + (f" {pattern}" if pattern != "*" else "") for name, pattern in rule.when.items()
    )
