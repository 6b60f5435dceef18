"""Puts an approved catalogue in force, and takes versions back: what is replaced is kept as it stood."""
# ruff: noqa: S608 - put together from names of columns, never from what somebody wrote

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa

from gateway.suppliers.supplier import Supplier
from shop.catalogue.columns import DECIDED, KEPT, made, said
from shop.catalogue.jobs import Import
from shop.catalogue.tables import catalogue_versions

_IMAGE: Final = "jsonb_build_object(" + ", ".join(f"'{name}', a.{name}" for name in KEPT) + ")"
_CHANGE: Final = "catalogue_changes c JOIN catalogue_lines l ON l.import_number = :number AND l.seller_id = c.seller_id"
_MINE: Final = "c.import_number = :number AND NOT c.held"
_KEEP = f"""
INSERT INTO catalogue_before (version_id, article_id, image)
SELECT :version, a.id, {_IMAGE} FROM articles a JOIN catalogue_changes c ON c.article_id = a.id WHERE {_MINE}
"""
_GONE = f"""
UPDATE articles a SET active = false FROM catalogue_changes c
WHERE a.id = c.article_id AND {_MINE} AND c.kind = 'gone'
"""
_UPDATE = f"""
UPDATE articles a SET contract = :contract, active = true, {{values}}
FROM {_CHANGE} WHERE a.id = c.article_id AND {_MINE} AND c.kind <> 'gone'
"""
_INSERT = f"""
WITH made AS (
  INSERT INTO articles (supplier_id, seller_id, contract, active, {", ".join(DECIDED)})
  SELECT :supplier, l.seller_id, :contract, true, {", ".join(made(name) for name in DECIDED)}
  FROM {_CHANGE} WHERE {_MINE} AND c.kind = 'new' AND c.article_id IS NULL ORDER BY l.line
  RETURNING id
)
INSERT INTO catalogue_before (version_id, article_id) SELECT :version, id FROM made
"""
# Of each article what stood before the first version after the one that is wanted.
_WANTED = """
CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS
SELECT DISTINCT ON (b.article_id) b.article_id, b.image FROM catalogue_before b
JOIN catalogue_versions v ON v.id = b.version_id JOIN articles a ON a.id = b.article_id
WHERE v.supplier_id = :supplier AND v.contract = :contract AND v.number > :back_to
  -- What another contract has taken over since is that one's.
  AND (a.contract = :contract OR NOT a.active)
ORDER BY b.article_id, v.number
"""
_KEEP_WANTED = f"""
INSERT INTO catalogue_before (version_id, article_id, image)
SELECT :version, a.id, {_IMAGE} FROM articles a JOIN wanted w ON w.article_id = a.id
"""
_BACK = f"""
UPDATE articles a SET {", ".join(f"{name} = r.{name}" for name in KEPT)}
FROM wanted w, jsonb_populate_record(NULL::articles, w.image) r WHERE w.image IS NOT NULL AND a.id = w.article_id
"""
_AWAY = "UPDATE articles a SET active = false FROM wanted w WHERE w.image IS NULL AND a.id = w.article_id AND a.active"


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One state of a contract's catalogue; `back_to` names the version that a taking back brought back."""

    id: int
    supplier_id: str
    contract: str
    number: int
    import_id: UUID | None
    back_to: int | None
    made_by: str
    made_at: datetime
    counts: dict[str, int]


def one_at_a_time(conn: sa.Connection, supplier_id: str) -> None:
    """Until the transaction ends nobody else changes the supplier's catalogues."""
    conn.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(f"catalogue {supplier_id}", 0))))


def put(conn: sa.Connection, job: Import, supplier: Supplier, by: str, now: datetime) -> Version:
    """The approved changes, in the caller's transaction, with a version of their own."""
    assert job.contract is not None
    version = _version(conn, job.supplier_id, job.contract, by, now, _applied(conn, job), import_id=job.id)
    known = {"number": job.number, "version": version.id, "supplier": job.supplier_id, "contract": job.contract}
    known |= {"ends": job.ends, "category": supplier.category, "lead_days": supplier.lead_days}
    values = ", ".join(f"{name} = {said(name, job.says)}" for name in DECIDED)
    for statement in (_KEEP, _GONE, _UPDATE.format(values=values), _INSERT):
        conn.execute(sa.text(statement), known)
    return version


def _applied(conn: sa.Connection, job: Import) -> dict[str, int]:
    counted = sa.text(f"SELECT kind, count(*) FROM catalogue_changes c WHERE {_MINE} GROUP BY kind")
    return {row[0]: row[1] for row in conn.execute(counted, {"number": job.number})}


def take_back(
    conn: sa.Connection, supplier_id: str, contract: str, back_to: int, by: str, now: datetime
) -> Version | None:
    """The contract's articles as they stood after version `back_to`, 0 for before all; None where nothing changes."""
    one_at_a_time(conn, supplier_id)
    known: dict[str, Any] = {"supplier": supplier_id, "contract": contract, "back_to": back_to}
    conn.execute(sa.text(_WANTED), known)
    count = conn.execute(sa.text("SELECT count(*) FROM wanted")).scalar_one()
    if not count:
        conn.execute(sa.text("DROP TABLE wanted"))
        return None
    version = _version(conn, supplier_id, contract, by, now, {"other": count}, back_to=back_to)
    for statement in (_KEEP_WANTED, _BACK, _AWAY):
        conn.execute(sa.text(statement), {"version": version.id})
    conn.execute(sa.text("DROP TABLE wanted"))
    return version


def _version(
    conn: sa.Connection, supplier_id: str, contract: str, by: str, now: datetime, counts: dict[str, int], **more: Any
) -> Version:
    column = catalogue_versions.c
    mine = (column.supplier_id == supplier_id) & (column.contract == contract)
    number = conn.execute(sa.select(sa.func.coalesce(sa.func.max(column.number), 0) + 1).where(mine)).scalar_one()
    row = {"supplier_id": supplier_id, "contract": contract, "number": number, "made_by": by, "made_at": now}
    made = catalogue_versions.insert().values(**row, counts=counts, **more).returning(catalogue_versions)
    return Version(**conn.execute(made).one()._mapping)


def versions(conn: sa.Connection, supplier_id: str, contract: str, limit: int = 200) -> list[Version]:
    """The newest first: that one stands."""
    column = catalogue_versions.c
    mine = (column.supplier_id == supplier_id) & (column.contract == contract)
    rows = conn.execute(sa.select(catalogue_versions).where(mine).order_by(column.number.desc()).limit(limit))
    return [Version(**row._mapping) for row in rows]
