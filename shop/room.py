"""The shop as a room of the web."""

from __future__ import annotations

from pathlib import Path

from shop import basket_pages, browse, leave_pages, order_pages, visit_pages
from shop.finding import pages as finding_pages
from web.access import APPROVER, BUYER
from web.languages import N_
from web.room import MenuItem, Room

ROOM = Room(
    name="shop",
    folder=Path(__file__).parent,
    routers=(
        browse.router,
        finding_pages.router,
        basket_pages.router,
        order_pages.router,
        leave_pages.router,
        visit_pages.router,
    ),
    menu=(
        MenuItem(
            path="/",
            label=N_("Shop"),
            roles=frozenset({BUYER}),
            also=("/search", "/articles", "/basket", "/placed", "/units", "/punchout"),
        ),
        MenuItem(path="/orders", label=N_("Orders"), roles=frozenset({BUYER, APPROVER})),
        MenuItem(path="/approvals", label=N_("Approve"), roles=frozenset({APPROVER})),
    ),
)
