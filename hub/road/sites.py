"""Sites: the units as the hub drives to them. What a unit is called and where it lies comes from the shop."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from hub import lanes
from hub.road.distance import Point
from hub.road.tables import sites
from hub.tables import facts

_ADDRESS = ("name", "gln", "street", "postal_code", "city")


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop tells of a unit; `weekdays` are ISO numbers of its delivery days."""

    id: str
    name: str
    gln: str
    street: str
    postal_code: str
    city: str
    weekdays: tuple[int, ...] = ()


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """One unit. Times are local; `minutes` at its door; it is closed from `closed_from` to `closed_to`."""

    unit_id: str
    name: str
    gln: str
    street: str
    postal_code: str
    city: str
    latitude: float | None = None
    longitude: float | None = None
    opens: time | None = None
    closes: time | None = None
    minutes: int = 6
    access_note: str = ""
    cold: bool = False
    protected: bool = False
    closed_from: date | None = None
    closed_to: date | None = None
    days_here: bool = False

    @property
    def place(self) -> Point | None:
        """Where it lies, None until somebody has placed it."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)

    def is_closed(self, day: date) -> bool:
        """Whether it takes no goods that day."""
        return self.closed_from is not None and self.closed_from <= day <= (self.closed_to or date.max)


def learn(conn: sa.Connection, told: Iterable[Address]) -> None:
    """Takes over what the shop says of its units; what the hub knows of the way to them stays, and days set here."""
    planned, known = lanes.weekdays(conn), {site.unit_id: site for site in find(conn)}
    ours = _set_here(conn)
    for one in told:
        address = {name: getattr(one, name) for name in _ADDRESS}
        standing = known.get(one.id)
        if standing is None or any(getattr(standing, name) != value for name, value in address.items()):
            row = insert(sites).values(unit_id=one.id, **address)
            conn.execute(row.on_conflict_do_update(index_elements=["unit_id"], set_=address))
        if one.id not in ours and planned.get(one.id) != tuple(sorted(one.weekdays)):
            lanes.plan(conn, one.id, one.weekdays)


def days_set_here(conn: sa.Connection) -> dict[str, tuple[int, ...]]:
    """The delivery weekdays of the units whose days are set at the hub: the shop promises by them."""
    ours = _set_here(conn)
    return {unit: days for unit, days in lanes.weekdays(conn).items() if unit in ours}


def _set_here(conn: sa.Connection) -> set[str]:
    return set(conn.scalars(sa.select(sites.c.unit_id).where(sites.c.days_here)))


def get(conn: sa.Connection, unit_id: str) -> Site | None:
    """The site, or None."""
    found = find(conn, sites.c.unit_id == unit_id)
    return found[0] if found else None


def find(conn: sa.Connection, where: sa.ColumnElement[bool] | None = None) -> Sequence[Site]:
    """The sites that match, by name."""
    wanted = sa.select(sites).order_by(sites.c.name, sites.c.unit_id)
    rows = conn.execute(wanted if where is None else wanted.where(where))
    return [msgspec.convert(facts(row), Site) for row in rows]
