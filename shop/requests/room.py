"""The pages of requests, requisitions and the purchaser's desk."""

from __future__ import annotations

from shop.requests import (
    desk_pages,
    outside_pages,
    paper_pages,
    purchasing_pages,
    request_pages,
    requisition_pages,
)

ROUTERS = (
    request_pages.router,
    purchasing_pages.router,
    outside_pages.router,
    desk_pages.router,
    paper_pages.router,
    requisition_pages.router,
)
