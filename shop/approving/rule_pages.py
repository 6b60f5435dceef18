"""Rules of approval: list, change, try, go back; who has which role; how long prices are locked; reminders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
import sqlalchemy as sa
from fastapi import APIRouter, Depends, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from shop.approving import chain
from shop.approving import policy as policies
from shop.approving.chain import Bought, Plan
from shop.approving.crew import Crew
from shop.approving.policy import AT_UNIT, ChangedMeanwhile, Holder, Policy
from shop.approving.rule_form import STEPS, Known, RuleForm, StepField, form_of, money, read_form, rule_of
from shop.categories import CATEGORIES
from shop.desk import one_line, shop_page, viewer
from shop.tables import departments, units
from web import accounts
from web.access import ADMIN, APPROVER, CONTROLLER, allow
from web.languages import N_, words_of
from web.pages import redirect
from web.tables import users

router = APIRouter()
_MEANWHILE = N_("Somebody else changed the rules meanwhile. Look at them and do it again.")
_DAYS = N_("Write a number of days from 1 to 365.")


async def all_fields(request: Request) -> dict[str, str]:
    """Every text of the form."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


Fields = Annotated[dict[str, str], Depends(all_fields)]


@router.get("/approvals/rules")
@allow(CONTROLLER, ADMIN)
def rules(request: Request) -> Response:
    """Every rule, a try, the roles, the days, and what has been done to them."""
    with request.app.state.engine.begin() as conn:
        return _show(conn, request)


@router.get("/approvals/rules/edit")
@allow(CONTROLLER, ADMIN)
def edit(request: Request, rule: str = "") -> Response:
    """One rule, or a new one."""
    with request.app.state.engine.begin() as conn:
        version, policy = policies.current(conn)
        found = next((one for one in policy.rules if one.id == rule), None)
        if rule and found is None:
            raise HTTPException(404)
        form = form_of(found) if found else RuleForm(steps=(StepField(role=AT_UNIT),))
        return _form(conn, request, form, version)


@router.post("/approvals/rules/edit")
@allow(CONTROLLER, ADMIN)
def save(request: Request, fields: Fields) -> Response:
    """Keeps a rule as a new version of the policy."""
    with request.app.state.engine.begin() as conn:
        form, version = read_form(fields), _version(fields)
        policy = policies.current(conn)[1]
        made, wrong = rule_of(form, _known(conn, policy))
        if made is None:
            return _form(conn, request, form, version, wrong, 422)
        rest = [one for one in policy.rules if one.id != made.id]
        at = next((place for place, one in enumerate(policy.rules) if one.id == made.id), len(rest))
        what = N_("Changed the rule %(about)s") if len(rest) < len(policy.rules) else N_("Added the rule %(about)s")
        changed = msgspec.structs.replace(policy, rules=(*rest[:at], made, *rest[at:]))
        try:
            _write(conn, request, changed, version, what, made.name)
        except ChangedMeanwhile:
            return _form(conn, request, form, policies.current(conn)[0], {"name": _MEANWHILE}, 409)
    return redirect(request, "/approvals/rules?done=1")


@router.post("/approvals/rules/remove")
@allow(CONTROLLER, ADMIN)
def remove(request: Request, rule: Annotated[str, Form()], version: Annotated[int, Form(ge=0, le=10**9)]) -> Response:
    """Takes a rule away; going back brings it again."""

    def change(policy: Policy) -> tuple[Policy, str]:
        gone = next((one for one in policy.rules if one.id == rule), None)
        if gone is None:
            raise HTTPException(404)
        kept = tuple(one for one in policy.rules if one is not gone)
        return msgspec.structs.replace(policy, rules=kept), gone.name

    return _changed(request, version, N_("Removed the rule %(about)s"), change)


@router.post("/approvals/rules/holders")
@allow(CONTROLLER, ADMIN)
def give_role(
    request: Request,
    version: Annotated[int, Form(ge=0, le=10**9)],
    role: Annotated[str, Form()] = "",
    login: Annotated[str, Form()] = "",
    where: Annotated[str, Form()] = "",
) -> Response:
    """Gives somebody a role: everywhere, at a department (`d:id`) or at a unit (`u:id`)."""
    role, login = one_line(role)[:60], accounts.normal(one_line(login))
    with request.app.state.engine.begin() as conn:
        known = _known(conn, policies.current(conn)[1])
        kind, _, place = where.partition(":")
        wrong = {}
        if not role or role == AT_UNIT:
            wrong["role"] = N_("Give the role a name of its own, such as IT.")
        if login not in known.approvers:
            wrong["login"] = N_("Write the log-in of somebody who has the role approver.")
        if where and place not in {"d": known.departments, "u": known.units}.get(kind, ()):
            wrong["where"] = N_("Choose a place from the list.")
        if wrong:
            return _show(conn, request, 422, wrong, given={"role": role, "login": login, "where": where})
    scope = {"department_id": place} if kind == "d" else {"unit_id": place} if kind == "u" else {}
    holder = Holder(role=role, login=login, **scope)

    def change(policy: Policy) -> tuple[Policy, str]:
        held = [one for one in policy.holders if one != holder]
        return msgspec.structs.replace(policy, holders=(*held, holder)), f"{login}: {role}"

    return _changed(request, version, N_("Gave a role: %(about)s"), change)


@router.post("/approvals/rules/holders/remove")
@allow(CONTROLLER, ADMIN)
def take_role(
    request: Request, version: Annotated[int, Form(ge=0, le=10**9)], number: Annotated[int, Form(ge=0, le=10**6)]
) -> Response:
    """Takes a role back."""

    def change(policy: Policy) -> tuple[Policy, str]:
        if number >= len(policy.holders):
            raise HTTPException(404)
        gone = policy.holders[number]
        kept = policy.holders[:number] + policy.holders[number + 1 :]
        return msgspec.structs.replace(policy, holders=kept), f"{gone.login}: {gone.role}"

    return _changed(request, version, N_("Took a role back: %(about)s"), change)


@router.post("/approvals/rules/days")
@allow(CONTROLLER, ADMIN)
def days(request: Request, fields: Fields) -> Response:
    """How long the price is locked, and after how many working days people are reminded."""
    names = ("lock_days", "remind_after", "escalate_after")
    wrong = {name: _DAYS for name in names if not _is_days(fields.get(name, ""))}
    if wrong:
        with request.app.state.engine.begin() as conn:
            return _show(conn, request, 422, wrong, given={name: fields.get(name, "") for name in names})
    values = {name: int(fields[name]) for name in names}

    def change(policy: Policy) -> tuple[Policy, str]:
        return msgspec.structs.replace(policy, **values), ", ".join(str(value) for value in values.values())

    return _changed(request, _version(fields), N_("Changed the days: %(about)s"), change)


@router.post("/approvals/rules/back")
@allow(CONTROLLER, ADMIN)
def back(request: Request, to: Annotated[int, Form(ge=0, le=10**9)]) -> Response:
    """What held then holds again; orders on their way keep the steps they have."""
    with request.app.state.engine.begin() as conn:
        if not policies.back_to(conn, to, viewer(request).login, request.app.state.now()):
            raise HTTPException(404)
    return redirect(request, "/approvals/rules?done=1")


def _changed(request: Request, version: int, what: str, change: Callable[[Policy], tuple[Policy, str]]) -> Response:
    with request.app.state.engine.begin() as conn:
        policy, about = change(policies.current(conn)[1])
        try:
            _write(conn, request, policy, version, what, about)
        except ChangedMeanwhile:
            return _show(conn, request, 409, {"": _MEANWHILE})
    return redirect(request, "/approvals/rules?done=1")


def _write(conn: sa.Connection, request: Request, policy: Policy, version: int, what: str, about: str) -> None:
    policies.write(conn, policy, version, viewer(request).login, request.app.state.now(), what, about)


def _show(
    conn: sa.Connection,
    request: Request,
    status: int = 200,
    errors: dict[str, str] | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    version, policy = policies.current(conn)
    told = policies.history(conn)
    logins = [one.by for one in told] + [one.login for one in policy.holders]
    tried, problems = _tried(conn, request, policy)
    return shop_page(
        conn,
        request,
        "shop/approving/rules.html",
        None,
        status=status,
        version=version,
        policy=policy,
        history=told,
        errors={**(errors or {}), **problems},
        given=given or {},
        tried=tried,
        names=accounts.names(conn, logins),
        done=request.query_params.get("done", ""),
        **_choices(conn, request),
    )


def _tried(conn: sa.Connection, request: Request, policy: Policy) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Which steps a purchase would take: what was asked, the plan, and by step the people who may take it."""
    asked = {name: one_line(request.query_params.get(name, ""))[:60] for name in ("amount", "category", "unit")}
    if not asked["unit"] and not asked["amount"]:
        return None, {}
    amount = money(asked["amount"])
    row = conn.execute(sa.select(units).where(units.c.id == asked["unit"])).first()
    if amount is None or row is None:
        wrong = {"amount": N_("Write an amount in kronor, such as 10000.")} if amount is None else {}
        return None, wrong | ({} if row is not None else {"unit": N_("Choose a unit from the list.")})
    crew, kind = Crew(conn), asked["category"]
    digits = kind if kind.isdigit() else None
    bought = [Bought(category="" if digits else kind, unspsc=digits, net=amount)]
    plan: Plan = chain.plan(policy, row.id, crew.departments(row.id), bought, bought, row.approval_limit)
    people = [sorted(crew.people(need.role, need.logins, row.id)) for need in plan.steps]
    names = accounts.names(conn, {login for some in people for login in some})
    shown = [[names.get(login, login) for login in some] for some in people]
    steps = list(zip(plan.steps, shown, strict=True))
    return {"asked": asked, "amount": amount, "unit": row.name, "steps": steps, "rules": plan.rules}, {}


def _form(
    conn: sa.Connection,
    request: Request,
    form: RuleForm,
    version: int,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    rows = (*form.steps, *(StepField() for _ in range(STEPS - len(form.steps))))
    facts = {"form": form, "rows": rows, "version": version, "errors": errors or {}, "at_unit": AT_UNIT}
    roles = policies.current(conn)[1].roles
    return shop_page(
        conn, request, "shop/approving/rule.html", None, status=status, roles=roles, **facts, **_choices(conn, request)
    )


def _choices(conn: sa.Connection, request: Request) -> dict[str, Any]:
    all_units = conn.execute(sa.select(units.c.id, units.c.name).order_by(units.c.name)).all()
    parts = conn.execute(sa.select(departments.c.id, departments.c.name).order_by(departments.c.name)).all()
    words = words_of(request)
    kinds = {code: words.say(word) for code, (word, _) in CATEGORIES.items()}
    return {
        "all_units": {row.id: row.name for row in all_units},
        "all_departments": {row.id: row.name for row in parts},
        "categories": kinds,
        "places": {f"d:{row.id}": row.name for row in parts} | {f"u:{row.id}": row.name for row in all_units},
    }


def _known(conn: sa.Connection, policy: Policy) -> Known:
    can = users.c.active & users.c.roles.contains([APPROVER])
    return Known(
        units=set(conn.scalars(sa.select(units.c.id))),
        departments=set(conn.scalars(sa.select(departments.c.id))),
        roles=policy.roles,
        approvers=set(conn.scalars(sa.select(users.c.login).where(can))),
    )


def _version(fields: dict[str, str]) -> int:
    text = fields.get("version", "")
    return int(text) if text.isdigit() and len(text) < 10 else -1


def _is_days(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= 365
