"""The search page, its facets, and suggestions while typing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request
from starlette.responses import Response

from shop import desk
from shop.browse import in_basket_of
from shop.catalogue.words import LABELS
from shop.desk import chosen_unit, shop_page
from shop.finding.asked import LONGEST, SORTS, Query, asked
from shop.finding.facets import Facets
from shop.finding.finder import Building, finder_of
from shop.finding.names import FOLDED, HEADINGS, SEGMENTS
from shop.finding.rows import usual_ids
from shop.finding.search import Hits, search
from shop.finding.shelf import BANDS
from shop.finding.suggestions import Suggestions, suggestions
from shop.finding.understood import named
from shop.reach import reach
from shop.units import Unit
from shop.visit_pages import shops
from web.access import BUYER, allow
from web.languages import words_of
from web.pages import figures_of, is_fragment, redirect

router = APIRouter()
_MOST_SHOPS = 3


@router.get("/search")
@allow(BUYER)
def search_page(request: Request, page: int = 1) -> Response:
    """Hits with their facets; htmx gets only what changes."""
    query = asked(((name, desk.one_line(value)) for name, value in request.query_params.multi_items()), page)
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        if unit is None:
            return redirect(request, "/units")
        return _answered(conn, request, unit, query)


@router.get("/search/suggest")
@allow(BUYER)
def suggest(request: Request, q: str = "") -> Response:
    """A part of the page: what may be meant by what has been typed so far."""
    with request.app.state.engine.begin() as conn:
        unit = chosen_unit(conn, request)
        found = Suggestions()
        if unit is not None:
            try:
                view = finder_of(request.app).view()
                mine = reach(conn, unit, desk.today(request))
                found = suggestions(conn, view, desk.one_line(q)[:LONGEST], mine, usual_ids(conn, unit.id))
            except Building:
                pass  # nothing to suggest yet; the search itself tells why
        more: dict[str, Any] = {"found": found, "address": lambda text: Query(text=text).address}
        return shop_page(conn, request, "shop/finding/suggestions.html", unit, **more)


def _answered(conn: sa.Connection, request: Request, unit: Unit, query: Query) -> Response:
    try:
        view = finder_of(request.app).view()
    except Building as building:
        template = f"shop/finding/building{'_body' if is_fragment(request) else ''}.html"
        return shop_page(conn, request, template, unit, status=503, query=query, share=int(building.share * 100))
    suppliers = request.app.state.suppliers
    hits = search(conn, view, query, reach(conn, unit, desk.today(request)), unit.id, suppliers)
    theirs = named(suppliers, query.text)
    template = "shop/hits.html" if is_fragment(request) else "shop/search.html"
    return shop_page(
        conn,
        request,
        template,
        unit,
        query=query,
        hits=hits,
        in_basket=in_basket_of(conn, request, unit),
        shops=[one for one in shops(request) if one.id in theirs][:_MOST_SHOPS],
        sorts=SORTS,
        page_address=lambda number: query.but(page=number).address,
        **_facet_context(request, hits),
    )


def _facet_context(request: Request, hits: Hits) -> Mapping[str, Any]:
    return {"facets": _shown(hits), "headings": HEADINGS, "folded": FOLDED, "choice_word": choice_word(request)}


def _shown(hits: Hits) -> Facets:
    """Those in which a choice changes something: a value is chosen, or not all hits have the same one."""
    return {
        name: hits.facets[name]
        for name in HEADINGS
        if any(choice.chosen or choice.count < hits.total for choice in hits.facets[name])
    }


def choice_word(request: Request) -> Callable[[str, str], str]:
    """What a value of a facet is called."""
    words, figures = words_of(request), figures_of(request)
    bands = dict(zip(BANDS, (*BANDS[1:], None), strict=True))

    def called(name: str, value: str) -> str:
        if name == "supplier":
            return desk.supplier_name(request, value)
        if name == "agreement":
            supplier, number = value.split("|", 1) if "|" in value else ("", value)
            return f"{number}, {desk.supplier_name(request, supplier)}"
        if name == "label":
            return words.say(LABELS.get(value, value))
        if name == "group":
            return f"{value} {words.say(SEGMENTS[value])}" if value in SEGMENTS else value
        if name == "band":
            start, end = int(value), bands.get(int(value))
            if end is None:
                return words.say("from %(low)s kr", low=figures.number(start))
            return words.say("%(low)s to %(high)s kr", low=figures.number(start), high=figures.number(end))
        return value

    return called
