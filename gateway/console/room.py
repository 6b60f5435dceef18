"""The console as the web sees it."""

from __future__ import annotations

from pathlib import Path

from gateway.console import message_pages, selftest_pages, supplier_pages, task_pages
from web.access import ADMIN
from web.languages import N_
from web.room import MenuItem, Room

_WHO = frozenset({ADMIN})

ROOM = Room(
    name="console",
    folder=Path(__file__).parent,
    routers=(task_pages.router, message_pages.router, supplier_pages.router, selftest_pages.router),
    menu=(
        MenuItem(path="/console/tasks", label=N_("Tasks"), roles=_WHO),
        MenuItem(path="/console/messages", label=N_("Messages"), roles=_WHO),
        MenuItem(path="/console/suppliers", label=N_("Suppliers"), roles=_WHO),
    ),
)
