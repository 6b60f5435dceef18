"""What the shop's pages share: the chosen unit, the basket's count, suppliers' names, words for shop things."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from fastapi import Request
from starlette.responses import Response

from gateway.suppliers.supplier import Supplier, Suppliers
from shop import basket, units
from shop.amounts import least, step_of, tiers
from shop.catalogue.words import LABELS
from shop.categories import drawing_of, word_of
from shop.delivery import at_unit
from shop.document import net_of
from shop.lists import comparing, favourites
from shop.remarks import in_words, quantity
from shop.states import STATES, VISITS
from shop.units import Unit
from web import sessions
from web.access import BUYER
from web.languages import words_of
from web.measures import unit_word
from web.pages import figures_of, render
from web.pages import today_of as today
from web.security import SESSION_COOKIE
from web.sessions import Viewer

UNIT = "unit"


def one_line(text: str) -> str:
    """What people wrote, without signs that no document can carry and without line breaks."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def viewer(request: Request) -> Viewer:
    """Who is logged in; the gate has seen to it that somebody is."""
    found: Viewer = request.state.viewer
    return found


def chosen_unit(conn: sa.Connection, request: Request) -> Unit | None:
    """The unit a buyer orders for: the one in the session, or the only one there is. None: it must be chosen."""
    person = viewer(request)
    mine = units.ids_of_user(conn, person.id, [units.BUYER], today(request))
    wanted = person.remembered.get(UNIT) or (next(iter(mine)) if len(mine) == 1 else None)
    return units.get(conn, wanted) if wanted in mine else None


def choose_unit(conn: sa.Connection, request: Request, unit_id: str) -> None:
    """Keeps the unit in the session until log-out."""
    sessions.remember(conn, request.cookies[SESSION_COOKIE], **{UNIT: unit_id})


def supplier_name(request: Request, supplier_id: str) -> str:
    """The supplier's name; its id where it has left."""
    suppliers: Suppliers = request.app.state.suppliers
    found = suppliers.get(supplier_id)
    return found.name if found else supplier_id


def has_shop(supplier: Supplier | None) -> bool:
    """Whether the supplier has a shop of its own that one can go to."""
    return supplier is not None and supplier.active and bool(supplier.punchout) and supplier.shop is not None


def shop_page(
    conn: sa.Connection, request: Request, template: str, unit: Unit | None, status: int = 200, **more: Any
) -> Response:
    """A page of the shop, or a part of one."""
    return render(request, template, shop_context(conn, request, unit), status=status, **more)


def shop_context(conn: sa.Connection, request: Request, unit: Unit | None) -> Mapping[str, Any]:
    """What the shop's templates may use beside what all templates may."""
    words, figures, person = words_of(request), figures_of(request), viewer(request)
    day = today(request)

    def amount(value: Decimal, code: str | None) -> str:
        return quantity(value, code, words, figures)

    return {
        "unit": unit,
        "basket_count": basket.count(conn, person.id, unit.id) if unit and BUYER in person.roles else None,
        "has_shop": lambda supplier_id: has_shop(request.app.state.suppliers.get(supplier_id)),
        "supplier_name": lambda supplier_id: supplier_name(request, supplier_id),
        "states": STATES,
        "visit_states": VISITS,
        "amount": amount,
        "unit_word": lambda code: words.say(unit_word(code)),
        "category_word": lambda code: words.say(word_of(code)),
        "drawing_of": drawing_of,
        "label_word": lambda label: words.say(LABELS.get(label, label)),
        "delivered_on": lambda article: at_unit(day, article.lead_days, unit.weekdays) if unit else None,
        "hearts": favourites.ids(conn, person.id) if BUYER in person.roles else (),
        "compared": comparing.chosen(person),
        "full": False,
        "line_net": lambda line: net_of(line.wanted),
        "least": least,
        "step_of": step_of,
        "tiers": tiers,
        "in_words": lambda remark: in_words(remark, words, figures),
    }
