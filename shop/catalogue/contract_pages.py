"""Pages of contracts: their days, who may buy from them, what is a small change, their versions; and blocked goods."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated
from urllib.parse import urlencode

import msgspec
import sqlalchemy as sa
from fastapi import APIRouter, Form, Path, Request
from fastapi.exceptions import HTTPException
from starlette.responses import Response

from gateway.findings import Rejected
from shop.catalogue import force, pictures
from shop.catalogue.export import catalogue_of
from shop.catalogue.terms import Terms, all_terms, save, terms_of
from shop.categories import CATEGORIES
from shop.desk import one_line, shop_page, supplier_name, today, viewer
from shop.tables import category_blocks, contract_units, departments, units
from web.access import ADMIN, PURCHASER, ROLES, allow
from web.languages import N_
from web.pages import redirect
from web.tables import users

router = APIRouter()
PAGE = 50


@router.get("/catalogues/contracts")
@allow(PURCHASER, ADMIN)
def contract_list(request: Request, q: str = "", page: int = 1) -> Response:
    """Every contract, one's own first."""
    page, mine, asked = min(max(page, 1), 1000), viewer(request).login, one_line(q).lower().split()
    with request.app.state.engine.begin() as conn:
        rows = [one for one in all_terms(conn) if _holds(request, one, asked)]
        rows.sort(key=lambda one: (one.owner != mine, supplier_name(request, one.supplier_id), one.number))
        shown = rows[(page - 1) * PAGE : page * PAGE]
        more = {"page": page, "pages": -(-len(rows) // PAGE), "q": q, "address": address, "mine": mine}
        more["page_address"] = lambda to: "/catalogues/contracts?" + urlencode({"q": q, "page": to})
        return shop_page(conn, request, "shop/catalogue/contracts.html", None, contracts=shown, **more)


def _holds(request: Request, terms: Terms, asked: list[str]) -> bool:
    text = f"{supplier_name(request, terms.supplier_id)} {terms.number} {terms.name}".lower()
    return all(word in text for word in asked)


def address(supplier_id: str, number: str, path: str = "/catalogues/contract") -> str:
    """The address of a contract's page."""
    return f"{path}?" + urlencode({"supplier": supplier_id, "contract": number})


@router.get("/catalogues/contract")
@allow(PURCHASER, ADMIN)
def contract_page(request: Request, supplier: str, contract: str) -> Response:
    """One contract."""
    with request.app.state.engine.begin() as conn:
        terms = terms_of(conn, supplier, contract)
        if terms is None:
            raise HTTPException(404)
        return _show(conn, request, terms)


def _show(
    conn: sa.Connection, request: Request, terms: Terms, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    key = (contract_units.c.supplier_id == terms.supplier_id) & (contract_units.c.number == terms.number)
    chosen = set(conn.scalars(sa.select(contract_units.c.unit_id).where(key)))
    everyone = conn.execute(sa.select(units.c.id, units.c.name).order_by(units.c.name)).all()
    buyers = conn.execute(sa.select(users.c.login, users.c.name, users.c.roles).order_by(users.c.name)).all()
    return shop_page(
        conn,
        request,
        "shop/catalogue/contract.html",
        None,
        status=status,
        terms=terms,
        chosen=chosen,
        everyone=everyone,
        owners=[(one.login, one.name) for one in buyers if PURCHASER in one.roles],
        versions=force.versions(conn, terms.supplier_id, terms.number),
        errors=errors or {},
        saved=bool(request.query_params.get("saved")),
        address=address,
        may_change=PURCHASER in viewer(request).roles,
    )


@router.get("/catalogues/contract.xml")
@allow(PURCHASER, ADMIN)
def contract_file(request: Request, supplier: str, contract: str) -> Response:
    """What stands of the contract, as the catalogue (T19) that would bring it about."""
    state = request.app.state
    seller, peppol = state.suppliers.get(supplier), getattr(state, "dialects", {}).get("peppol")
    whole = None
    if seller is not None and peppol is not None:
        with state.engine.connect() as conn:
            whole = catalogue_of(conn, seller, contract, state.settings.municipality, today(request))
    if whole is None:
        raise HTTPException(404)
    try:
        raw = peppol.write(whole)
    except Rejected:  # an article holds what T19 has no place for
        raise HTTPException(409) from None
    headers = {"Content-Disposition": f'attachment; filename="katalog-{seller.id}.xml"'}
    return Response(raw, media_type="application/xml", headers=headers)


@router.post("/catalogues/contract")
@allow(PURCHASER)
def change_contract(
    request: Request,
    supplier: Annotated[str, Form()],
    contract: Annotated[str, Form()],
    owner: Annotated[str, Form()] = "",
    valid_from: Annotated[str, Form()] = "",
    valid_to: Annotated[str, Form()] = "",
    auto: Annotated[str, Form()] = "",
    price_percent: Annotated[str, Form()] = "",
    new_percent: Annotated[str, Form()] = "",
    gone_percent: Annotated[str, Form()] = "",
    everybody: Annotated[str, Form()] = "yes",
    unit: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Days, owner, limits and units, as they stand in the form."""
    with request.app.state.engine.begin() as conn:
        terms = terms_of(conn, supplier, contract)
        if terms is None:
            raise HTTPException(404)
        errors: dict[str, str] = {}
        begins, ends = (_day(text, name, errors) for text, name in ((valid_from, "valid_from"), (valid_to, "valid_to")))
        if begins and ends and ends < begins:
            errors["valid_to"] = N_("The last day comes before the first.")
        limits = {"price_percent": price_percent, "new_percent": new_percent, "gone_percent": gone_percent}
        read = {name: _percent(text, name, errors) for name, text in limits.items()}
        if owner != terms.owner and not _is_purchaser(conn, owner):
            errors["owner"] = N_("Choose a purchaser.")
        wished = msgspec.structs.replace(
            terms,
            owner=owner,
            valid_from=begins,
            valid_to=ends,
            auto=auto == "yes",
            everybody=everybody == "yes",
            **read,
        )
        if errors:
            return _show(conn, request, wished, errors, 422)
        save(conn, wished)
        _set_units(conn, wished, unit or [])
    return redirect(request, address(supplier, contract) + "&saved=1")


def _set_units(conn: sa.Connection, terms: Terms, wanted: list[str]) -> None:
    key = (contract_units.c.supplier_id == terms.supplier_id) & (contract_units.c.number == terms.number)
    conn.execute(contract_units.delete().where(key))
    known = conn.scalars(sa.select(units.c.id).where(units.c.id.in_(wanted))).all()
    rows = [{"supplier_id": terms.supplier_id, "number": terms.number, "unit_id": id} for id in known]
    if rows:
        conn.execute(contract_units.insert(), rows)


def _is_purchaser(conn: sa.Connection, login: str) -> bool:
    roles = conn.scalar(sa.select(users.c.roles).where(users.c.login == login))
    return PURCHASER in (roles or ())


def _day(text: str, name: str, errors: dict[str, str]) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        errors[name] = N_("Write the day as 2026-12-31.")
        return None


def _percent(text: str, name: str, errors: dict[str, str]) -> Decimal:
    try:
        value = Decimal(text.strip().replace(",", ".") or "0")
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or not 0 <= value <= 100:
        errors[name] = N_("Write a number from 0 to 100.")
        return Decimal(0)
    return value.quantize(Decimal("0.01"))


@router.post("/catalogues/rollback")
@allow(PURCHASER)
def take_back(
    request: Request,
    supplier: Annotated[str, Form()],
    contract: Annotated[str, Form()],
    back_to: Annotated[int, Form(ge=0, le=2**31 - 1)],
) -> Response:
    """The contract's articles as they stood after a version; that is a version too, and can be taken back."""
    state = request.app.state
    with state.engine.begin() as conn:
        terms = terms_of(conn, supplier, contract)
        if terms is None:
            raise HTTPException(404)
        if terms.owner != viewer(request).login:
            raise HTTPException(403)
        force.take_back(conn, supplier, contract, back_to, viewer(request).login, state.now())
    return redirect(request, address(supplier, contract) + "#versions")


@router.get("/catalogues/blocks")
@allow(PURCHASER, ADMIN)
def block_list(request: Request) -> Response:
    """Goods that are not bought here."""
    with request.app.state.engine.begin() as conn:
        return _blocks(conn, request)


def _blocks(conn: sa.Connection, request: Request, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    rows = conn.execute(
        sa.select(category_blocks, units.c.name.label("unit"), departments.c.name.label("department"))
        .outerjoin(units, units.c.id == category_blocks.c.unit_id)
        .outerjoin(departments, departments.c.id == category_blocks.c.department_id)
        .order_by(category_blocks.c.id)
    ).all()
    known = conn.execute(sa.select(departments.c.id, departments.c.name).order_by(departments.c.name)).all()
    places = conn.execute(sa.select(units.c.id, units.c.name).order_by(units.c.name)).all()
    more = {"departments": known, "places": places, "categories": CATEGORIES, "errors": errors or {}}
    may = PURCHASER in viewer(request).roles
    return shop_page(
        conn, request, "shop/catalogue/blocks.html", None, status=status, blocks=rows, may_change=may, **more
    )


@router.post("/catalogues/blocks")
@allow(PURCHASER)
def add_block(
    request: Request,
    category: Annotated[str, Form()] = "",
    unspsc: Annotated[str, Form()] = "",
    whom: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """A kind of goods, or the beginning of a UNSPSC code, for a unit, a department or everybody."""
    code, why = one_line(unspsc) or category, one_line(reason)[:300]
    errors = {}
    if code not in CATEGORIES and not (code.isascii() and code.isdigit() and 2 <= len(code) <= 8):
        errors["unspsc"] = N_("Choose a kind of goods, or write two to eight digits of a UNSPSC code.")
    if not why:
        errors["reason"] = N_("Write why: the buyers read it.")
    sort, _, id = whom.partition(":")
    with request.app.state.engine.begin() as conn:
        table = {"unit": units, "department": departments}.get(sort)
        if sort and (table is None or conn.scalar(sa.select(table.c.id).where(table.c.id == id)) is None):
            errors["whom"] = N_("Choose for whom.")
        if errors:
            return _blocks(conn, request, errors, 422)
        place = {f"{sort}_id": id} if sort else {}
        conn.execute(category_blocks.insert().values(category=code, reason=why, **place))
    return redirect(request, "/catalogues/blocks")


@router.post("/catalogues/blocks/{id}/remove")
@allow(PURCHASER)
def remove_block(request: Request, id: Annotated[int, Path(ge=1, le=2**62)]) -> Response:
    """From now on it may be bought again."""
    with request.app.state.engine.begin() as conn:
        conn.execute(category_blocks.delete().where(category_blocks.c.id == id))
    return redirect(request, "/catalogues/blocks")


@router.get("/pictures/{digest}")
@allow(*ROLES)
def picture(request: Request, digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]) -> Response:
    """A picture or data sheet that stood in a catalogue, as what its bytes say that it is."""
    with request.app.state.engine.connect() as conn:
        kept = pictures.read(conn, bytes.fromhex(digest))
    if kept is None:
        raise HTTPException(404)
    kind, data = kept
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    if not kind.startswith("image/"):
        headers["Content-Disposition"] = f'attachment; filename="datablad-{digest[:8]}.pdf"'
    return Response(data, media_type=kind, headers=headers)
