"""Where the hub and its units lie, and who may see that."""

from __future__ import annotations

from fastapi import Request

from hub.road.distance import Point
from hub.road.invented import HUB
from hub.road.sites import Site
from web.access import ADMIN


def hub_place(request: Request) -> Point:
    """Where the hub lies, by the settings; without that, pictures are drawn around an invented place."""
    place: Point | None = request.app.state.settings.municipality.hub.place
    return place or HUB


def may_see_protected(request: Request) -> bool:
    """Only those who lead the hub; a driver sees the way to his own stops on his own pages."""
    return ADMIN in request.state.viewer.roles


def may_see(request: Request, site: Site | None) -> bool:
    """Whether the one who looks may see where the unit lies."""
    return site is None or not site.protected or may_see_protected(request)


def shown_place(request: Request, site: Site | None) -> Point | None:
    """Where it lies, for a picture; None where the one who looks may not see that."""
    return site.place if site and may_see(request, site) else None
