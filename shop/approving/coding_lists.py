"""Lists of values that were imported: the newest import of a dimension holds, and can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from shop.approving.coding import IMPORTED, Coding, Dimension, Entry, Lists, near
from shop.approving.tables import coding_imports, coding_values

SHOWN = 40


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """Who read in which file when, and how many values it gave."""

    id: int
    dimension: str
    file: str
    rows: int
    at: datetime
    by: str
    undone_at: datetime | None


def load(conn: sa.Connection, dimension: str, entries: Iterable[Entry], file: str, by: str, now: datetime) -> int:
    """Another list instead of the one that held; its import."""
    rows = list(entries)
    made = coding_imports.insert().values(dimension=dimension, file=file, rows=len(rows), at=now, by=by)
    number: int = conn.execute(made.returning(coding_imports.c.id)).scalar_one()
    driver: Any = conn.connection.driver_connection
    names = "import_id, value, name, valid_from, valid_to"
    with driver.cursor() as cursor, cursor.copy(f"COPY coding_values ({names}) FROM STDIN") as copy:
        for one in rows:
            copy.write_row((number, one.value, one.name, one.valid_from, one.valid_to))
    return number


def undo(conn: sa.Connection, import_id: int, now: datetime) -> bool:
    """The list before it holds again; False where that has happened, or where a newer one holds."""
    one = conn.execute(sa.select(coding_imports).where(coding_imports.c.id == import_id).with_for_update()).first()
    if one is None or one.undone_at is not None or current(conn).get(one.dimension) != import_id:
        return False
    conn.execute(coding_imports.update().where(coding_imports.c.id == import_id).values(undone_at=now))
    return True


def current(conn: sa.Connection) -> dict[str, int]:
    """The import that holds, by dimension."""
    newest = sa.select(coding_imports.c.dimension, sa.func.max(coding_imports.c.id))
    newest = newest.where(coding_imports.c.undone_at.is_(None)).group_by(coding_imports.c.dimension)
    return {row[0]: row[1] for row in conn.execute(newest)}


def imports(conn: sa.Connection, limit: int = 20) -> list[Import]:
    """The newest first."""
    found = sa.select(coding_imports).order_by(coding_imports.c.id.desc()).limit(limit)
    return [Import(**row._mapping) for row in conn.execute(found)]


def lists_for(conn: sa.Connection, coding: Coding, given: Iterable[Mapping[str, str]], day: date) -> Lists:
    """What `wrongs` must know to judge these codings: whole lists of files, and of imported ones what is asked for."""
    asked = list(given)
    held = current(conn)
    found: dict[str, Mapping[str, Entry]] = {}
    for one in coding.dimensions:
        if one.listed:
            found[one.id] = one.listed
        elif one.values == IMPORTED and one.id in held:
            wanted = {values[one.id] for values in asked if values.get(one.id)}
            found[one.id] = _some(conn, held[one.id], wanted, day)
    return found


def _some(conn: sa.Connection, import_id: int, wanted: set[str], day: date) -> dict[str, Entry]:
    mine = coding_values.c.import_id == import_id
    found = _entries(conn, mine & coding_values.c.value.in_(wanted))
    for value in wanted - found.keys():  # what could have been meant
        found |= {one.value: one for one in _alike(conn, import_id, value, day)}
    return found


def _alike(conn: sa.Connection, import_id: int, value: str, day: date) -> list[Entry]:
    mine = coding_values.c.import_id == import_id
    for length in range(len(value) - 1, -1, -1):
        begins = coding_values.c.value.startswith(value[:length], autoescape=True)
        found = _entries(conn, mine & begins & _holds(day), 20)
        if found:
            return [found[name] for name in near(value, found, day)]
    return []


def offers(conn: sa.Connection, coding: Coding, day: date) -> dict[str, list[Entry]]:
    """Values to choose from before anything is written, by dimension."""
    held = current(conn)
    return {one.id: suggestions(conn, one, day, held=held) for one in coding.dimensions}


def suggestions(
    conn: sa.Connection,
    one: Dimension,
    day: date,
    begins: str = "",
    limit: int = SHOWN,
    held: Mapping[str, int] | None = None,
) -> list[Entry]:
    """Values to choose from: those whose value begins so, or whose name holds it. `held` is `current`, where known."""
    if one.listed:
        low = begins.lower()
        usable = (entry for entry in one.listed.values() if entry.holds(day))
        return [entry for entry in usable if entry.value.startswith(begins) or low in entry.name.lower()][:limit]
    import_id = (current(conn) if held is None else held).get(one.id) if one.values == IMPORTED else None
    if import_id is None:
        return []
    columns = coding_values.c
    wanted = (columns.import_id == import_id) & _holds(day)
    if begins:
        in_name = columns.name.icontains(begins, autoescape=True)
        wanted &= columns.value.startswith(begins, autoescape=True) | in_name
    return list(_entries(conn, wanted, limit).values())


def _holds(day: date) -> sa.ColumnElement[bool]:
    columns = coding_values.c
    begun = columns.valid_from.is_(None) | (columns.valid_from <= day)
    return begun & (columns.valid_to.is_(None) | (columns.valid_to >= day))


def _entries(conn: sa.Connection, wanted: sa.ColumnElement[bool], limit: int | None = None) -> dict[str, Entry]:
    columns = coding_values.c
    found = sa.select(columns.value, columns.name, columns.valid_from, columns.valid_to).where(wanted)
    return {row.value: Entry(*row) for row in conn.execute(found.order_by(columns.value).limit(limit))}
