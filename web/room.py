"""A room of the house as the web sees it: its routes, its templates and words, and what it puts in the menu."""

from __future__ import annotations

from pathlib import Path

import msgspec
from fastapi import APIRouter


class MenuItem(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the main menu: `label` is a message id, `roles` who sees it, `also` what else lies under it."""

    path: str
    label: str
    roles: frozenset[str]
    also: tuple[str, ...] = ()

    def is_current(self, path: str) -> bool:
        """Whether a page at `path` belongs under this entry."""
        if self.path == "/":
            return path == "/" or path.startswith(self.also)
        return path.startswith((self.path, *self.also))


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """What a room hands to `create_app`.

    `folder` is the package's directory; in it `templates/` (loaded as `<name>/page.html`), `static/` (served as
    `<name>/file`) and `locale/sv.po` are found, each where it exists.
    """

    name: str
    folder: Path
    routers: tuple[APIRouter, ...]
    menu: tuple[MenuItem, ...] = ()
