"""The hub as the web sees it: its pages and its place in the menu."""

from __future__ import annotations

from pathlib import Path

from hub import dock_pages, question_pages, van_pages
from hub.acts import pages as acts_pages
from hub.handing import door_pages, proof_pages, run_pages
from hub.marking import link_pages
from hub.marking import pages as label_pages
from web.access import ADMIN, DOCK
from web.languages import N_
from web.room import MenuItem, Room

_WHO = frozenset({DOCK, ADMIN})

ROOM = Room(
    name="hub",
    folder=Path(__file__).parent,
    routers=(
        dock_pages.router,
        acts_pages.router,
        question_pages.router,
        van_pages.router,
        run_pages.router,
        door_pages.router,
        proof_pages.router,
        link_pages.router,
        label_pages.router,
    ),
    menu=(
        MenuItem(path="/hub/dock", label=N_("Receiving"), roles=_WHO),
        MenuItem(path="/hub/units", label=N_("Units"), roles=_WHO),
        MenuItem(path="/hub/drive", label=N_("Driving"), roles=_WHO),
        MenuItem(path="/hub/van", label=N_("On the way out"), roles=_WHO),
        MenuItem(path="/hub/labels", label=N_("Labels"), roles=_WHO),
        MenuItem(path="/hub/questions", label=N_("Questions"), roles=_WHO),
    ),
)
