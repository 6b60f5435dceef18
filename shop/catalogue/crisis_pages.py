"""Which articles must not run out: a purchaser marks them here, and the hub keeps its crisis stock by it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from shop import critical
from shop.desk import shop_page, supplier_name, viewer
from web.access import ADMIN, PURCHASER, allow
from web.languages import N_
from web.pages import redirect

router = APIRouter()
_MOST, _LONGEST = 500, 100
MARK, UNMARK = "mark", "unmark"


@router.get("/catalogues/crisis")
@allow(PURCHASER, ADMIN)
def crisis(request: Request, done: int = 0) -> Response:
    """What is marked, by supplier."""
    with request.app.state.engine.begin() as conn:
        return _show(conn, request, done=min(max(done, 0), _MOST))


@router.post("/catalogues/crisis")
@allow(PURCHASER)
def change(
    request: Request,
    supplier: Annotated[str, Form()] = "",
    numbers: Annotated[str, Form()] = "",
    what: Annotated[str, Form()] = MARK,
) -> Response:
    """Marks the supplier's articles of these numbers, or takes the marks away; all of them or none."""
    wanted = list(dict.fromkeys(part[:_LONGEST] for part in re.split(r"[\s,;\x00]+", numbers) if part))
    errors, lost = {}, list[str]()
    if request.app.state.suppliers.get(supplier) is None:
        errors["supplier"] = N_("Choose a supplier from the list.")
    if not 0 < len(wanted) <= _MOST:
        errors["numbers"] = N_("Write from 1 to 500 article numbers.")
    if not errors:
        with request.app.state.engine.connect() as conn:
            found = critical.mark(conn, supplier, wanted, what != UNMARK)
            lost = [number for number in wanted if number not in set(found)]
            if not lost:
                conn.commit()
                return redirect(request, f"/catalogues/crisis?done={len(found)}")
    with request.app.state.engine.begin() as conn:
        return _show(conn, request, supplier=supplier, numbers=numbers, errors=errors, missing=lost[:20], status=422)


def _show(
    conn: sa.Connection,
    request: Request,
    supplier: str = "",
    numbers: str = "",
    errors: dict[str, str] | None = None,
    missing: list[str] | None = None,
    done: int = 0,
    status: int = 200,
) -> Response:
    marked: dict[str, list[critical.Critical]] = defaultdict(list)
    for one in critical.critical(conn):
        marked[one.supplier_id].append(one)
    names = {id: supplier_name(request, id) for id in marked}
    return shop_page(
        conn,
        request,
        "shop/catalogue/crisis.html",
        None,
        status=status,
        marked=sorted(marked.items(), key=lambda pair: names[pair[0]].casefold()),
        everybody=sorted(request.app.state.suppliers, key=lambda one: one.name.casefold()),
        typed={"supplier": supplier, "numbers": numbers[:60_000]},
        errors=errors or {},
        missing=missing or [],
        done=done,
        may_change=PURCHASER in viewer(request).roles,
    )
