"""The hub as the web sees it: its pages and its place in the menu."""

from __future__ import annotations

from pathlib import Path

from hub import dock_pages, pallet_pages, van_pages
from hub.acts import pages as acts_pages
from hub.cases import pages as case_pages
from hub.cases import reporting_pages
from hub.handing import door_pages, proof_pages, run_pages
from hub.late import pages as late_pages
from hub.marking import link_pages
from hub.marking import pages as label_pages
from hub.road import fleet_pages, load_pages, one_run_pages, plan_pages, site_pages, weekly_pages
from hub.saving import pages as saving_pages
from hub.stock import agreement_pages, count_pages, entry_pages, goods_pages, overview_pages, silent_pages
from hub.stock.desk import READERS
from web.access import ADMIN, CONTROLLER, DOCK, PURCHASER
from web.languages import N_
from web.room import MenuItem, Room

_WHO = frozenset({DOCK, ADMIN})
_RECEIVING = (dock_pages, pallet_pages, late_pages, acts_pages, reporting_pages, case_pages, link_pages, label_pages)
_OUT = (
    van_pages, plan_pages, one_run_pages, load_pages, site_pages, fleet_pages, weekly_pages, run_pages, door_pages,
    proof_pages, saving_pages,
)  # fmt: skip
_STOCK = (overview_pages, goods_pages, entry_pages, count_pages, silent_pages, agreement_pages)
_PLANNING = ("/hub/runs", "/hub/weekly", "/hub/sites", "/hub/places", "/hub/vehicles")

ROOM = Room(
    name="hub",
    folder=Path(__file__).parent,
    routers=tuple(part.router for part in (*_RECEIVING, *_OUT, *_STOCK)),
    menu=(
        MenuItem(path="/hub/dock", label=N_("Receiving"), roles=_WHO),
        MenuItem(path="/hub/awaited", label=N_("Awaited"), roles=_WHO | {PURCHASER}),
        MenuItem(path="/hub/units", label=N_("Units"), roles=_WHO),
        MenuItem(path="/hub/plan", label=N_("Planning"), roles=_WHO, also=_PLANNING),
        MenuItem(path="/hub/load", label=N_("Loading"), roles=_WHO),
        MenuItem(path="/hub/drive", label=N_("Driving"), roles=_WHO),
        MenuItem(path="/hub/van", label=N_("On the way out"), roles=_WHO),
        MenuItem(path="/hub/cases", label=N_("Cases"), roles=_WHO | {PURCHASER}),
        MenuItem(path="/hub/labels", label=N_("Labels"), roles=_WHO),
        MenuItem(path="/hub/stock", label=N_("Crisis stock"), roles=frozenset(READERS)),
        MenuItem(path="/hub/saving", label=N_("Saving"), roles=_WHO | {CONTROLLER, PURCHASER}),
    ),
)
