"""The form of a rule: what was written, and the rule it makes or what is wrong. Pure but for the names it is given."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final
from uuid import uuid4

import msgspec

from shop.approving.policy import Need, Rule
from shop.categories import CATEGORIES
from web.languages import N_

STEPS: Final = 5
MOST: Final = Decimal(1_000_000_000)
_SIDE: Final = "side"


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule may name: `approvers` are log-ins that may approve at all."""

    units: Collection[str]
    departments: Collection[str]
    roles: Collection[str]
    approvers: Collection[str]


class StepField(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the form as written; `side`: taken side by side with the one above."""

    name: str = ""
    role: str = ""
    people: str = ""
    side: bool = False

    @property
    def empty(self) -> bool:
        return not (self.name or self.role or self.people)


class RuleForm(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it was written."""

    id: str = ""
    name: str = ""
    above: str = "0"
    category: str = ""
    unspsc: str = ""
    unit: str = ""
    department: str = ""
    steps: tuple[StepField, ...] = ()


def form_of(rule: Rule) -> RuleForm:
    """A rule to be changed."""
    fields = []
    for before, need in zip((None, *rule.steps), rule.steps, strict=False):
        side = before is not None and before.place == need.place
        fields.append(StepField(name=need.name, role=need.role, people=", ".join(need.logins), side=side))
    digits = rule.category.isdigit()
    return RuleForm(
        id=rule.id,
        name=rule.name,
        above=f"{rule.above.normalize():f}",
        category="" if digits else rule.category,
        unspsc=rule.category if digits else "",
        unit=rule.unit_id,
        department=rule.department_id,
        steps=tuple(fields),
    )


def read_form(fields: Mapping[str, str]) -> RuleForm:
    """What a browser sent."""

    def text(name: str) -> str:
        return " ".join("".join(s if s.isprintable() else " " for s in fields.get(name, "")).split())[:300]

    steps = tuple(
        StepField(
            name=text(f"step{n}-name"),
            role=text(f"step{n}-role"),
            people=text(f"step{n}-people"),
            side=text(f"step{n}-{_SIDE}") == "1",
        )
        for n in range(1, STEPS + 1)
    )
    own = {name: text(name) for name in ("id", "name", "above", "category", "unspsc", "unit", "department")}
    return RuleForm(**own, steps=steps)


def rule_of(form: RuleForm, known: Known) -> tuple[Rule | None, dict[str, str]]:
    """The rule, or by field what is wrong: message ids."""
    wrong: dict[str, str] = {}
    if not 0 < len(form.name) <= 80:
        wrong["name"] = N_("Give the rule a name of at most 80 characters.")
    above = money(form.above)
    if above is None:
        wrong["above"] = N_("Write an amount in kronor, such as 10000.")
    if form.category and form.category not in CATEGORIES:
        wrong["category"] = N_("Choose a category from the list.")
    if form.unspsc and not re.fullmatch(r"\d{2,8}", form.unspsc):
        wrong["unspsc"] = N_("Write the first two to eight digits of the UNSPSC code.")
    if form.unspsc and form.category:
        wrong["unspsc"] = N_("Choose a category or write a UNSPSC code, not both.")
    if form.unit and form.unit not in known.units:
        wrong["unit"] = N_("Choose a unit from the list.")
    if form.department and form.department not in known.departments:
        wrong["department"] = N_("Choose a department from the list.")
    steps = _needs(form, known, wrong)
    if wrong or above is None:
        return None, wrong
    made = Rule(
        id=form.id or uuid4().hex[:12],
        name=form.name,
        above=above,
        category=form.unspsc or form.category,
        unit_id=form.unit,
        department_id=form.department,
        steps=steps,
    )
    return made, {}


def money(text: str) -> Decimal | None:
    """An amount as people write it, in whole öre; None if it is none, or absurd."""
    try:
        value = Decimal(text.replace("\xa0", "").replace(" ", "").replace(",", ".") or "0")
    except InvalidOperation:
        return None
    return value.quantize(Decimal("0.01")) if value.is_finite() and 0 <= value <= MOST else None


def _needs(form: RuleForm, known: Known, wrong: dict[str, str]) -> tuple[Need, ...]:
    needs: list[Need] = []
    for number, field in enumerate(form.steps, start=1):
        if field.empty:
            continue
        logins = tuple(sorted({one.lower() for one in re.split(r"[\s,;]+", field.people) if one}))
        if not 0 < len(field.name) <= 60:
            wrong[f"step{number}-name"] = N_("Give the step a name of at most 60 characters.")
        if field.role and field.role not in known.roles:
            wrong[f"step{number}-role"] = N_("Choose a role from the list.")
        if not field.role and not logins:
            wrong[f"step{number}-role"] = N_("Choose a role, or write who may take the step.")
        if any(login not in known.approvers for login in logins):
            wrong[f"step{number}-people"] = N_(
                "Write log-ins of people who have the role approver, with commas between."
            )
        place = needs[-1].place + (not field.side) if needs else 1
        needs.append(Need(name=field.name, place=place, role=field.role, logins=logins))
    if not needs:
        wrong["step1-name"] = N_("A rule needs at least one step.")
    return tuple(needs)
