"""The hub as the web sees it: its pages and its place in the menu."""

from __future__ import annotations

from pathlib import Path

from hub import dock_pages, question_pages, van_pages
from hub.road import fleet_pages, load_pages, plan_pages, site_pages, weekly_pages
from hub.saving import pages as saving_pages
from web.access import ADMIN, CONTROLLER, DOCK, PURCHASER
from web.languages import N_
from web.room import MenuItem, Room

_WHO = frozenset({DOCK, ADMIN})
_PLANNING = ("/hub/runs", "/hub/weekly", "/hub/sites", "/hub/places", "/hub/vehicles")

ROOM = Room(
    name="hub",
    folder=Path(__file__).parent,
    routers=(
        dock_pages.router,
        question_pages.router,
        van_pages.router,
        plan_pages.router,
        load_pages.router,
        site_pages.router,
        fleet_pages.router,
        weekly_pages.router,
        saving_pages.router,
    ),
    menu=(
        MenuItem(path="/hub/dock", label=N_("Receiving"), roles=_WHO),
        MenuItem(path="/hub/units", label=N_("Units"), roles=_WHO),
        MenuItem(path="/hub/plan", label=N_("Planning"), roles=_WHO, also=_PLANNING),
        MenuItem(path="/hub/load", label=N_("Loading"), roles=_WHO),
        MenuItem(path="/hub/van", label=N_("On the way out"), roles=_WHO),
        MenuItem(path="/hub/questions", label=N_("Questions"), roles=_WHO),
        MenuItem(path="/hub/saving", label=N_("Saving"), roles=frozenset({DOCK, ADMIN, CONTROLLER, PURCHASER})),
    ),
)
