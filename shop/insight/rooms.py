"""What insight hands to the shop's room and to the program."""

from __future__ import annotations

from shop.insight import direct_pages, filling, ledger_pages, match_pages, overview, pages, working

ROUTERS = (overview.router, pages.router, ledger_pages.router, match_pages.router, direct_pages.router)
CHORES = (filling.CHORE, working.CHORE)
