"""The pages of lists, in the order in which their addresses are tried."""

from __future__ import annotations

from shop.lists import (
    again_pages,
    edit_pages,
    list_pages,
    mark_pages,
    quick_pages,
    recurring_pages,
    steering_pages,
    unit_pages,
)

ROUTERS = (
    unit_pages.router,
    mark_pages.router,
    list_pages.router,
    edit_pages.router,
    quick_pages.router,
    recurring_pages.router,
    steering_pages.router,
    again_pages.router,
)
