"""The console as the web sees it."""

from __future__ import annotations

from pathlib import Path

from gateway.console import (
    acting_pages,
    alarm_pages,
    answer_pages,
    bulk_pages,
    dead_pages,
    edit_pages,
    message_pages,
    rehearse_pages,
    selftest_pages,
    supplier_pages,
    task_pages,
    visit_pages,
)
from web.access import ADMIN
from web.languages import N_
from web.room import MenuItem, Room

_WHO = frozenset({ADMIN})

ROOM = Room(
    name="console",
    folder=Path(__file__).parent,
    # An address with a word in it before those with a hole at the same place.
    routers=(
        task_pages.router,
        bulk_pages.router,
        acting_pages.router,
        edit_pages.router,
        message_pages.router,
        dead_pages.router,
        alarm_pages.router,
        visit_pages.router,
        answer_pages.router,
        rehearse_pages.router,
        supplier_pages.router,
        selftest_pages.router,
    ),
    menu=(
        MenuItem(path="/console/tasks", label=N_("Tasks"), roles=_WHO),
        MenuItem(path="/console/messages", label=N_("Messages"), roles=_WHO),
        MenuItem(path="/console/dead", label=N_("Stuck"), roles=_WHO),
        MenuItem(path="/console/suppliers", label=N_("Suppliers"), roles=_WHO),
        MenuItem(path="/console/visits", label=N_("Shop visits"), roles=_WHO),
        MenuItem(path="/console/alarms", label=N_("Alarms"), roles=_WHO),
    ),
)
