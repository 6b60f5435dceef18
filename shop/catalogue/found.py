"""The findings of an import: all are counted, enough of each rule are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from gateway.findings import Finding, Place
from shop.catalogue import copytext
from shop.catalogue.tables import catalogue_findings

_MOST: Final = {True: 20_000, False: 200}
"""Kept of one rule: of those that cost a line, and of remarks."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as it was kept; `article` is the supplier's number, where it could be made out."""

    finding: Finding
    article: str | None


class Collected:
    """Findings while a file is read."""

    def __init__(self) -> None:
        self.bad = 0
        self.remarks = 0
        self._kept: list[str] = []
        self._met: Counter[tuple[str, bool]] = Counter()

    def add(self, number: int, findings: Iterable[Finding], article: str | None) -> None:
        """What was found in one line."""
        for finding in findings:
            self.remarks += not finding.fatal
            self._met[finding.rule, finding.fatal] += 1
            if self._met[finding.rule, finding.fatal] <= _MOST[finding.fatal]:
                self._kept.append(_row(number, finding, article))

    def write(self, conn: sa.Connection) -> None:
        """By COPY."""
        driver: Any = conn.connection.driver_connection
        columns = 'import_number, line, "column", article, rule, message, fatal'
        with driver.cursor() as cursor, cursor.copy(f"COPY catalogue_findings ({columns}) FROM STDIN") as copy:
            for row in self._kept:
                copy.write(row)


def _row(number: int, finding: Finding, article: str | None) -> str:
    text = copytext.text
    cells = (
        str(number),
        copytext.plain(finding.place.line),
        text(_clean(finding.place.path)),
        text(_clean(article[:100]) if article else None),
        text(finding.rule),
        text(_clean(finding.message[:1000])),
        "t" if finding.fatal else "f",
    )
    return "\t".join(cells) + "\n"


def _clean(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def of_import(
    conn: sa.Connection, number: int, source: str, *, fatal: bool | None = None, limit: int = 100, offset: int = 0
) -> list[Kept]:
    """In the order of the file."""
    column = catalogue_findings.c
    wanted = sa.select(catalogue_findings).where(column.import_number == number)
    wanted = wanted if fatal is None else wanted.where(column.fatal == fatal)
    rows = conn.execute(wanted.order_by(column.line.nulls_first(), column.id).limit(limit).offset(offset))
    return [_kept(row, source) for row in rows]


def all_of_import(conn: sa.Connection, number: int, source: str) -> Iterator[Kept]:
    """Every one, without holding them."""
    column = catalogue_findings.c
    wanted = sa.select(catalogue_findings).where(column.import_number == number)
    rows = conn.execution_options(stream_results=True).execute(wanted.order_by(column.line.nulls_first(), column.id))
    for row in rows:
        yield _kept(row, source)


def by_rule(conn: sa.Connection, number: int) -> dict[str, int]:
    """How many are kept of each rule."""
    column = catalogue_findings.c
    counted = sa.select(column.rule, sa.func.count()).where(column.import_number == number).group_by(column.rule)
    return {row[0]: row[1] for row in conn.execute(counted.order_by(sa.func.count().desc(), column.rule))}


def _kept(row: Any, source: str) -> Kept:
    place = Place(source=source, line=row.line, path=row.column)
    return Kept(finding=Finding(rule=row.rule, message=row.message, place=place, fatal=row.fatal), article=row.article)
