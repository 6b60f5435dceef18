"""Deputies: whom I let act for me, and for whom I act."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from shop import units
from shop.approving import delegates
from shop.desk import one_line, shop_page, today, viewer
from web import accounts
from web.access import APPROVER, BUYER, allow
from web.languages import N_
from web.pages import redirect
from web.tables import users

router = APIRouter()
LONGEST = timedelta(days=366)
MANY_UNITS = 400


class Appointed(msgspec.Struct, kw_only=True):
    """The form as it was written, and what is wrong with it: message ids by field."""

    deputy: str = ""
    role: str = ""
    some: bool = False
    unit_ids: tuple[str, ...] = ()
    from_day: str = ""
    to_day: str = ""
    errors: dict[str, str] = {}


@router.get("/delegates")
@allow(BUYER, APPROVER)
def overview(request: Request) -> Response:
    """Who acts for me, for whom I act, and the form to appoint somebody."""
    with request.app.state.engine.begin() as conn:
        day = today(request)
        return _show(conn, request, Appointed(from_day=day.isoformat(), to_day=(day + timedelta(days=14)).isoformat()))


@router.post("/delegates")
@allow(BUYER, APPROVER)
def appoint(
    request: Request,
    deputy: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    scope: Annotated[str, Form()] = "",
    unit: Annotated[list[str] | None, Form()] = None,
    from_day: Annotated[str, Form()] = "",
    to_day: Annotated[str, Form()] = "",
) -> Response:
    """Lets somebody act from one day to another."""
    form = Appointed(
        deputy=accounts.normal(one_line(deputy)),
        role=role,
        some=scope == "some",
        unit_ids=tuple(unit or ()),
        from_day=one_line(from_day),
        to_day=one_line(to_day),
    )
    with request.app.state.engine.begin() as conn:
        found = _checked(conn, request, form)
        if found is None:
            return _show(conn, request, form, 422)
        deputy_id, begins, ends = found
        chosen = form.unit_ids if form.some else None
        delegates.appoint(conn, viewer(request).id, deputy_id, form.role, chosen, begins, ends, request.app.state.now())
    return redirect(request, "/delegates?done=appointed")


@router.post("/delegates/{delegation_id}/end")
@allow(BUYER, APPROVER)
def end(request: Request, delegation_id: UUID) -> Response:
    """Over at once, whoever of the two says so."""
    with request.app.state.engine.begin() as conn:
        if not delegates.end(conn, delegation_id, viewer(request).id, request.app.state.now()):
            raise HTTPException(404)
    return redirect(request, "/delegates?done=ended")


def _checked(conn: sa.Connection, request: Request, form: Appointed) -> tuple[UUID, date, date] | None:
    person, wrong = viewer(request), {}
    if form.role not in (units.BUYER, units.APPROVER) or form.role not in person.roles:
        wrong["role"] = N_("Choose a role that you have.")
    able = sa.select(users.c.id).where(
        users.c.login == form.deputy, users.c.active, users.c.roles.contains([form.role or "none"])
    )
    deputy_id = conn.scalar(able)
    if deputy_id is None:
        wrong["deputy"] = N_("Write the log-in of a colleague who has that role.")
    elif deputy_id == person.id:
        wrong["deputy"] = N_("You cannot be your own deputy.")
    mine = units.own_ids(conn, person.id, [form.role]) if "role" not in wrong else set()
    if form.some and (not form.unit_ids or not set(form.unit_ids) <= mine):
        wrong["unit"] = N_("Choose one or more of your units.")
    begins, ends = _day(form.from_day), _day(form.to_day)
    if begins is None:
        wrong["from_day"] = N_("Write a day, such as 2026-12-01.")
    if ends is None or ends < today(request):
        wrong["to_day"] = N_("Write the last day, today or later.")
    elif begins is not None and not timedelta(0) <= ends - begins <= LONGEST:
        wrong["to_day"] = N_("The last day comes after the first, within a year.")
    form.errors = wrong
    return None if wrong or deputy_id is None or begins is None or ends is None else (deputy_id, begins, ends)


def _show(conn: sa.Connection, request: Request, form: Appointed, status: int = 200) -> Response:
    person, day = viewer(request), today(request)
    told = delegates.of_person(conn, person.id, day)
    roles = [role for role in (units.BUYER, units.APPROVER) if role in person.roles]
    own = {one.id: one.name for role in roles for one in _own_units(conn, person.id, role)}
    named = {unit_id for one in told for unit_id in one.unit_ids or ()}
    known = own | {one.id: one.name for unit_id in named - own.keys() if (one := units.get(conn, unit_id))}
    return shop_page(
        conn,
        request,
        "shop/approving/delegates.html",
        None,
        status=status,
        form=form,
        roles=roles,
        own_units=dict(sorted(own.items(), key=lambda pair: pair[1])[:MANY_UNITS]),
        unit_names=known,
        given=[one for one in told if one.login == person.login],
        received=[one for one in told if one.login != person.login],
        day_today=day,
        done=request.query_params.get("done", ""),
    )


def _own_units(conn: sa.Connection, user_id: UUID, role: str) -> list[units.Unit]:
    mine = units.own_ids(conn, user_id, [role])
    return [one for one in units.of_user(conn, user_id, role, limit=MANY_UNITS) if one.id in mine]


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None
