"""A staged catalogue beside what stands: new, gone, price, unit and other changes, and which of them are not small."""
# ruff: noqa: S608 - put together from names of columns, never from what somebody wrote

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from shop.catalogue.columns import DECIDED, GRAVE, said
from shop.catalogue.jobs import Import
from shop.catalogue.tables import catalogue_changes, catalogue_versions
from shop.catalogue.terms import Terms

KINDS: Final = ("new", "gone", "unit", "price", "other")

_TWICE = """
WITH twice AS MATERIALIZED (  -- else it may be reckoned anew for each line
  SELECT seller_id, (array_agg(line ORDER BY line))[1:10] AS lines FROM catalogue_lines
  WHERE import_number = :number GROUP BY seller_id HAVING count(*) > 1
), out AS (
  DELETE FROM catalogue_lines l USING twice t WHERE l.import_number = :number AND l.seller_id = t.seller_id
  RETURNING l.line, l.seller_id, t.lines
)
INSERT INTO catalogue_findings (import_number, line, "column", article, rule, message, fatal)
SELECT :number, line, :column, seller_id, 'catalogue-twice', seller_id || ' stands on lines '
  || array_to_string(lines, ', ') || '; which of them is right is not known', true
FROM out RETURNING 1
"""
_THEIRS = "a.supplier_id = :supplier AND a.punchout_id IS NULL AND a.request_id IS NULL"
_CHANGED = """
INSERT INTO catalogue_changes
  (import_number, kind, seller_id, article_id, price_before, price, percent, fields, held)
SELECT :number,
  CASE WHEN d.id IS NULL OR NOT d.active THEN 'new' WHEN d.unit <> d.unit_after THEN 'unit'
    WHEN d.price <> d.price_after THEN 'price' ELSE 'other' END,
  d.seller_id, d.id, CASE WHEN d.active THEN d.price END, d.price_after,
  CASE WHEN d.active AND d.unit = d.unit_after AND d.price > 0
    THEN least(999999, round((d.price_after - d.price) * 100 / d.price, 2)) END,
  d.fields, false
FROM (
  SELECT a.id, a.active, a.unit, a.price, l.seller_id, l.unit AS unit_after, l.price AS price_after,
    CASE WHEN a.active THEN array_remove(ARRAY[{fields}]::text[], NULL) ELSE '{{}}' END AS fields
  FROM catalogue_lines l LEFT JOIN articles a ON {theirs} AND a.seller_id = l.seller_id
  WHERE l.import_number = :number AND NOT l.deleted
) d
WHERE d.id IS NULL OR NOT d.active OR cardinality(d.fields) > 0
"""
_DELETED = f"""
INSERT INTO catalogue_changes (import_number, kind, seller_id, article_id, price_before, fields, held)
SELECT :number, 'gone', a.seller_id, a.id, a.price, '{{}}', false FROM articles a
WHERE {_THEIRS} AND a.active AND a.contract = :contract AND (
  EXISTS (SELECT FROM catalogue_lines l WHERE l.import_number = :number AND l.seller_id = a.seller_id AND l.deleted)
  OR :replaces
    AND NOT EXISTS (SELECT FROM catalogue_lines l WHERE l.import_number = :number AND l.seller_id = a.seller_id)
    -- A line that could not be read says that the article is there: it stays as it stands.
    AND NOT EXISTS (SELECT FROM catalogue_findings f
      WHERE f.import_number = :number AND f.fatal AND f.article = a.seller_id)
)
"""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a person must decide: `code` is first, price, unit, grave, new, gone or bad; `limit` is per cent."""

    code: str
    count: int = 0
    limit: Decimal | None = None


def refuse_twice(conn: sa.Connection, job: Import, column: str) -> int:
    """Takes out every line whose article number stands more than once; how many."""
    _measured(conn)
    return len(conn.execute(sa.text(_TWICE), {"number": job.number, "column": column}).all())


def newest(conn: sa.Connection, supplier_id: str) -> int:
    """The id of the newest version of any of the supplier's contracts, 0 where there is none."""
    wanted = sa.select(sa.func.coalesce(sa.func.max(catalogue_versions.c.id), 0))
    found: int = conn.execute(wanted.where(catalogue_versions.c.supplier_id == supplier_id)).scalar_one()
    return found


def _measured(conn: sa.Connection) -> None:
    """What was staged a moment ago has no statistics yet, and joins would be planned for a handful of rows."""
    conn.exec_driver_sql("ANALYZE catalogue_lines")


def compare(conn: sa.Connection, job: Import, says: tuple[str, ...], facts: dict[str, Any]) -> dict[str, int]:
    """Makes the diff anew; how many changes there are of each kind, how many lines are the same, how many stand.

    `facts` are the contract, whether it replaces, and the day that it ends.
    """
    conn.execute(catalogue_changes.delete().where(catalogue_changes.c.import_number == job.number))
    _measured(conn)
    conn.exec_driver_sql("SET LOCAL work_mem = '64MB'")
    known = {"number": job.number, "supplier": job.supplier_id, **facts}
    conn.execute(sa.text(_CHANGED.format(fields=_fields(says), theirs=_THEIRS)), known)
    conn.execute(sa.text(_DELETED), known)
    return counted(conn, job, str(facts["contract"]))


def _fields(says: tuple[str, ...]) -> str:
    """The names of the columns that are otherwise, in SQL."""
    each = (f"CASE WHEN {said(name, says)} IS DISTINCT FROM a.{name} THEN '{name}' END" for name in _compared(says))
    return ", ".join(each)


def _compared(says: tuple[str, ...]) -> list[str]:
    return [name for name in (*DECIDED, "contract") if said(name, says) != f"a.{name}"]


def counted(conn: sa.Connection, job: Import, contract: str) -> dict[str, int]:
    column = catalogue_changes.c
    kinds = sa.select(column.kind, sa.func.count()).where(column.import_number == job.number).group_by(column.kind)
    found = dict.fromkeys(KINDS, 0) | {row[0]: row[1] for row in conn.execute(kinds)}
    staged = "SELECT count(*) FROM catalogue_lines WHERE import_number = :number"
    stands = "SELECT count(*) FROM articles a WHERE " + _THEIRS + " AND a.active AND a.contract = :contract"
    known = {"number": job.number, "supplier": job.supplier_id, "contract": contract}
    found["staged"] = conn.execute(sa.text(staged), known).scalar_one()
    found["stands"] = conn.execute(sa.text(stands), known).scalar_one()
    return found


def is_big(terms: Terms) -> sa.ColumnElement[bool]:
    """Changes that are above the contract's limits each by itself."""
    column = catalogue_changes.c
    dear = sa.func.abs(column.percent) > terms.price_percent
    grave = column.fields.overlap(sa.cast(list(GRAVE), column.fields.type))
    return (column.kind == "unit") | ((column.kind.in_(["price", "other"])) & (sa.func.coalesce(dear, False) | grave))


def reasons(conn: sa.Connection, job: Import, terms: Terms, counts: dict[str, int], bad: int) -> list[Reason]:
    """Why these changes are not so small that nobody need look; empty where they are."""
    if not counts["stands"]:
        return [Reason(code="first", count=counts["new"])]
    column = catalogue_changes.c
    mine = column.import_number == job.number
    big = sa.select(sa.func.count()).where(mine, is_big(terms))
    found = []
    for code, more in (
        ("unit", column.kind == "unit"),
        ("price", sa.func.abs(column.percent) > terms.price_percent),
        ("grave", (column.kind != "unit") & column.fields.overlap(sa.cast(list(GRAVE), column.fields.type))),
    ):
        count = conn.execute(big.where(more)).scalar_one()
        if count:
            found.append(Reason(code=code, count=count, limit=terms.price_percent if code == "price" else None))
    for code, limit in (("new", terms.new_percent), ("gone", terms.gone_percent)):
        if counts[code] * 100 > limit * counts["stands"]:
            found.append(Reason(code=code, count=counts[code], limit=limit))
    if bad * 100 > 5 * (counts["staged"] + bad):
        found.append(Reason(code="bad", count=bad, limit=Decimal(5)))
    return found
