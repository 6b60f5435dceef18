"""A CSV file of where units lie: read line by line, what is wrong is told by its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
import sqlalchemy as sa

from hub.road import typed
from hub.road.sites import Site
from hub.road.tables import sites
from web.languages import N_

MOST_BYTES: Final = 1_000_000
COLUMNS: Final = ("unit", "name", "latitude", "longitude")
_COMMA = ","
_SAME: Final = 0.000001
"""Degrees that are no difference: the file has six decimals, which are a hand's breadth."""


class Bad(msgspec.Struct, frozen=True, kw_only=True):
    """A line that was not taken: `message` is a message id that `about` fills in."""

    line: int
    message: str
    about: Mapping[str, object] = {}


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """Latitude and longitude by unit id, and the lines that could not be read."""

    places: Mapping[str, tuple[float, float]] = {}
    bad: tuple[Bad, ...] = ()


def read(raw: bytes, known: Iterable[Site]) -> Read:
    """The file: columns unit (id or GLN), latitude, longitude, by comma or semicolon, in any order. Pure."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("windows-1252", "replace")
    by_name = {key: site.unit_id for site in known for key in (site.unit_id.lower(), site.gln)}
    head = text.split("\n", 1)[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") >= head.count(_COMMA) else _COMMA)
    try:
        header = [one.strip().lower() for one in next(rows, [])]
        missing = [one for one in ("unit", "latitude", "longitude") if one not in header]
        if missing:
            about = {"columns": ", ".join(missing)}
            return Read(bad=(Bad(line=1, message=N_("The first line lacks these columns: %(columns)s."), about=about),))
        return _lines(rows, header, by_name)
    except csv.Error:
        return Read(bad=(Bad(line=1, message=N_("This is not a CSV file.")),))


def _lines(rows: Iterable[list[str]], header: list[str], by_name: Mapping[str, str]) -> Read:
    places: dict[str, tuple[float, float]] = {}
    bad: list[Bad] = []
    for number, row in enumerate(rows, start=2):
        cells = dict(zip(header, (one.strip() for one in row), strict=False))
        if not any(cells.values()):
            continue
        unit = by_name.get(cells.get("unit", "").lower())
        if unit is None:
            about = {"unit": cells.get("unit", "")[:40]}
            bad.append(Bad(line=number, message=N_("There is no unit %(unit)s."), about=about))
            continue
        try:
            latitude = typed.degrees(cells.get("latitude", ""), 90)
            longitude = typed.degrees(cells.get("longitude", ""), 180)
        except typed.Wrong as wrong:
            bad.append(Bad(line=number, message=wrong.args[0]))
            continue
        if latitude is not None and longitude is not None:
            places[unit] = (latitude, longitude)
    return Read(places=places, bad=tuple(bad))


def keep(conn: sa.Connection, places: Mapping[str, tuple[float, float]]) -> int:
    """Enters the places; how many of them are new or other than before."""
    changed = 0
    for unit_id, (latitude, longitude) in places.items():
        at = {"latitude": latitude, "longitude": longitude}
        near = sa.and_(*(sa.func.abs(sites.c[name] - value) < _SAME for name, value in at.items()))
        moved = sites.update().where(sites.c.unit_id == unit_id, sa.func.coalesce(~near, sa.true()))
        changed += conn.execute(moved.values(**at)).rowcount
    return changed


def written(known: Iterable[Site]) -> str:
    """The same file with what is known, to be filled in."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for site in known:
        name = f"'{site.name}" if site.name[:1] in "=+-@" else site.name  # a spreadsheet would take it for a formula
        rows.writerow((site.unit_id, name, _degrees(site.latitude), _degrees(site.longitude)))
    return out.getvalue()


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".replace(".", ",")
