"""The hub as the web sees it: its pages and its place in the menu."""

from __future__ import annotations

from pathlib import Path

from hub import dock_pages, question_pages, van_pages
from hub.stock import agreement_pages, count_pages, entry_pages, goods_pages, overview_pages, silent_pages
from hub.stock.desk import READERS
from web.access import ADMIN, DOCK
from web.languages import N_
from web.room import MenuItem, Room

_WHO = frozenset({DOCK, ADMIN})

ROOM = Room(
    name="hub",
    folder=Path(__file__).parent,
    routers=(
        dock_pages.router,
        question_pages.router,
        van_pages.router,
        overview_pages.router,
        goods_pages.router,
        entry_pages.router,
        count_pages.router,
        silent_pages.router,
        agreement_pages.router,
    ),
    menu=(
        MenuItem(path="/hub/dock", label=N_("Receiving"), roles=_WHO),
        MenuItem(path="/hub/units", label=N_("Units"), roles=_WHO),
        MenuItem(path="/hub/van", label=N_("On the way out"), roles=_WHO),
        MenuItem(path="/hub/questions", label=N_("Questions"), roles=_WHO),
        MenuItem(path="/hub/stock", label=N_("Crisis stock"), roles=frozenset(READERS)),
    ),
)
