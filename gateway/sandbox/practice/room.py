"""The suppliers' sandbox as the web sees it: for admins with a supplier on the phone, or as a small app of its own."""

from __future__ import annotations

from pathlib import Path

from gateway.sandbox.practice import pages
from web.room import Room

ROOM = Room(name="practice", folder=Path(__file__).parent, routers=(pages.router,))
