"""The shop as a room of the web."""

from __future__ import annotations

from pathlib import Path

from shop import basket_pages, browse, leave_pages, order_pages, visit_pages
from shop.after import (
    change_pages,
    invoice_pages,
    offer_pages,
    proof_pages,
    receipt_pages,
    record_pages,
    wish_pages,
)
from shop.approving import approval_pages, coding_pages, delegate_pages, rule_pages
from shop.catalogue import contract_pages as catalogue_contract_pages
from shop.catalogue import crisis_pages
from shop.catalogue import pages as catalogue_pages
from shop.finding import pages as finding_pages
from shop.insight.rooms import ROUTERS as INSIGHT
from shop.lists.room import ROUTERS as LISTS
from shop.requests.room import ROUTERS as REQUESTS
from web.access import ADMIN, APPROVER, BUYER, CONTROLLER, PURCHASER
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
        change_pages.router,
        wish_pages.router,
        offer_pages.router,
        proof_pages.router,
        receipt_pages.router,
        invoice_pages.router,
        record_pages.router,
        approval_pages.router,
        rule_pages.router,
        delegate_pages.router,
        coding_pages.router,
        *LISTS,
        catalogue_contract_pages.router,
        crisis_pages.router,
        catalogue_pages.router,
        *REQUESTS,
        *INSIGHT,
    ),
    menu=(
        MenuItem(
            path="/",
            label=N_("Shop"),
            roles=frozenset({BUYER}),
            also=("/search", "/articles", "/basket", "/placed", "/units", "/punchout"),
        ),
        MenuItem(
            path="/lists",
            label=N_("Lists"),
            roles=frozenset({BUYER}),
            also=("/favourites", "/quick", "/recurring", "/compare"),
        ),
        # Who buys for others begins here: the first entry that one may see is the front page.
        MenuItem(path="/desk", label=N_("Desk"), roles=frozenset({PURCHASER}), also=("/requests", "/requisitions")),
        MenuItem(path="/orders", label=N_("Orders"), roles=frozenset({BUYER, APPROVER, PURCHASER})),
        MenuItem(path="/approvals", label=N_("Approve"), roles=frozenset({APPROVER})),
        MenuItem(path="/invoices", label=N_("Invoices"), roles=frozenset({APPROVER, PURCHASER, CONTROLLER, ADMIN})),
        MenuItem(path="/requests", label=N_("Requests"), roles=frozenset({BUYER, APPROVER}), also=("/requisitions",)),
        MenuItem(path="/insight", label=N_("Insight"), roles=frozenset({CONTROLLER, PURCHASER, APPROVER})),
        MenuItem(path="/delegates", label=N_("Deputies"), roles=frozenset({BUYER, APPROVER})),
        MenuItem(path="/approvals/rules", label=N_("Approval rules"), roles=frozenset({CONTROLLER, ADMIN})),
        MenuItem(path="/coding", label=N_("Coding"), roles=frozenset({CONTROLLER, ADMIN})),
        MenuItem(path="/catalogues", label=N_("Catalogues"), roles=frozenset({PURCHASER, ADMIN})),
    ),
)
